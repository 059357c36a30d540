import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const usd = (dollars: number): string => dollars.toFixed(12);
const JUNE = { from: "2026-06-01", to: "2026-06-30" };
const line = (cells: Cells = {}): Cells => ({
  ...{
    dt: "2026-06-10",
    statement_dt: "2026-06-10",
    usage_start: "2026-06-10 10:00",
    usage_end: "2026-06-10 11:00",
    period: "2026-06",
  },
  ...{ charge_kind: "token", billed_cost: 3, cur_version: "v1", ...cells },
});
/** A line that says how far the bill reaches. */
const reach = (dt: string, usage_start: string, usage_end: string): Cells =>
  line({ dt, statement_dt: dt, usage_start, usage_end });

describe("how settled a day is", () => {
  const days = async (
    billed_charges: readonly Cells[],
    bill_versions: readonly Cells[] = [],
    allocated_charges: readonly Cells[] = [],
  ) => {
    const rows = await ask("billing/status_by_day", {}, { billed_charges, hourly_usage: [], allocated_charges, bill_versions });
    return rows.find(({ dt }) => dt === "2026-06-10")?.["status"];
  };
  const staged = async (billed_charges: readonly Cells[]) =>
    (await ask("billing/day_versions", {}, { billed_charges })).find(({ dt }) => dt === "2026-06-10")?.["status"];
  const next = reach("2026-06-11", "2026-06-11 00:00", "2026-06-11 01:00");
  const invoiced = line({ invoice_id: "i" });

  it.each([
    ["provisional", [line()]],
    ["billed", [line(), next]],
    // An hour that ends at midnight covers its day, a line of the day itself does not; one of the next day does.
    ["billed", [line(), reach("2026-06-10", "2026-06-10 23:00", "2026-06-11 00:00")]],
    ["provisional", [line(), reach("2026-06-10", "2026-06-10 00:00", "2026-06-11 00:00")]],
    ["billed", [line(), reach("2026-06-11", "2026-06-11 00:00", "2026-06-12 00:00")]],
    ["provisional", [line(), { ...next, charge_kind: "not_token" }]],
    ["final", [invoiced]],
    ["provisional", [invoiced, line()]],
    ["billed", [invoiced, line(), next]],
    // Adjustments may come without an invoice.
    ["final", [invoiced, line({ charge_kind: "adjustment" })]],
    ["provisional", [line({ charge_kind: "adjustment" }), line()]],
    ["billed", [line({ charge_kind: "adjustment" }), next]],
  ] as const)("%s: %j", async (status, lines) => {
    expect(await days(lines)).toBe(status);
    expect(await staged(lines)).toBe(status);
  });

  it("is restated where the bill is another than was reconciled, or than when it was closed", async () => {
    const reconciled = (billed_cost: number) => ({ dt: "2026-06-10", billed_cost, cur_version: "v0" });
    expect(await days([invoiced], [], [reconciled(3)])).toBe("final");
    expect(await days([invoiced], [], [reconciled(1), reconciled(2)])).toBe("final");
    expect(await days([invoiced], [], [reconciled(4)])).toBe("restated");
    expect(await days([next], [], [reconciled(4)])).toBe("restated");
    expect(await days([next], [], [reconciled(0)])).toBe("provisional");
    expect(await days([invoiced], [{ dt: "2026-06-10", restatements: 1 }])).toBe("restated");
    expect(await days([invoiced], [{ dt: "2026-06-10", restatements: 0 }])).toBe("final");
    expect(await days([invoiced], [{ dt: "2026-06-11", restatements: 1 }])).toBe("final");
  });

  it("has what bill, log and reconciliation say of it", async () => {
    const given: Readonly<Record<string, readonly Cells[]>> = {
      billed_charges: [invoiced, line({ cur_version: "v2", invoice_id: "i" }), line({ statement_dt: "2026-05-31" })],
      hourly_usage: [
        { dt: "2026-06-10", estimated_cost: 1 },
        { dt: "2026-06-10", estimated_cost: 2 },
        { dt: "2026-06-12", estimated_cost: 5 },
        { dt: "2026-07-01", estimated_cost: 5 },
      ],
      allocated_charges: [
        { dt: "2026-06-10", billed_cost: 6, cur_version: "v1" },
        { dt: "2026-07-01", billed_cost: 6 },
      ],
      bill_versions: [{ dt: "2026-06-10", closed_cost: 5, closed_version: "v0", restatements: 0 }],
    };
    expect(await ask("billing/status_by_day", JUNE, given)).toEqual([
      {
        ...{
          dt: "2026-06-10",
          status: "final",
          billed_cost: usd(6),
          estimated_cost: usd(3),
          reconciled_cost: usd(6),
          invoice_id: "i",
        },
        ...{ cur_version: "v2", reconciled_version: "v1", closed_cost: usd(5), closed_version: "v0" },
      },
      { dt: "2026-06-12", status: "provisional", billed_cost: usd(0), estimated_cost: usd(5) },
    ]);
    expect(await ask("billing/day_versions", {}, { billed_charges: (given["billed_charges"] ?? []).slice(0, 2) })).toEqual([
      { dt: "2026-06-10", status: "final", billed_cost: usd(6), cur_version: "v2" },
    ]);
  });
});

it("the bill's summary has its six parts, which sum to it, and what is not on it", async () => {
  const statuses = ["allocated", "billed_not_logged", "not_token_based", "adjustment", "unclassified", "residual"];
  const allocated_charges = statuses.flatMap((status, index) => [
    { dt: "2026-06-01", status, billed_cost: 2 ** index },
    { dt: "2026-06-30", status, billed_cost: 2 ** index },
    { dt: "2026-07-01", status, billed_cost: 1000 },
    { dt: "2026-05-31", status, billed_cost: 1000 },
  ]);
  const logged_charges = ["billed", "not_yet_billed", "logged_not_billed"].flatMap((status, index) => [
    { dt: "2026-06-01", status, estimated_cost: 3 ** index },
    { dt: "2026-06-30", status, estimated_cost: 3 ** index },
    { dt: "2026-07-01", status, estimated_cost: 1000 },
  ]);
  expect(await ask("billing/summary", JUNE, { allocated_charges, logged_charges })).toEqual([
    {
      ...{
        billed_usd: usd(126),
        allocated_usd: usd(2),
        billed_not_logged_usd: usd(4),
        not_token_based_usd: usd(8),
        adjustments_usd: usd(16),
      },
      ...{ unclassified_usd: usd(32), residual_usd: usd(64), not_yet_billed_usd: usd(6), logged_not_billed_usd: usd(18) },
    },
  ]);
  const nothing = await ask("billing/summary", JUNE, { allocated_charges: [], logged_charges: [] });
  expect(Object.values(nothing[0] ?? {})).toEqual(Array.from({ length: 9 }, () => usd(0)));
});

it("what Cost Explorer is asked of a day is the bill without credits, refunds and tax", async () => {
  const billed_charges = [
    line({ billed_cost: 1 }),
    ...["credit", "refund", "tax"].map((what) => line({ charge_kind: "adjustment", what, billed_cost: 100 })),
    line({ charge_kind: "adjustment", what: "discount", billed_cost: "-0.5" }),
    line({ charge_kind: "not_token", what: "tax", billed_cost: 2 }),
    line({ dt: "2026-07-01" }),
  ];
  const hourly_usage: readonly Cells[] = [
    { dt: "2026-06-10", estimated_cost: 1 },
    { dt: "2026-06-10", estimated_cost: 2 },
    { dt: "2026-06-11", estimated_cost: 4 },
    { dt: "2026-05-31", estimated_cost: 4 },
  ];
  expect(await ask("billing/witness_days", JUNE, { billed_charges, hourly_usage })).toEqual([
    { dt: "2026-06-10", billed_cost: usd(2.5), estimated_cost: usd(3) },
    { dt: "2026-06-11", billed_cost: usd(0), estimated_cost: usd(4) },
  ]);
  expect(await ask("billing/witness_days", JUNE, { billed_charges, hourly_usage: [] })).toMatchObject([
    { billed_cost: usd(2.5), estimated_cost: usd(0) },
  ]);
});

describe("months", () => {
  it("of statement and usage count adjustments and other lines, with a fingerprint of both", async () => {
    const months = (
      billed_charges: readonly Cells[],
      more: { principals?: readonly Cells[]; usage_types?: readonly Cells[] } = {},
    ) => ask("billing/bill_months", {}, { billed_charges, principals: [], usage_types: [], ...more });
    const rows = await months([
      line(),
      line({ charge_kind: "adjustment" }),
      line({ charge_kind: "not_token" }),
      line({ dt: "2026-05-10" }),
    ]);
    expect(rows).toMatchObject([
      { period: "2026-06", usage_month: "2026-05", adjustments: 0, lines: 1 },
      { period: "2026-06", usage_month: "2026-06", adjustments: 1, lines: 2 },
    ]);
    const print = async (...given: Parameters<typeof months>) => (await months(...given))[0]?.["fingerprint"];
    const of = { principal_arn: "arn", model: "m" };
    expect(await print([line(of), line({ team: "x" })])).toBe(await print([line({ team: "x" }), line(of)]));
    expect(await print([line(of)])).not.toBe(await print([line({ ...of, team: "x" })]));
    expect(await print([line(of)])).not.toBe(await print([line(of)], { principals: [{ principal_arn: "arn", person: "p" }] }));
    expect(await print([line(of)])).toBe(await print([line(of)], { principals: [{ principal_arn: "else", person: "p" }] }));
    const named = { model: "m", model_by: "log" };
    expect(await print([line(of)])).not.toBe(await print([line(of)], { usage_types: [named] }));
    expect(await print([line(of)], { usage_types: [named, named] })).toBe(await print([line(of)], { usage_types: [named] }));
    for (const cells of [
      { model: "n", model_by: "log" },
      { model: "m", model_by: "catalog" },
    ])
      expect(await print([line(of)])).toBe(await print([line(of)], { usage_types: [cells] }));
  });

  it("of the log are to be reconciled where the bill has reached them or later", async () => {
    const usage_to_match = [
      { dt: "2026-06-01", before_bill: true },
      { dt: "2026-06-30", before_bill: false },
      { dt: "2026-05-31", before_bill: true },
      { dt: "2026-07-01", before_bill: false },
    ];
    const rows = await ask("billing/usage_months", { from: "2026-05-31", to: "2026-06-30" }, { usage_to_match });
    expect(rows.map(({ month, to_reconcile }) => [month, to_reconcile])).toEqual([
      ["2026-05", false],
      ["2026-06", true],
    ]);
  });

  it("that hold an outcome are those of either table, and the log's models are told by month", async () => {
    const given: Readonly<Record<string, readonly Cells[]>> = {
      charge_groups: [{ dt: "2026-06-01" }, { dt: "2026-06-02" }],
      allocated_charges: [{ dt: "2026-06-02" }, { dt: "2026-04-01" }],
    };
    expect(await ask("billing/settled_months", {}, given)).toEqual([{ month: "2026-04" }, { month: "2026-06" }]);
    const hourly_usage: readonly Cells[] = [
      ...[
        { dt: "2026-06-01", model: "m" },
        { dt: "2026-06-30", model: "m" },
        { dt: "2026-06-10", model: "n" },
      ],
      ...[{ dt: "2026-06-02" }, { dt: "2026-05-31", model: "o" }, { dt: "2026-07-01", model: "p" }],
    ];
    expect(await ask("billing/logged_models", JUNE, { hourly_usage })).toEqual([
      { month: "2026-06", model: "m" },
      { month: "2026-06", model: "n" },
    ]);
  });
});
