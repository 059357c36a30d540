import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../../src/cli/attribution/command.ts";
import { parseConfig } from "../../src/config/load.ts";
import { identityUsers } from "../../src/pipeline/identity-users.ts";
import { billLine } from "../billing/ledger.ts";
import { runStrata } from "../pipeline/run-strata.ts";
import { ACCOUNT, type Analysed, analysed, clientEvent, logged, SSO, trailEvent } from "./company.ts";

const GATEWAY = `arn:aws:sts::${ACCOUNT}:assumed-role/Gateway/i-0abc`;
const DEVICE = "d".repeat(64);
const USER = "0a1b2c3d-00a1-70cd-1caf-57794fdc0009";
const behalf = {
  type: "AssumedRole",
  arn: GATEWAY,
  accountId: ACCOUNT,
  onBehalfOf: { userId: USER, identityStoreArn: `arn:aws:identitystore::${ACCOUNT}:identitystore/d-9067example` },
};
const by = (arn: string, more: Record<string, unknown> = {}) => ({ identity: { arn }, ...more });
const LOGS = [
  // Ann by her user, and by Identity Center; her client says somebody else, which nobody believes.
  logged("user"),
  logged("sso", by(`${SSO}/Ann@Example.com`)),
  logged("other-claim", by(`${SSO}/ann@example.com`)),
  // A gateway: one principal, three people and one that nothing names.
  logged("gateway-cy", by(GATEWAY)),
  logged("gateway-dee", by(GATEWAY, { requestMetadata: { person: "Dee@Example.com", tenant: "[object Object]" } })),
  logged("gateway-eve", by(GATEWAY)),
  logged("gateway-device", by(GATEWAY)),
  logged("gateway-nobody", by(GATEWAY, { requestMetadata: { team: "atlantis" } })),
];
const TELEMETRY = [
  clientEvent("other-claim", { "user.email": "mallory@example.com", "user.id": DEVICE }),
  clientEvent("gateway-cy", { "user.email": "CY@example.com" }),
  // The installation of which only Ann was seen.
  clientEvent("gateway-device", { "user.id": DEVICE }),
];
const config = (more = "", attribution = ""): string => `
attribution:
  teams: { red: { members: [ann@example.com] } }
  metadata_keys: { person: person }
${attribution}${more}`;

describe("people of a company with a gateway", () => {
  let company: Analysed;
  const people = async (of: Analysed = company): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await of.sql("select request_id, person, person_source, disagreeing from call_identities")).map((row) => [
        row["request_id"],
        [row["person"], row["person_source"], row["disagreeing"]],
      ]),
    );
  const files = { logs: LOGS, telemetry: TELEMETRY, trail: [trailEvent("gateway-eve", { userIdentity: behalf })] };
  beforeAll(async () => {
    const users = join(mkdtempSync(join(tmpdir(), "strata-users-")), "users.json");
    writeFileSync(users, JSON.stringify({ [`d-9067example.${USER}`]: "Eve@Example.com" }));
    company = await analysed({ ...files, config: config(`sources: { identity_users: [${JSON.stringify(users)}] }\n`) });
  });
  afterAll(() => company.close());

  test("every call has its winner and its source; what a caller writes never beats what AWS vouches for", async () => {
    expect(await people()).toEqual({
      user: ["ann", "iam_user", 0],
      sso: ["ann@example.com", "sso_session", 0],
      "other-claim": ["ann@example.com", "sso_session", 1],
      "gateway-cy": ["cy@example.com", "telemetry", 0],
      "gateway-dee": ["dee@example.com", "metadata", 0],
      "gateway-eve": ["eve@example.com", "on_behalf_of", 0],
      "gateway-device": ["ann@example.com", "device", 0],
      "gateway-nobody": [null, "none", 0],
    });
  });

  test("an order in strata.yml turns it round, and a source that is left out names nobody", async () => {
    const other = await analysed({ ...files, config: config("", "  person_order: [telemetry, sso_session]\n") });
    expect(await people(other)).toMatchObject({
      user: [null, "none", 0],
      // Her session and her device both say Ann.
      "other-claim": ["mallory@example.com", "telemetry", 2],
      "gateway-eve": [null, "none", 0],
    });
    other.close();
  });

  test("an installation that a file gives to somebody is his, whoever was seen on it", async () => {
    const users = join(mkdtempSync(join(tmpdir(), "strata-users-")), "users.json");
    writeFileSync(users, JSON.stringify({ [DEVICE]: "Olga@Example.com" }));
    const other = await analysed({ ...files, config: config(`sources: { identity_users: [${JSON.stringify(users)}] }\n`) });
    expect(await people(other)).toMatchObject({
      "gateway-device": ["olga@example.com", "device", 0],
      // What AWS vouches for stays before it.
      "other-claim": ["ann@example.com", "sso_session", 2],
    });
    other.close();
  });

  test("one person has several principals, one principal several people", async () => {
    expect(await company.query("saved/people_and_principals")).toMatchObject([
      { kind: "person", name: "ann@example.com", others: 2 },
      { kind: "principal", name: "Gateway", others: 4, calls: 5, without_person: 1 },
    ]);
    const sources = await company.query("saved/identity_sources");
    expect(sources.reduce((sum, row) => sum + Number(row["calls"]), 0)).toBe(LOGS.length);
    expect(sources.find((row) => row["person_source"] === "sso_session")).toMatchObject({ calls: 2, disagreeing: 1 });
  });

  test("strata attribution tells coverage, labels that nobody knows, and who sends none with what to do", async () => {
    const run = await runStrata(["attribution", "--data", company.folder, "--json"]);
    expect(run.code, run.stderr).toBe(0);
    const { findings, teams, people: named } = JSON.parse(run.stdout);
    expect(teams.reduce((sum: number, row: { calls: number }) => sum + row.calls, 0)).toBe(LOGS.length);
    expect(named.length).toBeGreaterThan(3);
    const of = (kind: string) => findings.filter(({ finding }: { finding: string }) => finding === kind);
    expect(of("object_as_text")).toMatchObject([{ name: "tenant=[object Object]", calls: 1, who: "Gateway" }]);
    expect(of("object_as_text")[0].fix).toContain("JSON text");
    expect(of("unknown_team")).toMatchObject([{ name: "atlantis", calls: 1 }]);
    expect(of("never_sent").map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["ann", "BedrockDevelopers (claude-code)"]),
    );
    expect(of("never_sent").find(({ name }: { name: string }) => name.includes("claude-code")).fix).toContain(
      "ANTHROPIC_CUSTOM_HEADERS",
    );
    const text = await runStrata(["attribution", "--data", company.folder]);
    expect(text.stdout).toContain("Objects sent as text");
  });
});

describe("what IAM's tags vouch for and a caller writes himself", () => {
  const calls = [
    logged("tag-or-claim", by(GATEWAY, { requestMetadata: { person: "Mallory@Example.com" } })),
    logged("session", by(`arn:aws:sts::${ACCOUNT}:assumed-role/Gateway/Cy@Example.com`)),
    logged("user"),
  ];
  const owned = (arn: string) => billLine({ line_item_iam_principal: arn, tags: '{"iamPrincipal/owner": "Olga@Example.com"}' });
  const bill = [owned(GATEWAY), owned(`arn:aws:sts::${ACCOUNT}:assumed-role/Gateway/Cy@Example.com`)];
  const named = async (order: string) => {
    const company = await analysed({ logs: calls, bill, config: config("", order) });
    const rows = await company.sql("select request_id, person, person_source from invocations");
    const view = await company.sql("select request_id, person, person_source from call_identities");
    const usage = await company.sql(
      "select person, cast(sum(invocations) as bigint) as n from hourly_usage group by 1 order by 1 nulls last",
    );
    company.close();
    const of = (found: typeof rows) =>
      Object.fromEntries(found.map((row) => [row["request_id"], [row["person"], row["person_source"]]]));
    // Without telemetry and a trail both say the same.
    expect(of(view)).toEqual(of(rows));
    const people = rows.map((row) => row["person"]).sort();
    expect(usage.flatMap((row) => Array.from({ length: Number(row["n"]) }, () => row["person"])).sort()).toEqual(people);
    return of(rows);
  };

  test("the tag beats metadata; a session name beats the tag of its shared role", async () => {
    expect(await named("")).toEqual({
      "tag-or-claim": ["olga@example.com", "principal_tag"],
      session: ["cy@example.com", "session_name"],
      user: ["ann", "iam_user"],
    });
  });

  test("unless strata.yml says so; a source that it leaves out names nobody, and tags count as configured", async () => {
    expect(await named("  person_order: [metadata, principal_tag]\n")).toEqual({
      "tag-or-claim": ["mallory@example.com", "metadata"],
      session: ["olga@example.com", "principal_tag"],
      user: [null, "none"],
    });
    expect(await named("  person_order: [configured, session_name, metadata]\n")).toMatchObject({
      "tag-or-claim": ["olga@example.com", "principal_tag"],
      session: ["olga@example.com", "principal_tag"],
    });
  });
});

test("the contract has the organisation's keys and teams", async () => {
  const config = parseConfig("attribution: { teams: { red: {} , blue: {} }, metadata_keys: { team: squad } }");
  expect(contract(config)).toMatchObject({
    required: ["squad"],
    maxProperties: 16,
    properties: { squad: { enum: ["red", "blue"], maxLength: 256 }, trace_id: {} },
  });
});

test("files of users: as the CLI prints them, as a map, and what is neither", () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-users-"));
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const listed = file(
    "list.json",
    JSON.stringify({
      Users: [
        { UserId: "A1", UserName: "ann", Emails: [{ Value: "x@example.com" }, { Value: "Ann@Example.com", Primary: true }] },
        { UserId: "B2", UserName: "ben" },
        { UserName: "nobody" },
      ],
    }),
  );
  expect(identityUsers([listed, file("map.json", Buffer.from('\uFEFF{"d-1234567890.C3":"Cy@Example.com"}', "utf16le"))])).toEqual(
    [
      { user_id: "a1", person: "ann@example.com" },
      { user_id: "b2", person: "ben" },
      { user_id: "c3", person: "cy@example.com" },
    ],
  );
  expect(() => identityUsers([file("bad.json", "[1]")])).toThrow(/bad\.json is not a JSON object/);
  expect(() => identityUsers([join(folder, "none.json")])).toThrow(/none\.json cannot be read/);
});
