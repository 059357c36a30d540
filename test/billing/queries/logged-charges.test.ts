import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const DAY = "2026-06-10";
const usd = (dollars: number): string => dollars.toFixed(12);
const log = (cells: Cells = {}): Cells => ({
  ...{ dt: DAY, side: "log", id: 2, account_id: A, model: "m", token_type: "input", service_tier: "on-demand", team: "red" },
  ...{ tokens: 100, estimated_cost: 1, pending: false, late: false, ...cells },
});
const match = (tokens: number, cells: Cells = {}): Cells => ({ dt: DAY, log_dt: DAY, log_id: 2, bill_id: 1, tokens, ...cells });
const charges = (charge_groups: readonly Cells[], charge_matches: readonly Cells[] = [], billed_charges: readonly Cells[] = []) =>
  ask("billing/logged_charges", { from: "2026-06-01", to: "2026-06-30" }, { charge_groups, charge_matches, billed_charges });
/** Each row as in `billed 100`, with its dollars. */
const told = async (...given: Parameters<typeof charges>) =>
  (await charges(...given)).map((row) => [`${row["status"]} ${row["tokens"]}`, row["estimated_cost"]]);

// docs/reconciliation.md, "The three statuses of a logged token".
describe("logged tokens", () => {
  it("are billed as far as lines explain them, with their share of the estimate", async () => {
    expect(await told([log()], [match(100)])).toEqual([["billed 100", usd(1)]]);
    expect(await told([log()], [match(25), match(35, { bill_id: 3 })])).toEqual([
      ["billed 60", usd(0.6)],
      ["logged_not_billed 40", usd(0.4)],
    ]);
    expect(await told([log({ tokens: 3, estimated_cost: "0.000000000010" })], [match(1)])).toEqual([
      ["billed 1", "0.000000000003"],
      ["logged_not_billed 2", "0.000000000007"],
    ]);
  });

  it("that no line explains are not billed, or not yet where the end of the bill is near", async () => {
    expect(await told([log()])).toEqual([["logged_not_billed 100", usd(1)]]);
    expect(await told([log({ late: true })])).toEqual([["not_yet_billed 100", usd(1)]]);
    expect(await told([log({ late: true, pending: true })])).toEqual([["not_yet_billed 100", usd(1)]]);
    expect(await told([log({ late: true })], [match(60)])).toEqual([
      ["billed 60", usd(0.6)],
      ["not_yet_billed 40", usd(0.4)],
    ]);
  });

  it("are explained by lines of their group, the next day's included", async () => {
    const others: readonly Cells[] = [{ log_id: 3 }, { log_dt: "2026-06-11" }];
    for (const cells of others) expect(await told([log()], [match(100, cells)])).toEqual([["logged_not_billed 100", usd(1)]]);
    const last = log({ dt: "2026-06-30" });
    expect(await told([last], [match(100, { log_dt: "2026-06-30", dt: "2026-07-01" })])).toEqual([["billed 100", usd(1)]]);
    expect(await told([last], [match(100, { log_dt: "2026-06-30", dt: "2026-07-02" })])).toEqual([
      ["logged_not_billed 100", usd(1)],
    ]);
  });

  it("are of the log's side and the days asked for", async () => {
    expect(await told([log({ side: "bill" }), log({ dt: "2026-05-31" }), log({ dt: "2026-07-01" })])).toEqual([]);
    expect(await told([log({ dt: "2026-06-01" }), log({ dt: "2026-06-30" })])).toHaveLength(2);
  });

  it("of groups that are alike to their owner are one row", async () => {
    expect(
      await told(
        [log(), log({ id: 3, tokens: 50, estimated_cost: 2, environment: "e" })],
        [match(100), match(50, { log_id: 3 })],
      ),
    ).toEqual([["billed 150", usd(3)]]);
    const apart = [
      ...["account_id", "region", "principal_arn", "principal_type", "principal_name", "person", "team", "cost_center", "model"],
      ...["token_type", "routing", "service_tier"],
    ];
    for (const name of apart) {
      const rows = await charges([log({ [name]: "x" }), log({ id: 3, [name]: "y" })]);
      expect(rows.map((row) => row[name])).toEqual(["x", "y"]);
    }
  });
});

describe("calls without tokens, such as images", () => {
  const image = (cells: Cells = {}): Cells => log({ tokens: 0, ...cells });
  const line = (cells: Cells = {}): Cells => ({
    dt: DAY,
    account_id: A,
    model: "m",
    charge_kind: "not_token",
    period: "2026-06",
    ...cells,
  });
  it("are billed where their model has lines by the piece that day", async () => {
    expect(await told([image()], [], [line(), line()])).toEqual([["billed 0", usd(1)]]);
    expect(await told([image()], [], [line({ period: "2026-09" })])).toEqual([["billed 0", usd(1)]]);
    const none: readonly Cells[] = [
      { dt: "2026-06-11" },
      { account_id: B },
      { model: "n" },
      { charge_kind: "token" },
      { period: "2026-11" },
      { period: "2026-05" },
    ];
    for (const cells of none) expect(await told([image()], [], [line(cells)])).toEqual([["logged_not_billed 0", usd(1)]]);
    expect(await told([image()])).toEqual([["logged_not_billed 0", usd(1)]]);
  });

  it("are not where the bill does not reach; tokens are billed by the token", async () => {
    expect(await told([image({ pending: true, late: true })], [], [line()])).toEqual([["not_yet_billed 0", usd(1)]]);
    expect(await told([log()], [], [line()])).toEqual([["logged_not_billed 100", usd(1)]]);
    expect(await told([log({ tokens: 1 })], [], [line()])).toEqual([["logged_not_billed 1", usd(1)]]);
  });
});

describe("calls of capacity that is billed by the hour", () => {
  const provisioned = { service_tier: "provisioned" };
  const line = (cells: Cells = {}): Cells => ({
    dt: "2026-06-01",
    account_id: A,
    charge_kind: "not_token",
    period: "2026-06",
    ...provisioned,
    ...cells,
  });
  it("are covered by the hours of that account and tier in their month", async () => {
    expect(await told([log(provisioned)], [], [line(), line()])).toEqual([["billed 100", usd(1)]]);
    expect(await told([log({ ...provisioned, tokens: 0 })], [], [line()])).toEqual([["billed 0", usd(1)]]);
    expect(await told([log({ ...provisioned, tokens: 1 })], [], [line()])).toEqual([["billed 1", usd(1)]]);
    const others: readonly Cells[] = [
      { period: "2026-05" },
      { account_id: B },
      { service_tier: "imported" },
      { charge_kind: "adjustment" },
    ];
    for (const cells of others)
      expect(await told([log(provisioned)], [], [line(cells)])).toEqual([["logged_not_billed 100", usd(1)]]);
    expect(await told([log({ ...provisioned, pending: true, late: true })], [], [line()])).toEqual([
      ["not_yet_billed 100", usd(1)],
    ]);
    // What lines explain by the token counts as it is.
    expect(await told([log(provisioned)], [match(60)], [line()])).toEqual([
      ["billed 60", usd(0.6)],
      ["logged_not_billed 40", usd(0.4)],
    ]);
  });
});
