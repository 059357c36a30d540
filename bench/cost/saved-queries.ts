/**
 * node bench/cost/saved-queries.ts
 * Files that ten saved queries open on Athena over a month of 10 million calls, as the log objects landed and compacted: each query is planned with CTEs put in wherever
 * they are used, as Trino does, and what each reading of the records opens is counted.
 */
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";
import { addDays } from "../../src/time.ts";
import { planner } from "../../test/query/plan-scans.ts";
import { DAYS, straddling } from "./schedule.ts";
import { LANDED_HOURS } from "./storage.ts";
import { asked, type History, type TableShape } from "./tables-read.ts";
import { TEN_QUESTIONS } from "./ten-questions.ts";
import { objectsOf, VOLUMES } from "./traffic.ts";

const LAST = "2026-10-30";
const history: History = { first: addDays(LAST, 1 - DAYS), last: LAST };

const [, volume] = VOLUMES;
if (volume === undefined) throw new RangeError("saved-queries: there is no second volume");
const landed = (objectsOf(volume) / DAYS) * straddling;
const records = (files: number, recent = 0): TableShape => ({ byDay: true, files, partitions: 24, recent, bytes: new Map() });
const other: TableShape = { byDay: true, files: 1, partitions: 1, bytes: new Map() };
// The running hour and the one before it are not compacted yet.
const after = records(24, (landed / 24) * LANDED_HOURS);

const made = await planner();
process.stdout.write(
  "| saved query | readings of the records | files as they landed | files compacted |\n| --- | ---: | ---: | ---: |\n",
);
for (const name of TEN_QUESTIONS) {
  const { sql, header } = queryFile(`saved/${name}`);
  const given = { from: history.first, to: history.last };
  const text = compile(
    name,
    sql,
    header,
    Object.fromEntries(Object.entries(given).filter(([key]) => header.params.some((param) => param.name === key))),
  );
  const opened = async (shape: TableShape): Promise<number> =>
    (await asked(made.connection, [text], (table) => (table === "invocation_records" ? shape : { ...other, files: 0 }), history))
      .files;
  const [before, now] = [await opened(records(landed)), await opened(after)];
  const cells = [name, Math.round(before / (landed * DAYS)), Math.round(before), Math.round(now)];
  process.stdout.write(
    `| ${cells.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : `\`${cell}\``)).join(" | ")} |\n`,
  );
}
made.close();
