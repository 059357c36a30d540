import { expect, test } from "vitest";
import { queryFile } from "../../src/query/files.ts";
import { invocationRecords } from "../../src/tables/invocation-records.ts";

const compacted = queryFile("rollups/compacted_hour");
const view = queryFile("views/invocations").sql;
const selected = (sql: string): string[] => [...sql.matchAll(/(?:^ {2}\w\.|\bas )(\w+),?$/gm)].map(([, name = ""]) => name);

test("a compacted file has every column of a landed one, in the same order", () => {
  const columns = invocationRecords.columns.map(({ name, type }) => `${name} ${type}`);
  expect(compacted.header.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(columns);
  expect(selected(compacted.sql.slice(0, compacted.sql.indexOf("\nfrom (")))).toEqual(
    invocationRecords.columns.map(({ name }) => name),
  );
});

test("the view invocations shows every column of the records but the rank of copies, which it uses up", () => {
  const shown = new Set(selected(view.slice(view.lastIndexOf("\nselect\n"))));
  expect(invocationRecords.columns.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual(["copy_rank"]);
});
