import { describe, expect, it } from "vitest";
import { attributor, NO_PLACE } from "../../src/attribution/attribute.ts";
import { callerFacts } from "../../src/attribution/caller-facts.ts";
import { classOf, type Facts, labelOf, tagFacts } from "../../src/attribution/facts.ts";
import { attributionPeriods } from "../../src/attribution/periods.ts";
import { personOrder } from "../../src/attribution/person-order.ts";
import { ACCOUNT_PLACE, attributionSources, CLAIMED_MEMBERS } from "../../src/attribution/sources.ts";
import { tagSet } from "../../src/attribution/tag-set.ts";
import { attributionConfig } from "../../src/config/attribution.ts";
import { parsePrincipal } from "../../src/principal/parse-principal.ts";

const facts = (given: Partial<Facts> = {}): Facts => ({ day: "2026-10-05", accountId: "111122223333", ...given });
const map = (given: Readonly<Record<string, string>>) => new Map(Object.entries(given));

describe("sources of a team", () => {
  const config = attributionConfig.parse({
    rules: [
      { name: "role", match: { principal: "*" }, team: "a" },
      { name: "said", match: { metadata: { app: "x" } }, team: "b" },
      { name: "session", match: { session: "x", account: "1" }, team: "c" },
      { name: "who", match: { person: "x" }, team: "d" },
    ],
  });

  it("are worth as much as the weakest fact that they rest on", () =>
    expect(Object.fromEntries(attributionSources(config).map(({ name, trust }) => [name, trust]))).toMatchObject({
      "rule:role": "configured",
      "rule:said": "claimed",
      "rule:session": "claimed",
      "rule:who": "claimed",
      resource_tag: "vouched",
      principal_tag: "vouched",
      user_attribute: "vouched",
      cost_category: "configured",
      members: "configured",
      [CLAIMED_MEMBERS]: "claimed",
      metadata: "claimed",
      account: "configured",
    }));

  it("are each of them once, in the order that holds", () =>
    expect(attributionSources(attributionConfig.parse({ order: ["metadata", "members", "account"] }))).toEqual([
      { name: "metadata", kind: "metadata", trust: "claimed", place: 0 },
      { name: "members", kind: "members", trust: "configured", place: 1 },
      { name: CLAIMED_MEMBERS, kind: "members", trust: "claimed", place: 2 },
      { name: "account", kind: "account", trust: "configured", place: ACCOUNT_PLACE + 3 },
    ]));

  it("have places in the order that holds, the account's own far behind", () => {
    const places = attributionSources(config).map(({ place }) => place);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(attributionSources(config).find(({ name }) => name === "account")?.place).toBeGreaterThanOrEqual(ACCOUNT_PLACE);
    expect(attributionSources(config).find(({ name }) => name === "metadata")?.place).toBeLessThan(ACCOUNT_PLACE);
    expect(attributor(config)(facts()).place).toBe(NO_PLACE);
    expect(attributor(config)(facts({ principalArn: "arn" })).place).toBe(0);
  });

  it("are members by a session's name only as a claim", () => {
    const attribute = attributor(attributionConfig.parse({ teams: { red: { members: ["ann"] } } }));
    expect(attribute(facts({ person: "ann" })).source).toBe("members");
    expect(attribute(facts({ person: "ann", personIsClaimed: true })).source).toBe(CLAIMED_MEMBERS);
  });

  it("are an account of strata.yml on its days, else a tag of the account", () => {
    const attribute = attributor(
      attributionConfig.parse({
        teams: { red: { accounts: [{ account: "111122223333", from: "2026-10-05", to: "2026-10-06" }] } },
      }),
    );
    const on = (day: string) => attribute(facts({ day, accountTags: map({ team: "tagged" }) })).team;
    expect(["2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07"].map(on)).toEqual(["tagged", "red", "red", "tagged"]);
  });
});

describe("the person of a call", () => {
  const person = (given: Partial<Facts>, config: object = {}) => attributor(attributionConfig.parse(config))(facts(given)).person;
  const tagged = { principalTags: map({ owner: "owner" }) };

  it("is whom AWS vouches for, before a tag, and the session's name before the tag unless told otherwise", () => {
    expect(person({ ...tagged, person: "ann" })).toBe("ann");
    expect(person({ ...tagged, person: "ann", personIsClaimed: true })).toBe("ann");
    const order = { person_order: ["sso_session", "iam_user", "principal_tag", "session_name"] };
    expect(person({ ...tagged, person: "ann" }, order)).toBe("ann");
    expect(person({ ...tagged, person: "ann", personIsClaimed: true }, order)).toBe("owner");
    expect(person({ personIsClaimed: true, person: "ann" }, order)).toBe("ann");
  });

  it("is what the caller writes only last, and only where strata.yml names the key", () => {
    const config = { metadata_keys: { person: "user" } };
    const metadata = map({ user: "mallory" });
    expect(person({ metadata })).toBeNull();
    expect(person({ metadata }, config)).toBe("mallory");
    expect(person({ metadata, ...tagged }, config)).toBe("owner");
    expect(person({ metadata, person: "ann" }, config)).toBe("ann");
  });

  it("is what a rule says, whoever else says otherwise", () =>
    expect(person({ ...tagged, person: "ann" }, { rules: [{ name: "r", match: { account: "*" }, person: "robot" }] })).toBe(
      "robot",
    ));

  it("has its sources listed with what each is worth, and the key of the metadata that names it", () => {
    expect(
      personOrder(attributionConfig.parse({ person_order: ["metadata", "iam_user"], metadata_keys: { person: "user" } })),
    ).toEqual([
      { name: "metadata", place: 0, trust: "claimed", metadata_key: "user" },
      { name: "iam_user", place: 1, trust: "vouched", metadata_key: null },
    ]);
  });
});

describe("what an identity ARN says", () => {
  const said = (arn: string) => callerFacts(parsePrincipal(arn));

  it("is who called; a role's session is a claim, Identity Center's and IAM's users are not", () => {
    expect(said("arn:aws:sts::111122223333:assumed-role/Dev/ann@example.com")).toEqual({
      principalArn: "arn:aws:sts::111122223333:assumed-role/Dev/ann@example.com",
      principalName: "Dev",
      sessionName: "ann@example.com",
      person: "ann@example.com",
      personIsClaimed: true,
    });
    const sso = "AWSReservedSSO_Dev_0123456789abcdef";
    expect(said(`arn:aws:sts::111122223333:assumed-role/${sso}/ann@example.com`).personIsClaimed).toBe(false);
    expect(said("arn:aws:iam::111122223333:user/ann").personIsClaimed).toBe(false);
    expect(said("arn:aws:sts::111122223333:assumed-role/Batch/run-1")).toMatchObject({ person: null, personIsClaimed: false });
  });

  it("makes a member by a tag or by IAM no claim", () => {
    const attribute = attributor(attributionConfig.parse({ teams: { red: { members: ["owner", "ann"] } } }));
    expect(attribute(facts({ principalTags: map({ owner: "owner" }) }))).toMatchObject({ person: "owner", source: "members" });
    expect(attribute(facts({ person: "eve", accountId: "1" })).team).toBe("unattributed");
  });
});

describe("labels", () => {
  const config = attributionConfig.parse({
    teams: { red: { cost_center: "CC-1" } },
    rules: [{ name: "r", match: { account: "9" }, team: "red", cost_center: "CC-9" }],
  });
  const given = { metadata: map({ cost_center: "said" }), accountTags: map({ "cost-center": "account" }) };
  const costCenter = (more: Partial<Facts>) => attributor(config)(facts(more)).costCenter;

  it("come from a rule, the team, tags, the caller, and last from the account", () => {
    const tagged = { ...given, resourceTags: map({ CostCenter: "tag" }) };
    expect(costCenter({ ...tagged, accountId: "9" })).toBe("CC-9");
    expect(costCenter({ ...tagged, principalTags: map({ team: "red" }) })).toBe("CC-1");
    expect(costCenter(tagged)).toBe("tag");
    expect(costCenter(given)).toBe("said");
    expect(costCenter({ accountTags: given.accountTags })).toBe("account");
  });

  it("are found as they are written, else with other letters and signs; blank is none", () => {
    expect(labelOf(map({ team: " a ", Team: "b" }), "team")).toBe("a");
    expect(labelOf(map({ "Cost-Center": "x" }), "cost_center")).toBe("x");
    expect(labelOf(map({ team: " ", TEAM: "b" }), "team")).toBe("b");
    expect(labelOf(map({ team: " " }), "team")).toBeNull();
    expect(labelOf(map({ TEAM: " b " }), "team")).toBe("b");
    expect(labelOf(null, "team")).toBeNull();
    expect(labelOf(map({ steam: "x" }), "team")).toBeNull();
  });

  it("of the bill are sorted by the class that their key names", () => {
    expect(
      tagFacts({
        tags: map({
          "iamPrincipal/team": "1",
          "userAttribute/team": "2",
          "accountTag/team": "3",
          "costCategory/team": "4",
          "resourceTag/user_team": "5",
          plain: "6",
        }),
        resourceTags: map({ user_a: "7", "user:b": "8", superuser_c: "9" }),
        costCategory: map({ Org: "10" }),
      }),
    ).toEqual({
      principalTags: map({ team: "1" }),
      userAttributes: map({ team: "2" }),
      accountTags: map({ team: "3" }),
      costCategories: map({ Org: "10", team: "4" }),
      resourceTags: map({ team: "5", plain: "6", a: "7", b: "8", superuser_c: "9" }),
    });
    expect(classOf("resource/team")).toEqual({ labels: "resourceTags", name: "team" });
    expect(classOf("nobody/team")).toEqual({ labels: "resourceTags", name: "nobody/team" });
  });

  it("of a line that any setting looks at are one text, the same for the same tags in any order", () => {
    const of = tagSet(attributionConfig.parse({ rules: [{ name: "r", match: { tag: { Stage: "x" } }, team: "t" }] }));
    const one = of({ principalTags: map({ team: "a", other: "b" }), resourceTags: map({ stage: "dev" }) });
    expect(one).toBe('[["resourceTags","stage","dev"],["principalTags","team","a"]]');
    expect(of({ principalTags: map({ other: "c", TEAM: "a" }), resourceTags: map({ STAGE: "dev" }) })).toBe(one);
    expect(of({ principalTags: map({ other: "b" }) })).toBeNull();
  });
});

describe("stretches of days that are attributed alike", () => {
  const periods = (config: object) => attributionPeriods(attributionConfig.parse(config)).map(({ from, to }) => `${from} ${to}`);

  it("begin where something begins or has ended", () => {
    expect(periods({})).toEqual(["0001-01-01 9999-12-31"]);
    expect(
      periods({
        rules: [{ name: "r", match: { account: "1" }, team: "t", from: "2026-10-05", to: "2026-10-07" }],
        teams: {
          t: { members: [{ person: "ann", from: "2026-10-08" }], accounts: [{ account: "111122223333", to: "2026-12-31" }] },
        },
      }),
    ).toEqual(["0001-01-01 2026-10-04", "2026-10-05 2026-10-07", "2026-10-08 2026-12-31", "2027-01-01 9999-12-31"]);
  });
});
