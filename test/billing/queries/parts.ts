import { ask, type Cells } from "../../query/ask.ts";

export const [A, B] = ["111122223333", "444455556666"];
export const DAY = "2026-06-10";
const JUNE = { from: "2026-06-01", to: "2026-06-30", groups_from: "2026-05-01" };
export const usd = (dollars: number): string => dollars.toFixed(12);
/** A billed group of 1,000 tokens: 10 dollars, 9 after discounts, 12 at public prices. */
export const bill = (cells: Cells = {}): Cells => ({
  ...{
    dt: DAY,
    side: "bill",
    id: 1,
    usage_dt: DAY,
    statement_dt: DAY,
    period: "2026-06",
    account_id: A,
    model: "m",
    token_type: "input",
  },
  ...{ endpoint: "runtime", tokens: 1000, dark_tokens: 0, billed_cost: 10, net_cost: 9, public_cost: 12, price_excess: 0 },
  ...cells,
});
export const log = (id: number, cells: Cells = {}): Cells => ({ dt: DAY, side: "log", id, account_id: A, model: "m", ...cells });
export const match = (log_id: number, tokens: number, cells: Cells = {}): Cells => ({
  ...{ dt: DAY, bill_id: 1, log_dt: DAY, log_id, match_level: "principal", tokens, ...cells },
});
export interface Given {
  readonly groups?: readonly Cells[];
  readonly matches?: readonly Cells[];
  readonly billed?: readonly Cells[];
  readonly principals?: readonly Cells[];
  readonly hours?: readonly Cells[];
  readonly keys?: readonly Cells[];
  readonly params?: Readonly<Record<string, string>>;
}
/** What charge_parts answers of these rows, for June 2026. */
export const parts = ({ groups = [], matches = [], billed = [], principals = [], hours = [], keys = [], params = {} }: Given) =>
  ask(
    "billing/charge_parts",
    { ...JUNE, ...params },
    {
      charge_groups: groups,
      charge_matches: matches,
      billed_charges: billed,
      principals,
      hourly_usage: hours,
      principal_keys: keys,
    },
  );
