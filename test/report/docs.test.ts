import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { chargeOf, monthFixture } from "./month-fixture.ts";

test("docs/reports.md lists exactly the files of a statement", async () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/reports.md"), "utf8");
  const listed = [...docs.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([\w.]+)`/g)].map((name) => name[1]),
  );
  const charge = { dt: "2026-10-01", status: "allocated", billed_cost: "1.00" };
  const calls = [{ at: "2026-10-01T09:00:00Z" }];
  const [before, after] = [
    await monthFixture({ calls, charges: [chargeOf(charge)] }),
    await monthFixture({ calls, charges: [chargeOf({ ...charge, billed_cost: "2.00" })] }),
  ];
  const store = new FolderStore(before.folder);
  const config = parseConfig("report: {savings: false}");
  await writeReport({ warehouse: before.warehouse, store, month: "2026-10", config, final: true });
  const { keys, folder } = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config });
  expect(keys.map((key) => key.slice(folder.length + 1)).sort()).toEqual([...listed].sort());
  before.close();
  after.close();
});
