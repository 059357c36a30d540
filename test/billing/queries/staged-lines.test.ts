import { describe, expect, it } from "vitest";
import type { QueryParams } from "../../../src/ports.ts";
import { ask, type Cells } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);
const line = (cells: Cells = {}): Cells => ({ dt: "2026-06-10", period: "2026-06", charge_kind: "token", ...cells });

describe("of the lines as staged", () => {
  const odd = async (...cur_line_items: readonly Cells[]) =>
    (await ask("billing/staged_checks", { month: "2026-06" }, { cur_line_items })).map(({ finding, sample, lines, amount }) => [
      finding,
      sample,
      lines,
      amount,
    ]);
  const raw = (cells: Cells = {}): Cells => ({
    ...{
      period: "2026-06",
      currency_code: "USD",
      line_item_type: "Usage",
      line_item_id: "l",
      unblended_cost: 2,
      usage_amount: 1,
    },
    ...{ payer_account_id: A, usage_start: "2026-06-01 00:00", usage_end: "2026-06-02 00:00", ...cells },
  });

  it("other currencies, negative usage, and bills of a line a month are told", async () => {
    expect(await odd(raw(), raw({ period: "2026-05", currency_code: "EUR" }))).toEqual([]);
    expect(await odd(raw({ currency_code: "EUR" }), raw({ currency_code: "EUR" }), raw({ currency_code: "INR" }))).toEqual([
      ["other_currency", "EUR", 2, usd(4)],
      ["other_currency", "INR", 1, usd(2)],
    ]);
    expect(
      await odd(
        raw({ unblended_cost: -2, line_item_id: "b" }),
        raw({ usage_amount: -1, line_item_id: "a", line_item_type: "DiscountedUsage" }),
      ),
    ).toEqual([["negative_lines", "a", 2, usd(0)]]);
    expect(await odd(raw({ unblended_cost: 0, usage_amount: 0 }), raw({ unblended_cost: -2, line_item_type: "Credit" }))).toEqual(
      [],
    );
    expect(await odd(raw({ unblended_cost: -2, period: "2026-05" }))).toEqual([]);
    const month = { usage_end: "2026-06-02 00:01" };
    expect(await odd(raw(month), raw(month))).toEqual([["monthly_lines", A, 2, usd(4)]]);
    expect(await odd(raw(month), raw())).toEqual([]);
    expect(await odd(raw(month), raw({ payer_account_id: B }))).toEqual([["monthly_lines", A, 1, usd(2)]]);
    expect(await odd(raw(month), raw({ line_item_type: "Tax" }))).toEqual([["monthly_lines", A, 1, usd(2)]]);
    expect(await odd(raw({ ...month, period: "2026-05" }), raw({ ...month, line_item_type: "Tax" }))).toEqual([]);
  });

  it("words are each combination once, in their order, empty where a line has none", async () => {
    const names = [
      ...[
        "product_code",
        "product_name",
        "usage_type",
        "operation",
        "pricing_unit",
        "description",
        "billing_entity",
        "line_item_type",
      ],
    ];
    const same = Object.fromEntries(names.map((name) => [name, name]));
    const words = async (...cur_line_items: readonly Cells[]) =>
      (await ask("billing/usage_words", {}, { cur_line_items })).map((row) => names.map((name) => row[name]).join());
    expect(await words(same, same)).toEqual([names.join()]);
    expect(await words({ period: "2026-06" })).toEqual([",,,,,,,"]);
    // Each word alone decides the order of two lines that differ in it.
    for (const name of names) {
      const [a, b] = ["a", "b"].map((word) => names.map((each) => (each === name ? word : each)).join());
      expect(await words({ ...same, [name]: "b" }, { ...same, [name]: "a" })).toEqual([a, b]);
      expect(await words({ ...same, [name]: "a" }, { ...same, [name]: "b" })).toEqual([a, b]);
    }
  });

  it("principals are those of bill, log and before, each once", async () => {
    const given: Readonly<Record<string, readonly Cells[]>> = {
      cur_line_items: [{ iam_principal: "bill" }, { iam_principal: "both" }, { period: "2026-06" }],
      hourly_usage: [
        { dt: "2026-06-01", principal_arn: "both" },
        { dt: "2026-05-31", principal_arn: "old" },
        { dt: "2026-06-02" },
      ],
      principals: [{ principal_arn: "known" }, { principal_arn: "both" }],
    };
    const names = async (params: QueryParams) =>
      (await ask("billing/principal_arns", params, given)).map((row) => row["principal_arn"]);
    expect(await names({ from: "2026-06-01" })).toEqual(["bill", "both", "known"]);
    expect(await names({})).toEqual(["bill", "both", "known", "old"]);
  });

  it("a profile has the model that all its token lines name", async () => {
    const profile = (id: string, model: string, cells: Cells = {}): Cells =>
      line({ resource_id: `arn:x:application-inference-profile/${id}`, model, ...cells });
    const billed_charges = [
      ...[
        profile("a", "m"),
        profile("a", "m"),
        profile("b", "m"),
        profile("b", "n"),
        profile("c", "m", { charge_kind: "not_token" }),
      ],
      line({ resource_id: "arn:x:provisioned-model/d", model: "m" }),
    ];
    expect(await ask("billing/profile_models", {}, { billed_charges })).toEqual([
      { resource_id: "arn:x:application-inference-profile/a", model: "m" },
    ]);
  });

  it("facts are told apart by usage type, model and region, or not", async () => {
    const facts = async (by_usage: string, ...cells: readonly Cells[]) =>
      (
        await ask(
          "billing/line_facts",
          { by_usage },
          { billed_charges: cells.map((each) => line({ line_key: "k", account_id: A, ...each })) },
        )
      ).map(({ line_key, usage_type, model, region, account_id }) => [line_key, usage_type, model, region, account_id].join(" "));
    const whole = { usage_type: "u", model: "m", region: "r" };
    expect(await facts("true", whole, whole)).toEqual([`k u m r ${A}`]);
    for (const [name, expected] of [
      ["usage_type", "k  m r"],
      ["model", "k u  r"],
      ["region", "k u m "],
    ] as const)
      expect(await facts("true", Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name)))).toEqual([
        `${expected} ${A}`,
      ]);
    expect(
      await facts("true", whole, { ...whole, usage_type: "v" }, { ...whole, model: "n" }, { ...whole, region: "s" }),
    ).toHaveLength(4);
    expect(await facts("false", whole, { usage_type: "v", model: "n", region: "s", account_id: B })).toEqual([`k * * * ${A}`]);
    expect(await facts("false", whole, { line_key: "l" })).toHaveLength(2);
  });
});
