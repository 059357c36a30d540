import { ask, type Cells } from "../../query/ask.ts";

export const [A, B] = ["111122223333", "444455556666"];
const JUNE = { from: "2026-06-01", to: "2026-06-30" };
export const usd = (dollars: number): string => dollars.toFixed(12);
/** A billed hour: 0.1 thousand tokens at 10 dollars. */
export const line = (cells: Cells = {}): Cells => ({
  ...{ dt: "2026-06-10", statement_dt: "2026-06-10", usage_start: "2026-06-10 10:00", usage_end: "2026-06-10 11:00", hour: 10 },
  ...{
    period: "2026-06",
    account_id: A,
    region: "r1",
    charge_kind: "token",
    model: "m",
    token_type: "input",
    endpoint: "runtime",
  },
  ...{ tokens: 100, usage_amount: "0.1", unblended_rate: 10, billed_cost: 1, net_cost: "0.9", public_cost: 2 },
  ...cells,
});
export const daily = { usage_start: "2026-06-10 00:00", usage_end: "2026-06-11 00:00", hour: 0 };
export const monthly = {
  usage_start: "2026-06-01 00:00",
  usage_end: "2026-07-01 00:00",
  hour: 0,
  dt: "2026-06-01",
  statement_dt: "2026-06-01",
};
export const hour = (cells: Cells = {}): Cells => ({ dt: "2026-06-10", hour: 10, account_id: A, region: "r1", ...cells });
/** A logged hour. */
export const used = (cells: Cells = {}): Cells => ({
  ...{
    dt: "2026-06-10",
    hour: 10,
    account_id: A,
    region: "r1",
    model: "m",
    team: "red",
    pending: false,
    late: false,
    before_bill: false,
  },
  ...{ input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 },
  ...{ input_cost: 0, output_cost: 0, cache_read_cost: 0, cache_write_cost: 0 },
  ...cells,
});
interface Given {
  readonly billed?: readonly Cells[];
  readonly logs?: readonly Cells[];
  readonly logged?: readonly Cells[];
  readonly principals?: readonly Cells[];
  readonly params?: Readonly<Record<string, string>>;
}
/** What charge_groups answers of these rows, for June 2026. */
export const groups = ({ billed = [], logs = [], logged = [], principals = [], params = {} }: Given) =>
  ask(
    "billing/charge_groups",
    { ...JUNE, ...params },
    { billed_charges: billed, hourly_usage: logs, usage_to_match: logged, principals },
  );
/** One column of it. */
export const only = async (name: string, given: Given) => (await groups(given)).map((row) => row[name]);
