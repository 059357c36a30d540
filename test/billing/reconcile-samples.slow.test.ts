import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Row } from "../../src/ports.ts";
import { type Ledger, SAMPLES, settle, temporaryFolder, usage, writeUsage } from "./ledger.ts";

const SSO = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_BedrockDevelopers_0123456789abcdef";
const LAMBDA = "arn:aws:sts::111122223333:assumed-role/doc-summarizer-lambda/doc-summarizer";
const BOB = "arn:aws:sts::111122223333:assumed-role/BedrockFederated/bob@example.com";
const CAROL = "arn:aws:iam::111122223333:user/carol";
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56";

/** What the people of the sample bill logged. Dollars are only there where the test reads them. */
const LOGGED: readonly Row[] = [
  usage({
    principal_arn: `${SSO}/alice@example.com`,
    model: "claude-sonnet-4-6",
    routing: "geo",
    input_tokens: 412_000,
    output_tokens: 96_000,
    cache_read_tokens: 8_120_000,
    cache_write_5m_tokens: 610_000,
    cache_write_1h_tokens: 200_000,
  }),
  // The log does not tell the duration of her cache writes; the bill says one hour.
  usage({
    principal_arn: `${SSO}/alice@example.com`,
    model: "claude-opus-4-8",
    routing: "global",
    input_tokens: 300_000,
    output_tokens: 32_600,
    cache_read_tokens: 12_870_900,
    cache_write_5m_tokens: 200_000,
  }),
  // 120,000 were billed.
  usage({ principal_arn: `${SSO}/erin@example.com`, model: "claude-sonnet-4-6", routing: "geo", input_tokens: 100_000 }),
  // An application inference profile that nobody resolved: the bill names its model.
  usage({
    principal_arn: BOB,
    model: PROFILE,
    inference_profile: PROFILE,
    routing: null,
    input_tokens: 500_000,
    output_tokens: 50_000,
  }),
  usage({ principal_arn: LAMBDA, model: "claude-opus-4-8", routing: "geo", input_tokens: 100_000 }),
  usage({ principal_arn: LAMBDA, routing: "geo", input_tokens: 4_070_000, output_tokens: 790_000 }),
  // Billed without a principal at 13 o'clock.
  usage({ principal_arn: LAMBDA, hour: 13, input_tokens: 40_000 }),
  usage({ principal_arn: "arn:aws:iam::111122223333:user/dave", hour: 13, input_tokens: 60_000 }),
  usage({ principal_arn: CAROL, model: "nova-2-lite", service_tier: "flex", input_tokens: 1_500_000 }),
  usage({ principal_arn: CAROL, model: "claude-sonnet-4-6", input_tokens: 20_000 }),
  usage({ principal_arn: CAROL, model: "claude-sonnet-4-6", routing: "global", output_tokens: 5_000 }),
  // Asked for and logged as on-demand, served and billed as priority.
  usage({ principal_arn: LAMBDA, model: "gpt-oss-120b", output_tokens: 40_000 }),
  // The bill ends at 16:00.
  usage({ principal_arn: CAROL, hour: 16, model: "claude-opus-4-8", input_tokens: 1_000, input_cost: "0.005" }),
  usage({ principal_arn: CAROL, model: "nova-pro", input_tokens: 1_000, input_cost: "0.0008" }),
];

const sum = (rows: readonly Row[], where: Row): string =>
  (
    rows
      .filter((row) => Object.entries(where).every(([name, value]) => row[name] === value))
      .reduce((total, row) => total + BigInt(String(row["usd"]).replace(".", "")), 0n) / 1_000_000n
  ).toString();

describe("the sample bill", () => {
  const folder = temporaryFolder();
  let ledger: Ledger;
  beforeAll(async () => {
    await writeUsage(folder.path, LOGGED);
    ledger = await settle(folder.path, join(SAMPLES, "cur2-with-iam-principal.csv"));
  });
  afterAll(folder.remove);

  // By hand from the 32 lines: 47.71818 less S3 0.0115 and Kiro 0.02688.
  it("gives every dollar one of the six statuses", () => {
    expect(ledger.summary).toEqual({
      billed_usd: "47.6798",
      allocated_usd: "24.2102",
      billed_not_logged_usd: "3.215",
      not_token_based_usd: "21.41",
      adjustments_usd: "-1.1554",
      unclassified_usd: "0.00",
      residual_usd: "0.00",
      // Both are younger than the lag before the end of the bill.
      not_yet_billed_usd: "0.0058",
      logged_not_billed_usd: "0.00",
    });
  });

  it.each([
    ["alice has all of her lines", { status: "allocated", principal_arn: `${SSO}/alice@example.com` }, "20209900"],
    ["erin's 100,000 logged tokens", { status: "allocated", principal_arn: `${SSO}/erin@example.com` }, "330000"],
    [
      "erin's 20,000 tokens that no record explains",
      { reason: "partly_logged", principal_arn: `${SSO}/erin@example.com` },
      "66000",
    ],
    [
      "bob's profile gets its model from the bill",
      { status: "allocated", principal_arn: BOB, model: "claude-sonnet-4-6" },
      "2250000",
    ],
    ["a cache write whose duration only the bill knows", { match_level: "principal:cache_ttl" }, "2000000"],
    ["a call that was served as priority", { match_level: "principal:service_tier" }, "42000"],
    [
      "dave's share of the line without a principal",
      { match_level: "account", principal_arn: "arn:aws:iam::111122223333:user/dave" },
      "3600",
    ],
    ["the function's share of the line without a principal", { match_level: "account", principal_arn: LAMBDA }, "2400"],
    ["batch is never logged", { status: "billed_not_logged", reason: "batch" }, "3000000"],
    ["mantle is never logged", { status: "billed_not_logged", reason: "mantle" }, "135000"],
    ["embeddings that nobody logged", { status: "billed_not_logged", model: "titan-embed-text-v2" }, "14000"],
    ["provisioned hours", { status: "not_token_based", reason: "provisioned" }, "21180000"],
    ["images", { status: "not_token_based", reason: "image" }, "80000"],
    ["guardrail units", { status: "not_token_based", reason: "guardrail" }, "150000"],
    ["tax", { status: "adjustment", reason: "tax" }, "370000"],
    ["credit", { status: "adjustment", reason: "credit" }, "-1000000"],
  ] as const)("%s", (_, where, micro) => {
    expect(sum(ledger.charges, where)).toBe(micro);
  });

  it("gives every logged token one status", () => {
    const of = (status: string): number =>
      ledger.logged.filter((row) => row["status"] === status).reduce((total, row) => total + Number(row["tokens"]), 0);
    expect(of("not_yet_billed")).toBe(2_000);
    expect(of("logged_not_billed")).toBe(0);
    const all = LOGGED.reduce(
      (total, row) =>
        total +
        ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"].reduce(
          (n, type) => n + Number(row[`${type}_tokens`]),
          0,
        ),
      0,
    );
    expect(of("billed")).toBe(all - 2_000);
  });
});

describe("the sample bill without principals", () => {
  const folder = temporaryFolder();
  let ledger: Ledger;
  beforeAll(async () => {
    await writeUsage(folder.path, LOGGED);
    ledger = await settle(folder.path, join(SAMPLES, "cur2-without-iam-principal.csv"));
  });
  afterAll(folder.remove);

  // As above, but the 20,000 missing tokens are no longer erin's: bob's 500,000 tokens of unknown routing meet 500,000 global and 20,000 regional
  // ones, so 19,231 global tokens at $3 and 769 regional ones at $3.30 a million stay unexplained, $0.0602307 instead of $0.066.
  it("allocates by logged tokens", () => {
    expect(ledger.summary).toMatchObject({
      billed_usd: "47.6798",
      allocated_usd: "24.2159693",
      billed_not_logged_usd: "3.2092307",
    });
  });

  it("names every match as one of the account", () => {
    const levels = new Set(ledger.charges.filter((row) => row["status"] === "allocated").map((row) => row["match_level"]));
    expect([...levels].sort()).toEqual(["account", "account:cache_ttl", "account:service_tier", "account:unknown_routing"]);
  });

  it("gives alice her share of lines that hold several people's tokens", () => {
    expect(sum(ledger.charges, { principal_arn: `${SSO}/alice@example.com`, model: "claude-opus-4-8" })).toBe("10750450");
  });
});
