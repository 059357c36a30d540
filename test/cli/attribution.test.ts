import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { strataHere } from "../pipeline/strata-here.ts";
import { ACCOUNT, type Analysed, analysed, logged, SSO, trailEvent } from "../sources/company.ts";

const role = (name: string): string => `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/x`;
// Nova Lite: $0.06 a million tokens in.
const million = { input: { inputTokenCount: 1_000_000 }, output: { outputTokenCount: 0 } };
const calls = (name: string, count: number, arn: string, metadata?: (index: number) => Record<string, string>) =>
  Array.from({ length: count }, (_, index) =>
    logged(`${name}-${index}`, {
      identity: { arn },
      ...(metadata === undefined ? {} : { requestMetadata: metadata(index) }),
      ...million,
    }),
  );

/** An organisation with good and bad senders: 20 calls, $1.20. */
const LOGS = [
  ...calls("good", 6, role("summarizer"), () => ({ team: "documents", cost_center: "CC-1" })),
  ...calls("typo", 1, role("summarizer"), () => ({ team: "documnets", cost_center: "CC-9" })),
  ...calls("text", 2, role("node-service"), () => ({ team: "[object Object]" })),
  // Each call another value of a key that nobody knows: one finding.
  ...calls("gateway", 4, role("gateway-of-a-long-name-for-production"), (index) => ({ Team: "search", end_user: `u${index}` })),
  ...calls("half", 2, role("half"), (index): Record<string, string> => (index === 0 ? { team: "search" } : {})),
  ...calls("code", 3, `${SSO}/dev@example.com`),
  ...calls("member", 1, `${SSO}/member@example.com`),
  ...calls("proxy", 1, role("proxy")),
];
const AGENTS: Readonly<Record<string, string>> = { code: "claude-cli/2.1.332 (external, cli)", proxy: "litellm/1.80 Boto3/1.44" };
const TRAIL = LOGS.flatMap(({ requestId, identity }) => {
  const userAgent = AGENTS[String(requestId).split("-")[0] ?? ""];
  return userAgent === undefined
    ? []
    : [trailEvent(String(requestId), { userAgent, userIdentity: { type: "AssumedRole", ...(identity as object) } })];
});

describe("strata attribution over an organisation with good and bad senders", () => {
  let company: Analysed;
  beforeAll(async () => {
    company = await analysed({
      logs: LOGS,
      trail: TRAIL,
      config:
        "attribution: { teams: { documents: { cost_center: CC-1 }, search: { cost_center: CC-2 }, platform: { members: [member@example.com] } } }",
    });
  });
  afterAll(() => company.close());
  const asked = async (...more: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await strataHere(["attribution", "--data", company.folder, ...more]);
    expect(code, stderr).toBe(0);
    return stdout;
  };

  test("covers calls and dollars by what named team and person, to the sum of all", async () => {
    const { coverage } = JSON.parse(await asked("--json"));
    expect(coverage).toEqual({
      teams: [
        { name: "metadata", calls: 14, calls_share: 0.7, estimated_usd: "0.84", usd_share: 0.7 },
        { name: "none", calls: 5, calls_share: 0.25, estimated_usd: "0.30", usd_share: 0.25 },
        { name: "members", calls: 1, calls_share: 0.05, estimated_usd: "0.06", usd_share: 0.05 },
      ],
      people: [
        { name: "none", calls: 16, calls_share: 0.8, estimated_usd: "0.96", usd_share: 0.8 },
        { name: "sso_session", calls: 4, calls_share: 0.2, estimated_usd: "0.24", usd_share: 0.2 },
      ],
    });
  });

  test("names each wrong thing once, with its calls, dollars and what helps", async () => {
    const { findings } = JSON.parse(await asked("--json"));
    const short = findings.map((one: Record<string, unknown>) => [
      one["finding"],
      one["name"],
      one["calls"],
      Number(one["estimated_usd"]),
      one["unattributed"],
    ]);
    expect(short).toEqual([
      ["unknown_key", "end_user", 4, 0.24, undefined],
      ["object_as_text", "team=[object Object]", 2, 0.12, undefined],
      ["unknown_cost_center", "CC-9", 1, 0.06, undefined],
      ["unknown_team", "documnets", 1, 0.06, undefined],
      ["never_sent", "BedrockDevelopers (claude-code)", 3, 0.18, 3],
      ["sometimes_sent", "half", 1, 0.06, 1],
      ["never_sent", "proxy (litellm)", 1, 0.06, 1],
      // Whose team its members name.
      ["never_sent", "BedrockDevelopers", 1, 0.06, 0],
    ]);
    const fix = (name: string): string => findings.find((one: { name: string }) => one.name === name).fix;
    expect(fix("documnets")).toBe("Send documents, or add documnets to attribution.teams.");
    expect(fix("end_user")).toContain("Send user instead of end_user");
    expect(fix("proxy (litellm)")).toContain("bedrock_request_metadata_fields");
    expect(fix("BedrockDevelopers (claude-code)")).toContain("ANTHROPIC_CUSTOM_HEADERS");
  });

  test("fits a terminal of 80 columns, and cuts nothing", async () => {
    const before = Object.getOwnPropertyDescriptor(process.stdout, "columns");
    Object.defineProperty(process.stdout, "columns", { value: 80, configurable: true });
    try {
      const text = await asked();
      expect(text.split("\n").filter((line) => [...line].length > 80)).toEqual([]);
      expect(text.replace(/\s+/g, " ")).toContain(
        "2026-10-05 to 2026-10-05, 20 calls: 75 % of them and 75 % of the dollars have a team, 20 % and 20 % a person. Of these, 3 calls and $0.18 have a team that attribution.teams does not: [object Object], documnets.",
      );
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.stdout, "columns");
      else Object.defineProperty(process.stdout, "columns", before);
    }
  });
});

test("dollars that nobody knows are none, and are said to be unknown: by team, person, sender and key", async () => {
  const mystery = { modelId: "acme.mystery-1" };
  const company = await analysed({
    logs: [
      ...calls("known", 1, role("summarizer"), () => ({ team: "documents" })),
      ...calls("odd", 2, role("other"), () => ({ end_user: "x" })).map((call) => ({ ...call, ...mystery })),
      ...calls("person", 1, `${SSO}/dev@example.com`).map((call) => ({ ...call, ...mystery })),
    ],
    config: "attribution: { teams: { documents: {} } }",
  });
  try {
    const told = await strataHere(["attribution", "--data", company.folder, "--json"]);
    expect(told.code, told.stderr).toBe(0);
    const { coverage, findings, senders } = JSON.parse(told.stdout);
    expect(coverage).toEqual({
      teams: [
        { name: "metadata", calls: 1, calls_share: 0.25, estimated_usd: "0.06", usd_share: 1 },
        { name: "none", calls: 3, calls_share: 0.75, estimated_usd: null, usd_share: null },
      ],
      people: [
        { name: "none", calls: 3, calls_share: 0.75, estimated_usd: "0.06", usd_share: 1 },
        { name: "sso_session", calls: 1, calls_share: 0.25, estimated_usd: null, usd_share: null },
      ],
    });
    const dollars = Object.fromEntries(
      findings.map(({ name, estimated_usd }: { name: string; estimated_usd: string | null }) => [name, estimated_usd]),
    );
    expect(dollars).toEqual({ end_user: null, BedrockDevelopers: null });
    expect(senders.find((row: { principal_name: string }) => row.principal_name === "other")).toMatchObject({
      estimated_cost: null,
    });
    const { stdout } = await strataHere(["attribution", "--data", company.folder]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "4 calls: 25 % of them and 100 % of the known dollars have a team, 25 % and 0 % a person. What 3 calls cost nobody knows: no dollars here are theirs.",
    );
  } finally {
    company.close();
  }
});
