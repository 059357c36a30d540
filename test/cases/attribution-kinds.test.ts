import { beforeAll, describe, expect, it, vi } from "vitest";
import { adjustment, company, type LoggedCall, other, tokens } from "./bill-company.ts";
import { type CaseResult, runCase } from "./run-case.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const account = (number: number): string => String(100_000_000_000 + number);
const role = (number: number, session: string): string => `arn:aws:sts::${account(number)}:assumed-role/App/${session}`;
const user = (number: number, name: string): string => `arn:aws:iam::${account(number)}:user/${name}`;
const tag = (team: string, key = "iamPrincipal/team"): Record<string, string> => ({ tags: JSON.stringify({ [key]: team }) });
const model = (number: number, kind: string): string => `arn:aws:bedrock:us-east-1:${account(number)}:${kind}`;
const MONTH = { line_item_usage_start_date: "2026-10-01T00:00:00Z", line_item_usage_end_date: "2026-11-01T00:00:00Z" };
const MARKETPLACE = (product: string) => ({
  bill_billing_entity: "AWS Marketplace",
  line_item_product_code: product,
  line_item_usage_type: "USE1-MP:USE1_InputTokenCount-Units",
  line_item_line_item_description: "AWS Marketplace software usage|us-east-1|Million Input Tokens",
  product: '{"product_name": "Claude Sonnet 4.6 (Amazon Bedrock Edition)"}',
  pricing_unit: "Units",
});

const CONFIG = `
attribution:
  teams:
    one: { members: [{ person: mia, to: 2026-10-05 }, Ann@Example.com] }
    two: { members: [{ person: mia, from: 2026-10-06 }], accounts: ["${account(22)}"] }
    kim: { members: [kim] }
    lee: { members: [lee] }
  rules:
    - { name: apollo, match: { cost_category: { project: apollo } }, team: apollo }
    - { name: bu, match: { account_tag: { BU: "x*" } }, team: bu-x }
    - { name: hr, match: { user_attribute: { Department: hr } }, team: people }
    - { name: ml, match: { resource: "*:custom-model/*" }, team: ml }
    - { name: east, match: { account: "${account(8)}", region: us-east-1 }, team: east }
    - { name: west, match: { account: "${account(8)}", region: eu-west-1 }, team: west }
    - { name: guard, match: { account: "${account(15)}", usage_type: "*Guardrail*" }, team: security }
    - { name: stage, match: { metadata: { stage: test* } }, team: qa }
    - { name: old, match: { account: "${account(20)}" }, to: 2026-10-05, team: before }
    - { name: new, match: { account: "${account(20)}" }, from: 2026-10-06, team: after }
`;

const NOVA_INPUT = { line_item_usage_type: "USE1-NovaLite-input-tokens" };
const LATER = "2026-10-08T14:00:00Z";
const tagged = (tags: Record<string, string>): Record<string, string> => ({
  tags: JSON.stringify(Object.fromEntries(Object.entries(tags).map(([key, value]) => [`iamPrincipal/${key}`, value]))),
});

const MODEL = {
  provisioned: model(6, "provisioned-model/pm1"),
  r1: model(9, "application-inference-profile/r1"),
  r2: model(9, "application-inference-profile/r2"),
  r27: model(27, "application-inference-profile/r27"),
  r28: model(28, "application-inference-profile/r28"),
  r30: model(30, "application-inference-profile/r30"),
};
const NEXT = "2026-10-06T14:00:00Z";
const SECOND_PAYER = { bill_payer_account_id: "999900002222" };
const GUARDRAIL_MODEL = { line_item_usage_type: "USE1-ProvisionedThroughput-NovaPro-1Month", pricing_unit: "ModelUnit-Hours" };

const bill = [
  // 1: a tag of the principal in other letter case, of a line without calls.
  tokens({ account: account(1), usd: 3, principal: role(1, "a"), more: tag("upper", "IAMPRINCIPAL/TEAM") }),
  // 2: a tag of the resource, in the one map or in the other.
  other(account(2), 4, tag("guarded", "Team")),
  other(account(2), 5, { resource_tags: '{"user:TEAM": "stored"}' }),
  // 3 and 4: a cost category, an account tag, a user attribute.
  other(account(3), 6, { cost_category: '{"Project": "apollo"}' }),
  other(account(4), 7, tag("x-ray", "accountTag/bu")),
  other(account(4), 8, tag("hr", "userAttribute/department")),
  // 5: half of a line is logged, by a team that the calls name; the account has a team by its tag.
  tokens({ account: account(5), usd: 20, principal: role(5, "svc"), more: tag("acct", "accountTag/team") }),
  other(account(5), 2, tag("acct", "accountTag/team")),
  // 6: capacity that two teams called.
  other(account(6), 720, { ...GUARDRAIL_MODEL, line_item_resource_id: MODEL.provisioned }),
  // 7: a custom model.
  other(account(7), 9, {
    line_item_usage_type: "USE1-CustomModelStorage",
    pricing_unit: "Months",
    line_item_resource_id: model(7, "custom-model/amazon.nova-lite-v1:0/ab12"),
  }),
  // 8: a credit that names a region.
  tokens({ account: account(8), usd: 30 }),
  tokens({
    account: account(8),
    usd: 10,
    more: { product_region_code: "eu-west-1", line_item_usage_type: "EUW1-NovaLite-input-tokens" },
  }),
  adjustment(account(8), "Credit", -5, { ...MONTH, product_region_code: "eu-west-1" }),
  // 9: a refund that names a resource.
  tokens({ account: account(9), usd: 10, more: { line_item_resource_id: MODEL.r1, resource_tags: '{"user_team": "r1"}' } }),
  tokens({ account: account(9), usd: 10, more: { line_item_resource_id: MODEL.r2, resource_tags: '{"user_team": "r2"}' } }),
  adjustment(account(9), "Refund", -10, { line_item_resource_id: MODEL.r2 }),
  // 10: a discount that names a principal.
  tokens({ account: account(10), usd: 10, principal: user(10, "kim") }),
  tokens({ account: account(10), usd: 10, principal: user(10, "lee") }),
  adjustment(account(10), "EdpDiscount", -2, { line_item_iam_principal: user(10, "lee") }),
  // 11 to 13: a credit of the payer follows the payer's lines of its seller.
  tokens({ account: account(11), usd: 30, more: { ...SECOND_PAYER, ...tag("px") } }),
  tokens({ account: account(12), usd: 10, more: { ...SECOND_PAYER, ...tag("py") } }),
  tokens({ account: account(13), usd: 50, thousands: 5, more: { ...SECOND_PAYER, ...MARKETPLACE("abc"), ...tag("pz") } }),
  adjustment("999900002222", "Credit", -4, { ...SECOND_PAYER, ...MONTH }),
  // 14: two sessions and three tag sets.
  tokens({ account: account(14), usd: 1, principal: role(14, "s1"), more: tag("a") }),
  tokens({ account: account(14), usd: 3, principal: role(14, "s1"), more: tag("b") }),
  tokens({ account: account(14), usd: 2, principal: role(14, "s2"), more: tag("b") }),
  tokens({ account: account(14), usd: 2, principal: role(14, "s2"), more: tag("c") }),
  // 15: a usage type.
  other(account(15), 11),
  // 16: nobody. A call of nobody, and what has no call.
  tokens({ account: account(16), usd: 1, principal: role(16, "who") }),
  other(account(16), 12),
  adjustment(account(16), "Credit", -1.3, MONTH),
  // 17: tax of a Marketplace product is that product's.
  tokens({ account: account(17), usd: 10, thousands: 1, more: { ...MARKETPLACE("def"), ...tag("claude") } }),
  tokens({ account: account(17), usd: 10, thousands: 1, more: { ...MARKETPLACE("ghi"), ...tag("command") } }),
  adjustment(account(17), "Tax", 1.9, { ...MONTH, bill_billing_entity: "AWS Marketplace", line_item_product_code: "def" }),
  // 18: a user whose tag changed in the middle of a day.
  tokens({ account: account(18), usd: 4, principal: user(18, "max"), at: "2026-10-05T09:00:00Z", more: tag("m") }),
  tokens({ account: account(18), usd: 6, principal: user(18, "max"), at: "2026-10-05T15:00:00Z", more: tag("n") }),
  // 19: a member who moved in the middle of the month.
  tokens({ account: account(19), usd: 5, principal: user(19, "mia") }),
  tokens({ account: account(19), usd: 6, principal: user(19, "mia"), at: NEXT }),
  // 20: rules with days, about lines without calls.
  other(account(20), 13),
  other(account(20), 14, { line_item_usage_start_date: NEXT, line_item_usage_end_date: "2026-10-06T15:00:00Z" }),
  // 21: a rule about request metadata comes before the tag of the line, members after it.
  tokens({ account: account(21), usd: 5, principal: role(21, "ci"), more: tag("line") }),
  // 22: the account's team gets what nothing else names, and what names its account only.
  tokens({ account: account(22), usd: 7 }),
  adjustment(account(22), "Credit", -1, MONTH),
  // 24: one session, two tag sets, and a refund that carries one of them; the other has a tag that nobody looks at besides.
  tokens({ account: account(24), usd: 4, principal: role(24, "gw"), more: tag("a") }),
  tokens({ account: account(24), usd: 6, principal: role(24, "gw"), more: tagged({ team: "b", job: "7" }) }),
  adjustment(account(24), "Refund", -3, { ...NOVA_INPUT, line_item_iam_principal: role(24, "gw"), ...tagged({ Team: "b" }) }),
  // 25: tags that stand on none of the named lines speak for themselves; without a team among them they do not.
  tokens({ account: account(25), usd: 8, principal: user(25, "pat"), more: tagged({ team: "c", environment: "prod" }) }),
  adjustment(account(25), "Refund", -1, { ...NOVA_INPUT, line_item_iam_principal: user(25, "pat"), ...tag("d") }),
  adjustment(account(25), "Refund", -2, {
    ...NOVA_INPUT,
    line_item_iam_principal: user(25, "pat"),
    ...tagged({ environment: "dev" }),
  }),
  // 26: what an adjustment does not name tells no lines apart, also where another names it.
  tokens({ account: account(26), usd: 10, more: tag("x", "team") }),
  tokens({ account: account(26), usd: 10, principal: user(26, "kit"), more: tag("y") }),
  adjustment(account(26), "EdpDiscount", -2, NOVA_INPUT),
  // 27: unlogged tokens of a caller without a team, through a profile that others call.
  tokens({ account: account(27), usd: 5, principal: role(27, "nobody"), at: LATER, more: { line_item_resource_id: MODEL.r27 } }),
  // 28: unlogged tokens of a caller with calls of that profile and others.
  tokens({ account: account(28), usd: 5, principal: role(28, "svc"), at: LATER, more: { line_item_resource_id: MODEL.r28 } }),
  tokens({ account: account(28), usd: 7, principal: "", at: LATER, more: { line_item_resource_id: MODEL.r28 } }),
  // 29: an export that names roles without their sessions.
  tokens({ account: account(29), usd: 9, principal: `arn:aws:iam::${account(29)}:role/App`, at: LATER }),
  // 30: a profile whose input is on the bill of one day and whose output on that of the next.
  tokens({ account: account(30), usd: 1, more: { line_item_resource_id: MODEL.r30 } }),
  tokens({
    account: account(30),
    usd: 1,
    at: NEXT,
    more: { line_item_resource_id: MODEL.r30, line_item_usage_type: "USE1-NovaLite-output-tokens" },
  }),
];

const calls: readonly LoggedCall[] = [
  { account: account(5), principal: role(5, "svc"), thousands: 10_000, metadata: { team: "callers" } },
  { account: account(6), principal: role(6, "p1"), thousands: 3, model: MODEL.provisioned, metadata: { team: "p1" } },
  { account: account(6), principal: role(6, "p2"), thousands: 1, model: MODEL.provisioned, metadata: { team: "p2" } },
  { account: account(10), principal: user(10, "kim"), thousands: 10_000 },
  { account: account(10), principal: user(10, "lee"), thousands: 10_000 },
  { account: account(14), principal: role(14, "s1"), thousands: 4000 },
  { account: account(14), principal: role(14, "s2"), thousands: 4000 },
  { account: account(16), principal: role(16, "who"), thousands: 1000 },
  { account: account(18), principal: user(18, "max"), thousands: 10_000, at: "2026-10-05T09:30:00Z" },
  { account: account(19), principal: user(19, "mia"), thousands: 5000 },
  { account: account(19), principal: user(19, "mia"), thousands: 6000, at: "2026-10-06T14:10:00Z" },
  { account: account(21), principal: role(21, "ci"), thousands: 2000, metadata: { stage: "test-1" } },
  { account: account(21), principal: role(21, "ci"), thousands: 3000, metadata: { stage: "prod" } },
  { account: account(23), principal: role(23, "ANN@EXAMPLE.COM"), thousands: 1 },
  { account: account(23), principal: role(23, "Ann@example.com"), thousands: 1 },
  { account: account(27), principal: role(27, "other"), thousands: 3, model: MODEL.r27, metadata: { team: "others" } },
  { account: account(28), principal: role(28, "svc"), thousands: 3, model: MODEL.r28, metadata: { team: "own" } },
  { account: account(28), principal: role(28, "svc"), thousands: 9, metadata: { team: "elsewhere" } },
  { account: account(28), principal: role(28, "other"), thousands: 4, model: MODEL.r28, metadata: { team: "others" } },
  { account: account(30), principal: role(30, "late"), thousands: 2, model: MODEL.r30, at: LATER },
  { account: account(29), principal: role(29, "s1"), thousands: 1, metadata: { team: "first" } },
  { account: account(29), principal: role(29, "s2"), thousands: 2, metadata: { team: "second" } },
];

let result: CaseResult;
let charged: Record<string, string>;

beforeAll(async () => {
  result = await runCase(company({ bill, calls, config: CONFIG }));
  charged = await result.dollars(
    "select account_id || ' ' || team, sum(billed_cost) from allocated_charges group by account_id, team order by account_id, team",
  );
});

/** `team → dollars` of one account. */
const of = (number: number): Record<string, string> =>
  Object.fromEntries(
    Object.entries(charged).flatMap(([key, usd]) => (key.startsWith(`${account(number)} `) ? [[key.slice(13), usd]] : [])),
  );

describe("who pays for a billed line", () => {
  it.each<[string, number, Record<string, string>]>([
    ["the tag of its principal, in any letter case", 1, { upper: "3.00" }],
    ["the tag of its resource, in either map", 2, { guarded: "4.00", stored: "5.00" }],
    ["a rule about a cost category", 3, { apollo: "6.00" }],
    ["rules about tags of the account and attributes of the user", 4, { "bu-x": "7.00", people: "8.00" }],
    ["its logged calls before its account, also for the part that no call explains", 5, { callers: "20.00", acct: "2.00" }],
    ["the calls that used the capacity, by tokens", 6, { p1: "540.00", p2: "180.00" }],
    ["a rule about the resource", 7, { ml: "9.00" }],
    ["a rule about the usage type", 15, { security: "11.00" }],
    ["the tag sets of each session", 14, { a: "1.00", b: "5.00", c: "2.00" }],
    ["the tag sets of a user who has two on one day", 18, { m: "4.00", n: "6.00" }],
    ["the team of which the person was a member on that day", 19, { one: "5.00", two: "6.00" }],
    ["the rule that held on that day", 20, { before: "13.00", after: "14.00" }],
    ["a rule about its calls, then its own tag", 21, { qa: "2.00", line: "3.00" }],
    ["the team of its account", 22, { two: "6.00" }],
    ["nobody, where its own caller has no team, whoever else calls the profile", 27, { shared: "5.00" }],
    ["its caller's calls of the profile; without a caller all calls of the profile", 28, { own: "8.00", others: "4.00" }],
    ["the calls of all sessions of the role that it names", 29, { first: "3.00", second: "6.00" }],
  ])("%s", (_, number, expected) => {
    expect(of(number)).toEqual(expected);
  });
});

describe("an adjustment follows", () => {
  it.each<[string, number, Record<string, string>]>([
    ["the lines of the region that it names", 8, { east: "30.00", west: "5.00" }],
    ["the lines of the resource that it names", 9, { r1: "10.00", r2: "0.00" }],
    ["the lines of the principal that it names", 10, { kim: "10.00", lee: "8.00" }],
    ["those of the named lines that carry its own tags", 24, { a: "4.00", b: "3.00" }],
    ["its own tags, where none of the named lines carries them and they name a team", 25, { c: "6.00", d: "-1.00" }],
    ["the named lines by their dollars, each once", 26, { x: "9.00", y: "9.00" }],
    ["the lines of the product that it names", 17, { claude: "11.90", command: "10.00" }],
    ["the lines of its account, whoever's they are", 16, { shared: "10.80", unattributed: "0.90" }],
  ])("%s", (_, number, expected) => {
    expect(of(number)).toEqual(expected);
  });

  it("the lines of its payer and seller, when its account has none", () => {
    expect(charged["999900002222 px"]).toBe("-3.00");
    expect(charged["999900002222 py"]).toBe("-1.00");
    expect(charged["999900002222 pz"]).toBeUndefined();
  });
});

describe("the two sides agree", () => {
  it("a call through a profile costs what such tokens were billed at last", async () => {
    expect(
      await result.rows(
        `select model, price_status, cast(estimated_cost as varchar) as usd from invocations where account_id = '${account(30)}'`,
      ),
    ).toEqual([{ model: "nova-lite", price_status: "priced", usd: "0.002000000000" }]);
  });

  it("the sum over teams is the invoice, for every payer", async () => {
    const invoice: Record<string, number> = {};
    for (const line of bill) {
      const payer = line["bill_payer_account_id"] ?? "";
      invoice[payer] = (invoice[payer] ?? 0) + Number(line["line_item_unblended_cost"]);
    }
    const sums = await result.dollars("select payer_account_id, sum(billed_cost) from allocated_charges group by 1 order by 1");
    expect(Object.fromEntries(Object.entries(sums).map(([payer, usd]) => [payer, Number(usd)]))).toEqual(
      Object.fromEntries(Object.entries(invoice).map(([payer, usd]) => [payer, Number(usd.toFixed(6))])),
    );
  });

  it("calls carry the team of the day, and say what named it", async () => {
    const rows = await result.rows(
      `select account_id, dt, team, attribution_source, count(*) as n from invocations where account_id in ('${account(14)}', '${account(18)}', '${account(19)}', '${account(21)}') group by all order by all`,
    );
    expect(
      rows.map((row) => [String(row["account_id"]).slice(-2), row["dt"], row["team"], row["attribution_source"], row["n"]]),
    ).toEqual([
      ["14", "2026-10-05", "unattributed", "split", 2],
      ["18", "2026-10-05", "unattributed", "split", 1],
      ["19", "2026-10-05", "one", "members", 1],
      ["19", "2026-10-06", "two", "members", 1],
      ["21", "2026-10-05", "line", "principal_tag", 1],
      ["21", "2026-10-05", "qa", "rule:stage", 1],
    ]);
  });

  it("an address in other letter case is the same person", async () => {
    expect(
      await result.rows(
        `select person, team, attribution_source, count(*) as n from invocations where account_id = '${account(23)}' group by all`,
      ),
    ).toEqual([{ person: "ann@example.com", team: "one", attribution_source: "members:session", n: 2 }]);
  });

  it("every source that decided is in the table of sources, with its trust", async () => {
    const rows = await result.rows(
      "select distinct a.attribution_source as name, s.trust from allocated_charges a left join attribution_sources s on s.name = a.attribution_source order by 1",
    );
    expect(Object.fromEntries(rows.map((row) => [row["name"], row["trust"]]))).toMatchObject({
      "rule:stage": "claimed",
      "rule:apollo": "configured",
      principal_tag: "vouched",
      resource_tag: "vouched",
      members: "configured",
      calls: null,
      named: null,
    });
  });
});
