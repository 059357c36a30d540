import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limitFor } from "../../src/anomaly/budget-limits.ts";
import { attributor } from "../../src/attribution/attribute.ts";
import type { Facts } from "../../src/attribution/facts.ts";
import { attributionPeriods } from "../../src/attribution/periods.ts";
import { attributionConfig } from "../../src/config/attribution.ts";
import { budgetsConfig } from "../../src/config/budgets.ts";

/** One rule for each of some values of one fact: no two can match the same call or line. */
const FACTS = {
  account: (value: string): Partial<Facts> => ({ accountId: value }),
  region: (value: string): Partial<Facts> => ({ region: value }),
  usage_type: (value: string): Partial<Facts> => ({ usageType: value }),
  model: (value: string): Partial<Facts> => ({ model: value }),
  resource: (value: string): Partial<Facts> => ({ resources: [value] }),
  principal: (value: string): Partial<Facts> => ({ principalArn: value }),
} as const;
const fact = fc.constantFrom(...(Object.keys(FACTS) as (keyof typeof FACTS)[]));

describe("the rule table", () => {
  it("gives the same teams in any order of rules that cannot match the same", () => {
    const table = fact.chain((name) =>
      fc
        .uniqueArray(
          fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes("*")),
          { minLength: 1, maxLength: 12 },
        )
        .chain((values) =>
          fc.record({
            name: fc.constant(name),
            values: fc.constant(values),
            order: fc.shuffledSubarray(values, { minLength: values.length }),
          }),
        ),
    );
    fc.assert(
      fc.property(table, ({ name, values, order }) => {
        const attributeBy = (ordered: readonly string[]) =>
          attributor(
            attributionConfig.parse({
              rules: ordered.map((value) => ({
                name: `r${values.indexOf(value)}`,
                match: { [name]: value },
                team: `team of ${value}`,
              })),
            }),
          );
        const [first, second] = [attributeBy(values), attributeBy(order)];
        for (const value of [...values, "none of them"]) {
          const facts: Facts = { day: "2026-10-05", accountId: "", ...FACTS[name](value) };
          expect(second(facts).team).toBe(first(facts).team);
          expect(first(facts).team).toBe(values.includes(value) ? `team of ${value}` : "unattributed");
        }
      }),
    );
  });

  it("gives the same on every day of a stretch, and stretches cover all days once", () => {
    const day = fc.integer({ min: 1, max: 28 }).map((number) => `2026-10-${String(number).padStart(2, "0")}`);
    const period = fc.tuple(day, day).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
    fc.assert(
      fc.property(fc.array(period, { maxLength: 5 }), fc.array(period, { maxLength: 5 }), day, (rules, members, asked) => {
        const config = attributionConfig.parse({
          teams: Object.fromEntries(members.map((days, index) => [`m${index}`, { members: [{ person: "ann", ...days }] }])),
          rules: rules.map((days, index) => ({ name: `r${index}`, match: { account: "1" }, team: `t${index}`, ...days })),
        });
        const attribute = attributor(config);
        const holding = attributionPeriods(config).filter(({ from, to }) => from <= asked && asked <= to);
        expect(holding).toHaveLength(1);
        const facts = { accountId: "1", person: "ann" };
        expect(attribute({ ...facts, day: asked })).toEqual(attribute({ ...facts, day: holding[0]?.from ?? "" }));
      }),
    );
  });

  it("leaves out what attribution.order leaves out, and takes its order", () => {
    const facts: Facts = {
      day: "2026-10-05",
      accountId: "1",
      metadata: new Map([["team", "claimed"]]),
      principalTags: new Map([["team", "tagged"]]),
    };
    const team = (order: readonly string[]) => attributor(attributionConfig.parse({ order }))(facts).team;
    expect(team(["metadata", "principal_tag"])).toBe("claimed");
    expect(team(["principal_tag", "metadata"])).toBe("tagged");
    expect(team(["members"])).toBe("unattributed");
    expect(() => attributionConfig.parse({ order: ["rule", "rule"] })).toThrow("names a source twice");
  });

  it("reads other keys where strata.yml names them, a cost category only by its class", () => {
    const attribute = attributor(attributionConfig.parse({ tags: { team: ["squad", "costCategory/Org"] } }));
    const given = (more: Partial<Facts>) => attribute({ day: "2026-10-05", accountId: "1", ...more });
    expect(
      given({
        resourceTags: new Map([
          ["Squad", "a"],
          ["team", "b"],
        ]),
      }),
    ).toMatchObject({ team: "a", source: "resource_tag" });
    expect(
      given({
        costCategories: new Map([
          ["org", "c"],
          ["squad", "d"],
        ]),
      }),
    ).toMatchObject({ team: "c", source: "cost_category" });
    expect(given({ principalTags: new Map([["team", "b"]]) }).team).toBe("unattributed");
  });
});

describe("an address", () => {
  it("is one person to members, rules and budgets, however it is written", () => {
    const attribute = attributor(
      attributionConfig.parse({
        teams: { one: { members: ["*@Example.com"] } },
        rules: [{ name: "bo", match: { person: "BO@example.com" }, team: "two" }],
      }),
    );
    for (const person of ["Alice@example.com", "alice@example.com", "ALICE@EXAMPLE.COM"])
      expect(attribute({ day: "2026-10-05", accountId: "1", person })).toMatchObject({
        person: "alice@example.com",
        team: "one",
      });
    expect(attribute({ day: "2026-10-05", accountId: "1", person: "bo@Example.com" }).team).toBe("two");
    const budgets = budgetsConfig.parse([{ scope: "person", name: "Alice@Example.com", period: "day", limit_usd: 40 }]);
    expect(limitFor(budgets, "person", "day", "alice@example.com")?.limit).toBe(40_000_000_000_000n);
  });
});
