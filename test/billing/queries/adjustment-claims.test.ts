import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const [A, B, C] = ["111122223333", "444455556666", "777788889999"];
const RANGE = { from: "2026-07-01", to: "2026-07-31", lines_from: "2026-06-01" };
/** A discount on the statement of July that names usage of June 10. */
const adjustment = (cells: Cells = {}): Cells => ({
  ...{
    dt: "2026-07-01",
    id: 1,
    usage_dt: "2026-06-10",
    period: "2026-07",
    status: "adjustment",
    account_id: A,
    payer_account_id: C,
  },
  ...{
    billing_entity: "AWS",
    product_code: "Bedrock",
    line_usage_type: "u1",
    region: "r1",
    line_principal: "p1",
    resource_id: "x",
    tag_set: "t1",
  },
  ...{ is_long: false },
  ...cells,
});
const less = (row: Cells, ...names: readonly string[]): Cells =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
/** A line that says the same, with a dollar of a team. */
const line = (team: string, cells: Cells = {}): Cells => ({
  ...{ ...adjustment(), id: 100, status: "allocated", billed_cost: 1, team, usage_dt: "2026-06-10", dt: "2026-06-10" },
  ...cells,
});
const later = { usage_dt: "2026-06-20", dt: "2026-06-20" };
const period = { usage_dt: "2026-07-05", dt: "2026-07-05" };
const other = { product_code: "Other" };
const usage = { line_usage_type: "u2" };
/** From the nearest to the furthest: each is followed only where there is none before it. */
const levels: readonly (readonly [claim: string, line: Cells])[] = [
  ["named", line("of its day")],
  ["named", line("of its month", later)],
  ["named", line("of another product", { ...later, ...other })],
  ["named", line("of the period", period)],
  ["named", line("of its day, tagged otherwise", { tag_set: "t2" })],
  ["named", line("of its month, tagged otherwise", { ...later, tag_set: "t2" })],
  ["named", line("of another product, tagged otherwise", { ...later, ...other, tag_set: "t2" })],
  ["named", line("of the period, tagged otherwise", { ...period, tag_set: "t2" })],
  ["account", line("of the account", { ...later, ...usage })],
  ["account", line("of the account, another product", { ...later, ...usage, ...other })],
  ["account", line("of the account's period", { ...period, ...usage })],
  ["account", line("of the account's period, another product", { ...period, ...usage, ...other })],
  ["payer", line("of the payer", { ...period, ...usage, account_id: B })],
  ["payer", line("of the payer, another product", { ...period, ...usage, ...other, account_id: B })],
];
const from = (place: number): Cells[] => levels.slice(place).map(([, each], index) => ({ ...each, id: 100 + index }));
const follows = async (given: Cells, lines: readonly Cells[], usage_claims: readonly Cells[] = []) =>
  (await ask("billing/adjustment_claims", RANGE, { charge_parts: [given, ...lines], usage_claims })).map(
    ({ claim, team, weight }) => [claim, team, weight],
  );
const one = async (given: Cells, lines: readonly Cells[]) => (await follows(given, lines))[0]?.[1];
const teamAt = (place: number) => levels[place]?.[1]["team"];

// docs/reconciliation.md: a discount, credit, refund or tax follows the lines that it names, then its account's, then its payer's, of its own seller.
describe("an adjustment", () => {
  it.each(levels.map(([claim, { team }], place) => [team, claim, place] as const))(
    "follows the lines %s",
    async (team, claim, place) => {
      expect(await follows(adjustment(), from(place))).toEqual([[claim, team, 1_000_000_000]]);
    },
  );

  it("follows none of another seller, another payer or another month", async () => {
    expect(await follows(adjustment({ billing_entity: "AWS Marketplace" }), from(0))).toEqual([]);
    expect(
      await follows(
        adjustment(),
        from(0).map((each) => ({ ...each, billing_entity: "AWS Marketplace" })),
      ),
    ).toEqual([]);
    expect(
      await follows(
        adjustment(),
        from(12).map((each) => ({ ...each, payer_account_id: B })),
      ),
    ).toEqual([]);
    const may = { usage_dt: "2026-05-10" };
    expect(
      await follows(
        adjustment(),
        from(0).map((each) => ({ ...each, ...may })),
      ),
    ).toEqual([]);
    expect(
      await follows(
        adjustment(),
        from(0).map((each) => ({ ...each, dt: "2026-05-31" })),
      ),
    ).toEqual([]);
    expect(await follows(adjustment({ dt: "2026-06-30" }), from(0))).toEqual([]);
    expect(await follows(adjustment({ dt: "2026-08-01" }), from(0))).toEqual([]);
  });

  it("for longer than a day follows no single day", async () => {
    expect(await follows(adjustment({ is_long: true }), [...from(0).slice(0, 1), line("later", { ...later, id: 101 })])).toEqual(
      [
        ["named", "of its day", 1_000_000_000],
        ["named", "later", 1_000_000_000],
      ].sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1)),
    );
    expect((await follows(adjustment({ is_long: true }), from(4))).map(([, team]) => team)).toEqual([teamAt(4), teamAt(5)]);
  });

  it("that names nothing follows its account, and without tags any lines that it names", async () => {
    const nothing = less(adjustment(), "line_usage_type", "region", "line_principal", "resource_id");
    expect((await follows(nothing, from(0)))[0]?.[0]).toBe("account");
    for (const name of ["line_usage_type", "region", "line_principal", "resource_id"]) {
      const only = { ...nothing, [name]: adjustment()[name] ?? "" };
      const same = line("the same", {
        line_usage_type: "u9",
        region: "r9",
        line_principal: "p9",
        resource_id: "x9",
        [name]: adjustment()[name] ?? "",
      });
      const different = line("different", { ...same, id: 101, team: "different", [name]: "z" });
      expect([name, await follows(only, [same, different])]).toEqual([name, [["named", "the same", 1_000_000_000]]]);
    }
    expect(
      (await follows(less(adjustment(), "tag_set"), [line("a"), line("b", { id: 101, tag_set: "t2" })])).map(([, team]) => team),
    ).toEqual(["a", "b"]);
  });

  it("whose own words name a payer goes no further than they reach", async () => {
    const placed = (attribution_place: number) => adjustment({ attribution_place });
    expect(await one(placed(999_999), from(3))).toBe(teamAt(3));
    expect(await one(placed(999_999), from(4))).toBeUndefined();
    expect(await one(placed(1_000_000), from(4))).toBe(teamAt(4));
    expect(await one(placed(1_000_000), from(11))).toBe(teamAt(11));
    expect(await one(placed(1_999_999), from(12))).toBeUndefined();
    expect(await one(placed(2_000_000), from(12))).toBe(teamAt(12));
  });

  it("follows by dollars, in billionths; what adds up to nothing is followed by none", async () => {
    const lines = [
      line("a", { id: 101, billed_cost: 3, cost_center: "cc", environment: "env", feature: "f" }),
      line("b", { id: 102, billed_cost: 0.25 }),
      line("b", { id: 103, billed_cost: 0.5 }),
      line("c", { id: 104, billed_cost: 2 }),
      line("c", { id: 105, billed_cost: -2 }),
      less(line("", { id: 106, billed_cost: 5 }), "team"),
    ];
    expect(await ask("billing/adjustment_claims", RANGE, { charge_parts: [adjustment(), ...lines], usage_claims: [] })).toEqual([
      {
        dt: "2026-07-01",
        part_id: 1,
        claim: "named",
        team: "a",
        cost_center: "cc",
        environment: "env",
        feature: "f",
        weight: 3_000_000_000,
      },
      { dt: "2026-07-01", part_id: 1, claim: "named", team: "b", weight: 750_000_000 },
      { dt: "2026-07-01", part_id: 1, claim: "named", team: "shared", weight: 5_000_000_000 },
    ]);
  });

  it("follows those whose calls claim a line, not whom the line itself names", async () => {
    const claim = (team: string, weight: number, cells: Cells = {}): Cells => ({
      dt: "2026-06-10",
      part_id: 100,
      team,
      weight,
      ...cells,
    });
    const claims = [
      claim("calls", 3, { cost_center: "cc", environment: "env", feature: "f" }),
      claim("others", 1),
      claim("nobody", 9, { part_id: 101 }),
      claim("nobody", 9, { dt: "2026-06-11" }),
    ];
    const lines = [
      line("line", { billed_cost: 8, cost_center: "x", environment: "y", feature: "z" }),
      line("second", { id: 102 }),
    ];
    expect(await follows(adjustment(), lines, claims)).toEqual([
      ["named", "calls", 6_000_000_000],
      ["named", "others", 2_000_000_000],
      ["named", "second", 1_000_000_000],
    ]);
    const [first] = await ask("billing/adjustment_claims", RANGE, {
      charge_parts: [adjustment(), ...lines],
      usage_claims: claims,
    });
    expect(first).toMatchObject({ cost_center: "cc", environment: "env", feature: "f" });
  });
});
