import { afterEach, expect, test } from "vitest";
import { askedAnew } from "../../src/billing/month-answers.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { monthsToReport } from "../../src/pipeline/report-months.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

const NOW = Date.UTC(2026, 10, 22);
const CALLS = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"].map((month) => ({ at: `${month}-03T09:00:00Z` }));
const config = { ...defaultConfig(), report: { ...defaultConfig().report, savings: false } };

let open: Fixture[] = [];
afterEach(() => {
  for (const fixture of open) fixture.close();
  open = [];
});
async function fixture(content: Parameters<typeof monthFixture>[0]): Promise<Fixture> {
  const made = await monthFixture(content);
  open.push(made);
  return made;
}

test("the running month and the one before are due, and nothing where there is no data", async () => {
  const full = await fixture({ calls: CALLS });
  expect(await monthsToReport(askedAnew(full.warehouse), new FolderStore(full.folder), NOW)).toEqual(["2026-10", "2026-11"]);
  const young = await fixture({ calls: CALLS.slice(-1) });
  expect(await monthsToReport(askedAnew(young.warehouse), new FolderStore(young.folder), NOW)).toEqual(["2026-11"]);
  const empty = await fixture({});
  expect(await monthsToReport(askedAnew(empty.warehouse), new FolderStore(empty.folder), NOW)).toEqual([]);
});

test("an older month is due when its calls, its dollars or its invoice changed since it was published", async () => {
  const before = await fixture({ calls: CALLS });
  const store = new FolderStore(before.folder);
  for (const month of ["2026-07", "2026-08", "2026-09"])
    await writeReport({ warehouse: before.warehouse, store, month, config, final: month !== "2026-09" });
  expect(await monthsToReport(askedAnew(before.warehouse), store, NOW)).toEqual(["2026-10", "2026-11"]);
  const after = await fixture({
    calls: [...CALLS, { at: "2026-07-04T09:00:00Z", costs: ["0", "0", "0", "0"] }],
    charges: [chargeOf({ dt: "2026-08-03", status: "residual", billed_cost: "0.000000000001" })],
    tables: { cur_line_items: [{ period: "2026-09", invoice_id: "1", line_item_type: "Usage" }] },
  });
  expect(await monthsToReport(askedAnew(after.warehouse), store, NOW)).toEqual([
    "2026-07",
    "2026-08",
    "2026-09",
    "2026-10",
    "2026-11",
  ]);
});
