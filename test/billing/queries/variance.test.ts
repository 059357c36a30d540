import { expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const DAY = "2026-06-10";
const NEXT = "2026-07-01";
const usd = (dollars: number): string => dollars.toFixed(12);
const billed = (status: string, billed_cost: number, cells: Cells = {}): Cells => ({ dt: DAY, status, billed_cost, ...cells });
const logged = (status: string, estimated_cost: number, cells: Cells = {}): Cells => ({
  dt: DAY,
  status,
  estimated_cost,
  tokens: 1,
  ...cells,
});
/** A billed group of July for 8 dollars and a logged one of June estimated at 6, of 100 tokens each. */
const groups: readonly Cells[] = [
  { dt: NEXT, statement_dt: NEXT, period: "2026-07", side: "bill", id: 1, tokens: 100, billed_cost: 8 },
  { dt: "2026-06-30", side: "log", id: 2, tokens: 100, estimated_cost: 6 },
];
const steps = async (
  allocated_charges: readonly Cells[],
  logged_charges: readonly Cells[] = [],
  charge_matches: readonly Cells[] = [],
  charge_groups: readonly Cells[] = [],
  month = "2026-06",
) => {
  const rows = await ask("billing/variance", { month }, { allocated_charges, logged_charges, charge_matches, charge_groups });
  expect(rows.map((row) => row["position"])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  // The steps sum to the difference of both ends.
  const amounts = rows.map((row) => Number(row["amount"]));
  expect(amounts.slice(0, 15).reduce((sum, each) => sum + each, 0)).toBeCloseTo(amounts[15] ?? 0, 9);
  return Object.fromEntries(rows.filter((row) => Number(row["amount"]) !== 0).map((row) => [row["step"], row["amount"]]));
};

it("each part of the bill is a step of its own", async () => {
  expect(
    await steps([
      billed("residual", 1, { reason: "quantity" }),
      billed("residual", 2, { reason: "price" }),
      billed("billed_not_logged", 4),
      billed("not_token_based", 8),
      billed("adjustment", -16, { reason: "discount" }),
      billed("adjustment", 32, { reason: "tax" }),
      billed("unclassified", 64),
      billed("unclassified", 128, { dt: NEXT }),
    ]),
  ).toEqual({
    ...{
      quantity: usd(1),
      unknown: usd(2),
      missing_logs: usd(4),
      not_token_based: usd(8),
      discounts: usd(-16),
      taxes_and_credits: usd(32),
    },
    ...{ unclassified: usd(64), billed: usd(95) },
  });
});

it("logged usage is the beginning, less what is not billed; images are billed on lines without tokens", async () => {
  const log = [
    logged("billed", 1),
    logged("not_yet_billed", 2),
    logged("logged_not_billed", 4),
    logged("billed", 8, { tokens: 0 }),
    logged("logged_not_billed", 16, { tokens: 0 }),
    logged("billed", 32, { dt: NEXT }),
  ];
  expect(await steps([billed("not_token_based", 10), billed("allocated", 1, { match_level: "principal" })], log)).toEqual({
    ...{ estimated: usd(31), not_yet_billed: usd(-2), logged_not_billed: usd(-20), not_token_based: usd(2), billed: usd(11) },
  });
});

it("what matched at another price than estimated differs by what its level says", async () => {
  const pair = (match_level: string, id: number): readonly [Cells, ...Cells[]] => [
    { dt: DAY, bill_id: id, log_dt: DAY, log_id: id + 1, match_level, tokens: 50 },
    { dt: DAY, statement_dt: DAY, period: "2026-06", side: "bill", id, tokens: 100, billed_cost: 8 },
    { dt: DAY, side: "log", id: id + 1, tokens: 100, estimated_cost: 6 },
  ];
  const levels = ["principal", "principal:routing", "account:cache_ttl", "role:service_tier", "principal:unknown_routing"];
  for (const [index, step] of ["price", "routing", "cache", "tier", "price"].entries()) {
    const level = levels[index] ?? "";
    const [match, ...both] = pair(level, 1);
    // Half of 8 was billed for what was estimated at half of 6.
    expect([level, await steps([billed("allocated", 4, { match_level: level })], [logged("billed", 3)], [match], both)]).toEqual([
      level,
      { estimated: usd(3), [step]: usd(1), billed: usd(4) },
    ]);
  }
});

it("what was logged in one month and billed in the next is timing in both", async () => {
  const match: Cells = { dt: NEXT, bill_id: 1, log_dt: "2026-06-30", log_id: 2, match_level: "principal:midnight", tokens: 50 };
  expect(await steps([], [logged("billed", 3, { dt: "2026-06-30" })], [match], groups)).toEqual({
    estimated: usd(3),
    timing: usd(-3),
  });
  const july = [billed("allocated", 4, { dt: NEXT, match_level: "principal:midnight" })];
  expect(await steps(july, [], [match], groups, "2026-07")).toEqual({ timing: usd(4), billed: usd(4) });
  expect(await steps([], [], [match], groups, "2026-05")).toEqual({});
});
