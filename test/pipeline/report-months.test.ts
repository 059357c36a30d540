import { afterEach, expect, test } from "vitest";
import { askedAnew, type TracedAnswers } from "../../src/billing/month-answers.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { type DueMonthsInput, monthsToReport, rememberClosed } from "../../src/pipeline/report-months.ts";
import type { ObjectStore } from "../../src/ports.ts";
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

const due = ({ warehouse, folder }: Fixture, reports: ObjectStore = new FolderStore(folder)): DueMonthsInput => ({
  answers: { ...askedAnew(warehouse), madeFrom: async () => new Map() },
  reports,
  config,
  now: NOW,
});

test("the running month and the one before are due, and nothing where there is no data", async () => {
  const full = await fixture({ calls: CALLS });
  expect(await monthsToReport(due(full))).toEqual(["2026-10", "2026-11"]);
  const young = await fixture({ calls: CALLS.slice(-1) });
  expect(await monthsToReport(due(young))).toEqual(["2026-11"]);
  const empty = await fixture({});
  expect(await monthsToReport(due(empty))).toEqual([]);
});

test("an older month is due when its calls, its dollars or its invoice changed since it was published", async () => {
  const before = await fixture({ calls: CALLS });
  const store = new FolderStore(before.folder);
  for (const month of ["2026-07", "2026-08", "2026-09"])
    await writeReport({ warehouse: before.warehouse, store, month, config, final: month !== "2026-09" });
  expect(await monthsToReport(due(before))).toEqual(["2026-10", "2026-11"]);
  const after = await fixture({
    calls: [...CALLS, { at: "2026-07-04T09:00:00Z", costs: ["0", "0", "0", "0"] }],
    charges: [chargeOf({ dt: "2026-08-03", status: "residual", billed_cost: "0.000000000001" })],
    tables: { cur_line_items: [{ period: "2026-09", invoice_id: "1", line_item_type: "Usage" }] },
  });
  expect(await monthsToReport(due(after, store))).toEqual(["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]);
});

test("the month before is due until it is closed, and then when its tables, the settings or what is remembered of them changed", async () => {
  const made = await fixture({ calls: CALLS });
  const store = new FolderStore(made.folder);
  /** As places of partitions tell it. */
  let tables = "as they were";
  const answers: TracedAnswers = {
    ...askedAnew(made.warehouse),
    madeFrom: async () => new Map(["2026-09", "2026-10", "2026-11"].map((month) => [month, `${month} ${tables}`])),
  };
  const input = { answers, reports: store, config, now: NOW };
  const publish = async (status: string): Promise<void> => {
    const totals = { invocations: 1, people: 1, unpriced: 0, estimated_usd: "0.30" };
    await store.write("reports/month=2026-10/manifest.json", JSON.stringify({ status, totals }));
    if (status !== "provisional") await rememberClosed(input, "2026-10");
  };
  const isDue = async (more: Partial<DueMonthsInput> = {}): Promise<boolean> =>
    (await monthsToReport({ ...input, ...more })).includes("2026-10");
  await publish("provisional");
  expect(await isDue(), "provisional").toBe(true);
  await publish("final");
  expect(await isDue(), "closed").toBe(false);
  const split = {
    ...config,
    report: { ...config.report, shared: { ...config.report.shared, tax: { split: "by_usage" as const } } },
  };
  expect(await isDue({ config: split }), "other settings").toBe(true);
  tables = "a day anew";
  expect(await isDue(), "another day").toBe(true);
  await publish("final");
  expect(await isDue(), "looked at again").toBe(false);
  await store.write("reports/closed.json", "{");
  expect(await isDue(), "damaged").toBe(true);
  await publish("restated 1");
  expect(await isDue(), "remembered again").toBe(false);
  expect(await isDue({ answers: due(made).answers }), "not known what it is made from").toBe(true);
});
