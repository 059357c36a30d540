import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { billLines } from "../../bench/accuracy/bill/lines.ts";
import { DAY } from "../../bench/accuracy/bill/make-calls.ts";
import { monthShapes } from "../../bench/accuracy/bill/shape.ts";
import { writeCur } from "../../bench/accuracy/bill/write-cur.ts";
import { writeLogs } from "../../bench/accuracy/bill/write-logs.ts";
import { type WrittenMonth, writeMonth } from "../../bench/accuracy/bill/write-month.ts";
import { settleMonth } from "../../bench/accuracy/settle-month.ts";
import { monthReconciliation } from "../../src/billing/month-reconciliation.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-same-tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [base] = monthShapes(1);
if (base === undefined) throw new Error("no shape");
const shape = {
  ...base,
  calls: 40,
  days: 3,
  plants: [],
  extras: [],
  parts: 3,
  invoiced: true,
  delivery: "create-new",
  resources: true,
  principals: "session",
} as const;
/** Everything that reconciliation writes, except which file and delivery a row is from. */
const TABLES = {
  allocated_charges: "select * exclude (cur_version) from allocated_charges order by all",
  logged_charges: "select * from logged_charges order by all",
  charge_groups: "select * exclude (cur_version, id) from charge_groups order by all",
  hourly_usage: "select * from hourly_usage order by all",
};

async function settled(out: string, input: { logs: string; cur: string; config: string }): Promise<Record<string, unknown>> {
  const warehouse = await settleMonth(join(folder, out), input);
  try {
    const tables: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(TABLES)) tables[name] = (await warehouse.adhoc(text)).rows;
    return tables;
  } finally {
    warehouse.close();
  }
}

let month: WrittenMonth;
let clean: Record<string, unknown>;
beforeAll(async () => {
  month = await writeMonth(join(folder, "input"), shape);
  clean = await settled("clean", month);
});

describe("the final tables are those of one clean run", { timeout: 120_000 }, () => {
  it("after running it again", async () => {
    expect(await settled("clean", month)).toEqual(clean);
  });

  it("with the lines of the bill in other parts and another order", async () => {
    const cur = join(folder, "shuffled");
    await writeCur(cur, month.lines, { ...shape, parts: 2 }, { id: "run-9", writtenAt: "2026-08-04T04:00:00Z", shuffle: 7 });
    expect(await settled("shuffled-data", { ...month, cur })).toEqual(clean);
  });

  it("after a delivery that said something else, which is remembered as a restatement of the closed month", async () => {
    const cur = join(folder, "restated");
    const start = Date.parse(`${shape.month}-01T00:00:00Z`);
    const inHalf = month.calls.filter((call) => call.time < start + DAY || call.time >= start + 2 * DAY);
    await writeCur(cur, billLines(inHalf, shape), shape, { id: "run-1", writtenAt: "2026-07-20T04:00:00Z" });
    await settled("restated-data", { ...month, cur });
    await writeCur(cur, month.lines, shape, { id: "run-2", writtenAt: "2026-08-04T04:00:00Z" });
    expect(await settled("restated-data", { ...month, cur })).toEqual(clean);

    // The next run is of the same delivery, and still knows.
    const warehouse = await settleMonth(join(folder, "restated-data"), { ...month, cur });
    const result = await monthReconciliation(warehouse, shape.month);
    warehouse.close();
    const restated = result?.days.filter(({ status }) => status === "restated");
    expect(restated?.map(({ day }) => day)).toEqual([`${shape.month}-02`]);
    expect(restated?.[0]?.before_usd).not.toBe(restated?.[0]?.billed_usd);
    expect(restated?.[0]?.cur_version).toContain("run-2");
    expect(result?.days.filter(({ status }) => status === "final").length).toBe(2);
  });

  it("after logs came late", async () => {
    const logs = join(folder, "late-logs");
    writeLogs(
      logs,
      month.calls.filter((_, index) => index % 3 > 0),
    );
    const before = await settled("late-data", { ...month, logs });
    expect(before).not.toEqual(clean);
    expect(await settled("late-data", month)).toEqual(clean);
  });
});
