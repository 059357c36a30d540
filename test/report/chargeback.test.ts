import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reportConfig } from "../../src/config/report.ts";
import { parseUsd, toCents } from "../../src/money.ts";
import { type ChargedMonth, chargeback } from "../../src/report/chargeback.ts";
import { NO_USAGE } from "../../src/report/measures.ts";

const month = (teams: Readonly<Record<string, string>>): ChargedMonth => ({
  bill: undefined,
  by: {
    team: Object.entries(teams).map(([name, amount]) => ({
      name,
      labels: { cost_center: `CC-${name}` },
      usage: { ...NO_USAGE, estimated: parseUsd(amount) },
      billed: 0n,
    })),
  },
});
const shared = (value: unknown) => reportConfig.parse({ shared: value }).shared;
const totals = (data: ChargedMonth, config: unknown) =>
  Object.fromEntries(chargeback(data, shared(config)).lines.map((line) => [line.team, line.total]));

describe("chargeback", () => {
  const teams = month({ a: "30", b: "10", unattributed: "8" });
  test.each([
    ["by_usage", { split: "by_usage" }, { a: "36", b: "12" }],
    ["even", { split: "even" }, { a: "34", b: "14" }],
    ["fixed, also for a team without usage", { split: "fixed", shares: { b: 1, c: 3 } }, { a: "30", b: "12", c: "6" }],
    ["none", { split: "none" }, { a: "30", b: "10", unattributed: "8" }],
    ["a word", "even", { a: "34", b: "14" }],
    ["a named team", { team: "b" }, { a: "30", b: "18" }],
    ["by kind", { unattributed: "by_usage", tax: "even" }, { a: "36", b: "12" }],
    ["other kinds only", { tax: "even" }, { a: "30", b: "10", unattributed: "8" }],
    ["the kinds that are not named", { tax: "none", default: { team: "a" } }, { a: "38", b: "10" }],
    ["nothing said: it stays", {}, { a: "30", b: "10", unattributed: "8" }],
  ])("splits what belongs to no team: %s", (_, config, expected) => {
    expect(totals(teams, config)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([team, amount]) => [team, parseUsd(amount)])),
    );
  });

  test("keeps the pool as a line when no team can take it", () => {
    expect(totals(month({ unattributed: "8" }), { split: "even" })).toEqual({ unattributed: parseUsd("8") });
  });

  test("says what is not known: an estimate without prices is no zero, and the bill knows what it charges", () => {
    const { by } = month({ priced: "3", some: "2", none: "0", unattributed: "0" });
    const unpriced = new Map([
      ["some", 4],
      ["none", 7],
      ["unattributed", 1],
    ]);
    const rows = by.team.map((row) => ({
      ...row,
      usage: { ...row.usage, unpriced: unpriced.get(row.name) ?? 0 },
      billed: row.name === "none" ? parseUsd("5") : 0n,
    }));
    const known = (data: ChargedMonth) =>
      Object.fromEntries(chargeback(data, shared({})).lines.map((line) => [line.team, line.known]));
    expect(known({ bill: undefined, by: { team: rows } })).toEqual({
      priced: "complete",
      some: "at least",
      none: "unknown",
      unattributed: "unknown",
    });
    const nobody = [{ team: "unattributed", kind: "unattributed", billed: 0n }];
    expect(known({ bill: { shared: nobody, adjustments: [] }, by: { team: rows } })).toEqual({
      priced: "complete",
      some: "complete",
      none: "complete",
    });
  });

  test("never loses or makes a pico-dollar", () => {
    const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(
        fc.array(amount, { maxLength: 8 }),
        amount,
        fc.constantFrom("by_usage", "even", "none"),
        (direct, pool, split) => {
          const names = Object.fromEntries(direct.map((_, index) => [`t${index}`, "0"]));
          const base = month({ ...names, unattributed: "0" });
          const data: ChargedMonth = {
            bill: undefined,
            by: {
              team: base.by.team.map((row, index) => ({
                ...row,
                usage: { ...NO_USAGE, estimated: row.name === "unattributed" ? pool : (direct[index] ?? 0n) },
              })),
            },
          };
          expect(chargeback(data, shared({ split })).total).toBe(direct.reduce((a, b) => a + b, 0n) + pool);
        },
      ),
    );
  });

  test("fixed shares without any share are refused", () => {
    expect(() => shared({ split: "fixed" })).toThrow("split: fixed needs shares");
  });
});

describe("what is booked", () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), { maxLength: 40 });

  test("is whole cents, less than a cent from the amount, and sums to the sum in whole cents", () => {
    fc.assert(
      fc.property(amounts, (list) => {
        const cent = 10n ** 10n;
        const booked = toCents(list);
        const [all = 0n] = toCents([list.reduce((a, b) => a + b, 0n)]);
        expect(booked.reduce((a, b) => a + b, 0n)).toBe(all);
        for (const [index, amount] of booked.entries()) {
          expect(amount % cent).toBe(0n);
          const off = amount - (list[index] ?? 0n);
          expect(off < cent && off > -cent).toBe(true);
        }
      }),
    );
  });

  test("three thirds of a dollar are 34, 33 and 33 cents", () => {
    expect(toCents(["0.333333333334", "0.333333333333", "0.333333333333"].map(parseUsd))).toEqual(
      ["0.34", "0.33", "0.33"].map(parseUsd),
    );
  });

  test("names tax, credit and discount of each team, also of those that are split", () => {
    const bill = {
      shared: [
        { team: "shared", kind: "tax", billed: parseUsd("4") },
        { team: "shared", kind: "credit", billed: parseUsd("-1") },
      ],
      adjustments: [
        { team: "a", kind: "discount", billed: parseUsd("-2") },
        { team: "shared", kind: "tax", billed: parseUsd("4") },
        { team: "shared", kind: "credit", billed: parseUsd("-1") },
      ],
    };
    const row = (name: string, billed: string) => ({ name, labels: {}, usage: NO_USAGE, billed: parseUsd(billed) });
    const charged = chargeback(
      { bill, by: { team: [row("a", "30"), row("b", "10"), row("shared", "3")] } },
      shared({ tax: "by_usage" }),
    );
    const line = (team: string) => charged.lines.find((one) => one.team === team);
    expect(line("a")).toMatchObject({
      total: parseUsd("33"),
      adjustments: { discount: parseUsd("-2"), tax: parseUsd("3"), credit: 0n },
    });
    expect(line("b")).toMatchObject({ total: parseUsd("11"), adjustments: { tax: parseUsd("1") } });
    expect(line("shared")).toMatchObject({ total: parseUsd("-1"), adjustments: { credit: parseUsd("-1"), tax: 0n } });
  });
});
