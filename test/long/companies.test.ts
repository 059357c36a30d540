import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { type BillLine, billLine } from "../billing/ledger.ts";
import { ACCOUNT, type Analysed, analysed, type CompanyFiles, clientEvent, logged, trailEvent } from "../sources/company.ts";

vi.setConfig({ testTimeout: 600_000 });

const NAMES = ["ann", "ben", "cy", "dee"] as const;
const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const JOB = "abcdef123456";

/** A call of somebody: whether the log, the bill, CloudTrail and the client have it, and on which endpoint it was. */
const call = fc.record({
  who: fc.constantFrom(...NAMES),
  endpoint: fc.constantFrom("runtime", "runtime", "mantle"),
  region: fc.constantFrom("us-east-1", "us-east-1", "eu-west-1"),
  tokens: fc.integer({ min: 1, max: 900 }),
  cents: fc.integer({ min: 1, max: 9_999 }),
  logged: fc.boolean(),
  billed: fc.boolean(),
  seen: fc.boolean(),
  told: fc.boolean(),
  denied: fc.boolean(),
});
const company = fc.record({
  calls: fc.array(call, { minLength: 3, maxLength: 14 }),
  batchCents: fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined }),
  kiroCents: fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: undefined }),
});
type Company = typeof company extends fc.Arbitrary<infer Value> ? Value : never;

const dollars = (cents: number): string => (cents / 100).toFixed(2);
const short = (region: string): string => (region === "us-east-1" ? "USE1" : "EUW1");

function filesOf({ calls, batchCents, kiroCents }: Company): Required<Omit<CompanyFiles, "config" | "into">> {
  const named = calls.map((one, index) => ({ ...one, id: `call-${index}` }));
  const bill: BillLine[] = named
    .filter(({ billed }) => billed)
    .map(({ who, endpoint, region, tokens, cents }) =>
      billLine({
        line_item_iam_principal: arn(who),
        product_region_code: region,
        line_item_usage_type:
          endpoint === "mantle"
            ? `${short(region)}-openai.gpt-oss-120b-mantle-input-tokens-standard`
            : `${short(region)}-NovaLite-input-tokens`,
        line_item_usage_amount: String(tokens / 1000),
        line_item_unblended_cost: dollars(cents),
      }),
    );
  const extra: BillLine[] = [
    billLine({ line_item_unblended_cost: "1" }),
    ...(batchCents === undefined
      ? []
      : [
          billLine({
            line_item_iam_principal: role("BatchRole"),
            line_item_usage_type: "USE1-NovaLite-input-tokens-batch",
            line_item_unblended_cost: dollars(batchCents),
          }),
        ]),
    ...(kiroCents === undefined
      ? []
      : [
          billLine({
            line_item_product_code: "Kiro",
            line_item_usage_type: "USE1-KiroEnterprise-Pro",
            line_item_iam_principal: "",
            line_item_resource_id: "arn:aws:identitystore:::user/0a1b",
            line_item_unblended_cost: dollars(kiroCents),
          }),
        ]),
  ];
  return {
    logs: [
      logged("always"),
      ...named
        .filter((one) => one.logged && one.endpoint === "runtime")
        .map(({ id, who, region, tokens }) =>
          logged(id, {
            region,
            identity: { arn: arn(who) },
            input: { inputTokenCount: tokens },
            output: { outputTokenCount: 0 },
          }),
        ),
    ],
    bill: [...bill, ...extra],
    trail: named
      .filter(({ seen }) => seen)
      .map(({ id, who, endpoint, region, tokens, denied }) =>
        trailEvent(id, {
          userIdentity: { type: "IAMUser", arn: arn(who), accountId: ACCOUNT, userName: who },
          awsRegion: region,
          ...(endpoint === "mantle"
            ? {
                eventSource: "bedrock-mantle.amazonaws.com",
                eventName: "CreateInference",
                requestParameters: { model: "openai.gpt-oss-120b" },
              }
            : { additionalEventData: { inputTokens: tokens, outputTokens: 1 } }),
          ...(denied ? { errorCode: "AccessDeniedException" } : {}),
        }),
      ),
    telemetry: named
      .filter(({ told }) => told)
      .map(({ id, tokens }) => clientEvent(id, { input_tokens: tokens, output_tokens: 1 })),
    batch: {
      [`out/${JOB}/a.jsonl.out`]: `${JSON.stringify({ recordId: "1", modelInput: {}, modelOutput: { usage: { inputTokens: 9, outputTokens: 1 } } })}\n`,
      "job.json": JSON.stringify({
        jobArn: `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-invocation-job/${JOB}`,
        modelId: "amazon.nova-lite-v1:0",
        roleArn: role("BatchRole"),
        status: "Completed",
        endTime: "2026-10-05T03:00:00Z",
      }),
    },
    kiro: {
      [`AWSLogs/${ACCOUNT}/KiroLogs/user_report/us-east-1/2026/10/06/00/KIRO_IDE_${ACCOUNT}_user_report_202610060000.csv`]:
        "Date,UserId,Credits_Used,User_Email\n2026-10-05,0a1b,12.5,ann@example.com\n",
    },
  };
}

/** Every dollar that a statement rests on, and who pays it. */
const money = async (of: Analysed) => ({
  bill: of.summary.billed_usd,
  charges: await of.sql(
    "select status, team, principal_name, cast(sum(billed_cost) as varchar) as usd from allocated_charges group by 1, 2, 3 order by 1, 2, 3",
  ),
  people: await of.sql(
    "select person, team, cast(sum(estimated_cost) as varchar) as usd, cast(sum(invocations) as bigint) as n from hourly_usage group by 1, 2 order by 1, 2",
  ),
});
const explained = async (of: Analysed): Promise<string> =>
  formatUsd((await of.query("saved/unlogged_explained")).reduce((sum, row) => sum + parseUsd(String(row["billed_cost"])), 0n));
const notLogged = ({ summary }: Analysed): string => formatUsd(parseUsd(summary.billed_not_logged_usd ?? "0"));
const evidence = async (of: Analysed) => ({
  calls: await of.sql("select event_id, is_logged, token_source, input_tokens, status from api_calls order by event_id"),
  explained: await of.query("saved/unlogged_explained"),
  jobs: await of.query("saved/batch_spend"),
  kiro: await of.query("saved/kiro_people"),
  identities: await of.query("saved/identity_sources"),
});

test("random companies: no source changes a dollar or a person of the statement, each unlogged dollar has one explanation, and order and repetition change nothing", async () => {
  await fc.assert(
    fc.asyncProperty(company, fc.constantFrom("trail", "batch", "kiro", "all"), fc.integer(), async (given, which, turn) => {
      const files = filesOf(given);
      const { logs, bill, telemetry } = files;
      const opened: Analysed[] = [];
      const of = async (more: Partial<CompanyFiles>): Promise<Analysed> => {
        const made = await analysed({ logs, bill, telemetry, ...more });
        opened.push(made);
        return made;
      };
      try {
        const plain = await of({});
        const on = await of(which === "all" ? files : { [which]: files[which] });
        expect(await money(on)).toEqual(await money(plain));
        expect(await explained(plain)).toBe(notLogged(plain));
        expect(await explained(on)).toBe(notLogged(plain));
        if (which !== "all") return;
        // Turned round, told twice, and reports in two parts.
        const at = files.trail.length === 0 ? 0 : Math.abs(turn) % files.trail.length;
        const turned = [...files.trail.slice(at), ...files.trail.slice(0, at), ...files.trail].reverse();
        const [[key = "", report = ""] = []] = Object.entries(files.kiro);
        const again = await of({
          ...files,
          trail: turned,
          kiro: { ...files.kiro, [key.replace(".csv", "_part_2.csv")]: report },
          batch: { ...files.batch, "copy.json": files.batch["job.json"] ?? "" },
        });
        expect(await money(again)).toEqual(await money(plain));
        expect(await evidence(again)).toEqual(await evidence(on));
      } finally {
        for (const made of opened) made.close();
      }
    }),
    // Each is two or three analyses.
    { numRuns: 10, endOnFailure: true },
  );
});
