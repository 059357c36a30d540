import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { billLines } from "../../bench/accuracy/bill/lines.ts";
import { DAY } from "../../bench/accuracy/bill/make-calls.ts";
import { monthShapes } from "../../bench/accuracy/bill/shape.ts";
import { writeCur } from "../../bench/accuracy/bill/write-cur.ts";
import { writeMonth } from "../../bench/accuracy/bill/write-month.ts";
import { settleMonth } from "../../bench/accuracy/settle-month.ts";
import { learnedOverrides, learnedRates } from "../../src/billing/learned-rates.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-learned-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("estimates tomorrow within a thousandth of tomorrow's bill, with a private discount of 7 % that only the bill shows", {
  timeout: 120_000,
}, async () => {
  const [base] = monthShapes(1);
  if (base === undefined) throw new Error("no shape");
  const shape = {
    ...base,
    // So many that each account has every kind of token on three days, which is what a rate takes to be learned.
    calls: 2400,
    days: 5,
    plants: [],
    extras: [],
    claudeByAws: true,
    discount: "private-rate",
    profiles: "map",
  } as const;
  const month = await writeMonth(join(folder, "input"), shape);
  const tomorrow = Date.parse(`${shape.month}-05T00:00:00Z`);
  const isTomorrow = ({ time }: { time: number }): boolean => time >= tomorrow && time < tomorrow + DAY;
  const cur = join(folder, "four-days");
  await writeCur(
    cur,
    billLines(
      month.calls.filter((call) => !isTomorrow(call)),
      shape,
    ),
    shape,
    { id: "run-1", writtenAt: "2026-07-05T03:00:00Z" },
  );

  const first = await settleMonth(join(folder, "data"), { ...month, cur });
  const overrides = learnedOverrides(await learnedRates(first), []);
  const before = await estimateOf(first);
  first.close();
  expect(overrides.length).toBeGreaterThan(10);

  const config = join(folder, "learned.yml");
  const kept = readFileSync(month.config, "utf8").replace(/^prices:[\s\S]*?(?=^models:)/m, "");
  writeFileSync(config, `${kept}prices: ${JSON.stringify({ overrides })}\n`);
  const second = await settleMonth(join(folder, "data"), { ...month, cur, config });
  const after = await estimateOf(second);
  const [ids = {}] = (
    await second.adhoc(
      `select count(*) as calls, count_if(price_id like 'learned:%') as learned from invocations where dt = date '${shape.month}-05' and price_id is not null`,
    )
  ).rows;
  second.close();

  const bill = billLines(month.calls.filter(isTomorrow), shape).reduce((sum, line) => sum + Number(line.amount), 0) / 1e12;
  expect(Math.abs(before / bill - 1)).toBeGreaterThan(0.07);
  expect(Math.abs(after / bill - 1)).toBeLessThan(0.001);
  expect(ids["learned"]).toBe(ids["calls"]);

  async function estimateOf(warehouse: Awaited<ReturnType<typeof settleMonth>>): Promise<number> {
    const [row = {}] = (
      await warehouse.adhoc(`select sum(estimated_cost) as usd from hourly_usage where dt = date '${shape.month}-05'`)
    ).rows;
    return Number(row["usd"]);
  }
});
