import { describe, expect, it } from "vitest";
import { lineOwners, looksAtUsage } from "../../src/billing/line-owners.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { Row } from "../../src/ports.ts";

const of = (yaml: string) => parseConfig(`attribution: ${yaml}`).attribution;
const owners = (yaml: string, row: Row = {}) =>
  lineOwners(
    [
      {
        ...{
          line_key: "k",
          usage_type: "*",
          model: "*",
          region: "*",
          account_id: "111122223333",
          principal_arn: null,
          resource_id: null,
        },
        ...{ tags: {}, resource_tags: {}, cost_category: {}, ...row },
      },
    ],
    of(yaml),
  );

describe("who pays for a billed line by what stands on it", () => {
  it.each<[string, string, Row]>([
    ["its account", "account: '111122223333'", {}],
    ["its resource", "resource: arn:r", { resource_id: "arn:r" }],
    ["its usage type", "usage_type: USE1-Input", { usage_type: "USE1-Input" }],
    ["its model", "model: nova-lite", { model: "nova-lite" }],
    ["its region", "region: us-east-1", { region: "us-east-1" }],
    ["its principal", "principal: arn:aws:iam::111122223333:user/ann", { principal_arn: "arn:aws:iam::111122223333:user/ann" }],
    ["a tag of its resource", "resource_tag: { app: search }", { resource_tags: { app: "search" } }],
    ["a cost category", "cost_category: { unit: search }", { cost_category: { unit: "search" } }],
  ])("can be told by %s", (_, match, row) => {
    const rules = `{ rules: [{ name: r, match: { ${match} }, team: search }] }`;
    expect(owners(rules, row)).toMatchObject([{ line_key: "k", team: "search", attribution_source: "rule:r" }]);
    expect(owners(rules, { account_id: "999900001111" })).toMatchObject([{ team: null, attribution_source: null }]);
  });

  it("is told for each stretch of days that strata.yml attributes alike", () => {
    const rules =
      "{ rules: [{ name: a, match: { account: '*' }, team: before, to: 2026-10-05 }, { name: b, match: { account: '*' }, team: after, from: 2026-10-06 }] }";
    const rows = owners(rules);
    expect(rows.map(({ team }) => team)).toContain("before");
    const [earlier, later] = [rows.find(({ team }) => team === "before"), rows.find(({ team }) => team === "after")];
    expect([earlier?.to_day, later?.from_day]).toEqual(["2026-10-05", "2026-10-06"]);
  });

  it("is told by the tags of the line, with what the other labels of cost mean", () => {
    const row = { resource_tags: { team: "search", "cost-center": "C-7", environment: "prod", project: "chat" } };
    expect(owners("{}", row)).toMatchObject([{ team: "search", cost_center: "C-7", environment: "prod", feature: "chat" }]);
  });

  it("is nobody where nothing says so", () => {
    for (const nothing of [null, "", "*"])
      expect(owners("{ rules: [{ name: r, match: { usage_type: '*' }, team: t }] }", { usage_type: nothing })).toMatchObject([
        { team: null },
      ]);
    expect(owners("{}", { tags: null, resource_tags: "none", cost_category: ["x"] })).toMatchObject([
      { team: null, person: null, cost_center: null, environment: null, feature: null, attribution_source: null },
    ]);
  });

  it.each([
    ["usage_type: x", true],
    ["model: x", true],
    ["region: x", true],
    ["account: x", false],
  ])("needs lines told apart by usage where a rule looks at it: %s", (match, looks) =>
    expect(looksAtUsage(of(`{ rules: [{ name: r, match: { ${match} }, team: t }] }`))).toBe(looks),
  );
});
