import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { billCase, type CaseInput, runCase } from "./run-case.ts";

describe("lines worded -mantle-", () => {
  it("bill logged calls like any other line", async () => {
    const result = await runCase(billCase("mantle-names"));
    expect(await result.dollars("select status, sum(billed_cost) from allocated_charges group by 1 order by 1")).toEqual({
      allocated: "3.12",
    });
  });
});

describe("cached_input_tokens, Command R+ and the writes of an hour", () => {
  it("are what they say", async () => {
    const result = await runCase(billCase("cache-spelling-and-plus"));
    expect(
      await result.dollars(
        "select status || coalesce(' ' || reason, ' ' || model || ' ' || token_type), sum(billed_cost) from allocated_charges group by 1 order by 1",
      ),
    ).toEqual({
      "allocated claude-sonnet-4 cache_write_1h": "3.00",
      "allocated claude-sonnet-4 input": "0.03",
      "allocated claude-sonnet-4 output": "0.015",
      "allocated command-r-plus input": "0.30",
      "allocated command-r-plus output": "0.30",
      "allocated gpt-5.5 cache_read": "0.55",
      "allocated gpt-5.5 input": "0.55",
      "allocated gpt-5.5 output": "0.66",
      "not_token_based customization": "0.1155",
    });
  });
});

const ACCOUNT = "111122223333";
const ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/app/fn`;

interface Called {
  readonly modelId: string;
  /** Undefined: the record holds no count. */
  readonly tokens?: number;
}
interface Billed {
  readonly usageType: string;
  readonly product?: string;
  readonly unit?: string;
  readonly millions: number;
}

/** One day of calls by one role and of bill lines at $5 a million tokens. */
function oneDay(calls: readonly Called[], bill: readonly Billed[]): CaseInput {
  const folder = mkdtempSync(join(tmpdir(), "strata-names-"));
  mkdirSync(join(folder, "logs"));
  mkdirSync(join(folder, "cur"));
  const records = calls.map(({ modelId, tokens }, index) => ({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: `2026-09-10T${String(index % 24).padStart(2, "0")}:10:00Z`,
    accountId: ACCOUNT,
    region: "us-east-1",
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    operation: "InvokeModel",
    modelId,
    identity: { arn: ARN },
    input: { inputContentType: "application/json", ...(tokens === undefined ? {} : { inputTokenCount: tokens }) },
    output: { outputContentType: "application/json", ...(tokens === undefined ? {} : { outputTokenCount: 0 }) },
  }));
  writeFileSync(join(folder, "logs", "calls.jsonl"), records.map((record) => JSON.stringify(record)).join("\n"));
  const lines = bill.map(({ usageType, product, unit, millions }, index) => ({
    bill_bill_type: "Anniversary",
    bill_billing_entity: product === undefined ? "AWS" : "AWS Marketplace",
    bill_billing_period_start_date: "2026-09-01T00:00:00Z",
    bill_billing_period_end_date: "2026-10-01T00:00:00Z",
    bill_payer_account_id: "999988887777",
    identity_line_item_id: `l${index}`,
    line_item_currency_code: "USD",
    line_item_iam_principal: ARN,
    line_item_line_item_description: "a day",
    line_item_line_item_type: "Usage",
    line_item_operation: "Usage",
    line_item_product_code: product === undefined ? "AmazonBedrock" : "opaque",
    line_item_unblended_cost: String(millions * 5),
    line_item_unblended_rate: "5",
    line_item_usage_account_id: ACCOUNT,
    line_item_usage_amount: String(millions),
    line_item_usage_start_date: "2026-09-10T00:00:00Z",
    line_item_usage_end_date: "2026-09-11T00:00:00Z",
    line_item_usage_type: usageType,
    pricing_unit: unit ?? "1M tokens",
    product: JSON.stringify({ product_name: product ?? "Amazon Bedrock" }).replaceAll('"', '""'),
    product_region_code: "us-east-1",
    tags: "{}",
  }));
  const columns = Object.keys(lines[0] ?? {});
  const csv = [
    columns.join(","),
    ...lines.map((line) =>
      Object.values(line)
        .map((cell) => `"${cell}"`)
        .join(","),
    ),
  ];
  writeFileSync(join(folder, "cur", "cur.csv"), csv.join("\n"));
  return { logs: [join(folder, "logs")], cur: [join(folder, "cur")] };
}

const STATUSES = "select status || coalesce(' ' || reason, ''), sum(billed_cost) from allocated_charges group by 1 order by 1";

/** Ids of models that nobody knows yet, each with what its bill may call it. */
const PAIRS: readonly (readonly [modelId: string, usageType: string, product?: string])[] = [
  ["moonshotai.kimi-k9", "USE1-Kimi-K9-input-tokens"],
  ["moonshotai.kimi-k9.2-thinking", "USE1-moonshotai.kimi-k9.2-thinking-mantle-input-tokens-standard"],
  ["moonshotai.kimi-k8-thinking", "USE1-KimiK8Thinking-input-tokens"],
  ["zai.glm-8.1-air", "USE1-GLM8.1Air-input-tokens"],
  ["zai.glm-8", "APN1-zai.glm8-mantle-input-tokens-standard"],
  ["qwen.qwen5-480b-a35b-v1:0", "USE1-Qwen5-480B-A35B-input-tokens"],
  ["qwen.qwen5-vl-90b-instruct", "USE1-Qwen5-VL-90B-input-tokens"],
  ["us.meta.llama6-scout-24b-instruct-v1:0", "USE1-Llama6-Scout-24B-input-tokens"],
  ["meta.llama5-2-70b-instruct-v1:0", "USE1-Llama5.2-70B-input-tokens"],
  ["deepseek.v5-v1:0", "USE1-DeepSeek-V5-input-tokens"],
  ["deepseek.r4-v1:0", "USE1-DeepSeekR4-input-tokens"],
  ["mistral.mistral-large-5-812b-instruct", "USE1-Mistral-Large-5-812b-Instruct-input-tokens"],
  ["mistral.magistral-medium-2711", "USE1-MagistralMedium2711-input-tokens"],
  ["mistral.codestral-2701-v1:0", "USE1-Codestral-2701-input-tokens"],
  ["minimax.minimax-m4.5", "USE1-minimax.minimax-m4.5-input"],
  ["minimax.minimax-m5", "USE1-MiniMaxM5-input-tokens"],
  ["nvidia.nemotron-ultra-5-400b", "USE1-NVIDIA-Nemotron-Ultra-5-400B-input-tokens"],
  ["google.gemma-6-12b-it", "USE1-Gemma-6-12B-IT-input-tokens"],
  ["xai.grok-7", "USE1-xai.grok-7-mantle-input-tokens-global-standard"],
  ["writer.palmyra-x8-v1:0", "USE1-Palmyra-X8-input-tokens"],
  ["ai21.jamba-3-large-v1:0", "USE1-MP:USE1_InputTokenCount-Units", "Jamba 3 Large (Amazon Bedrock Edition)"],
  ["cohere.command-a-09-2027", "USE1-MP:USE1_InputTokenCount-Units", "Cohere Command A 09-2027 (Amazon Bedrock Edition)"],
  ["cohere.embed-v7", "USE1-MP:USE1_InputTokenCount-Units", "Cohere Embed v7 (Amazon Bedrock Edition)"],
  ["anthropic.claude-saga-8-1", "USE1-MP:USE1_input_tokens_standard-Units", "Claude Saga 8.1 (Amazon Bedrock Edition)"],
  ["anthropic.claude-opus-9", "USW2-anthropic.claude-opus-9-mantle-input-tokens-standard"],
  ["openai.gpt-9-astra", "USW2-MP:USW2_input_tokens_standard-Units", "OpenAI GPT-9 Astra (Amazon Bedrock Edition)"],
  ["openai.gpt-oss-2-300b", "USE1-GPT-OSS-2-300B-input-tokens"],
  ["amazon.nova-4-ultra-v1:0", "USE1-Nova4.0Ultra-input-tokens"],
  ["amazon.nova-3-pro-preview-20271202-v1:0", "USE1-Nova3.0Pro-input-tokens"],
  ["amazon.nova-3-5-sonic-v1:0", "USE1-NovaSonic3.5-text-input-tokens"],
  ["newlab.atlas-2-large-v1:0", "USE1-AtlasLarge2-input-tokens"],
  ["newlab.atlas-3", "USE1-newlab.atlas-3-mantle-input-tokens-standard"],
  ["us.newlab.borea-mini-1-5-v2:0", "USE1-MP:USE1_InputTokenCount-Units", "Newlab Borea Mini 1.5 (Amazon Bedrock Edition)"],
  ["arcee.trinity-large-2-instruct", "USE1-Arcee-Trinity-Large-2-input-tokens"],
  ["ibm.granite-7-34b-instruct-v1:0", "USE1-Granite-7-34B-input-tokens"],
];

describe("a model that nobody has heard of", () => {
  it("meets itself, whatever log and bill call it", async () => {
    const result = await runCase(
      oneDay(
        PAIRS.map(([modelId]) => ({ modelId, tokens: 100_000 })),
        PAIRS.map(([, usageType, product]) => ({ usageType, millions: 0.1, ...(product === undefined ? {} : { product }) })),
      ),
    );
    const unmet = await result.rows(
      "select status, model from allocated_charges where status <> 'allocated' union all select status, model from logged_charges where status <> 'billed' order by 1, 2",
    );
    expect(unmet).toEqual([]);
    const marked = await result.rows(
      "select distinct model from allocated_charges where match_level = 'principal:name' order by 1",
    );
    expect(marked.length).toBeGreaterThan(20);
  });

  it("does not take another's place", async () => {
    const result = await runCase(
      oneDay(
        [
          { modelId: "newlab.atlas-2", tokens: 100_000 },
          { modelId: "moonshotai.kimi-k9", tokens: 100_000 },
        ],
        [
          { usageType: "USE1-Atlas-3-input-tokens", millions: 0.1 },
          { usageType: "USE1-Kimi-K9+-input-tokens", millions: 0.1 },
          { usageType: "USE1-Kimi-K10-input-tokens", millions: 0.1 },
        ],
      ),
    );
    expect(await result.dollars(STATUSES)).toEqual({ "billed_not_logged not_logged": "1.00", "unclassified usage type": "0.50" });
  });
});

describe("calls without counts", () => {
  it("are the reason of what is billed for them, and no alert", async () => {
    const result = await runCase(
      oneDay([{ modelId: "amazon.nova-pro-v1:0" }], [{ usageType: "USE1-NovaPro-input-tokens", millions: 4 }]),
    );
    expect(await result.dollars(STATUSES)).toEqual({ "billed_not_logged uncounted": "20.00" });
    expect(await result.rows("select rule from alerts where rule = 'billed_not_logged'")).toEqual([]);
  });
});

describe("a model billed under both wordings on one day", () => {
  it("is matched with the lines without the word first, and the rest may be the mantle endpoint", async () => {
    const result = await runCase(
      oneDay(
        [{ modelId: "openai.gpt-oss-120b-1:0", tokens: 1_500_000 }],
        [
          { usageType: "USE1-gpt-oss-120b-input-tokens", millions: 1 },
          { usageType: "USE1-openai.gpt-oss-120b-mantle-input-tokens-standard", millions: 2 },
        ],
      ),
    );
    expect(
      await result.dollars(
        "select endpoint || ' ' || status || coalesce(' ' || reason, ''), sum(billed_cost) from allocated_charges group by 1 order by 1",
      ),
    ).toEqual({
      "mantle allocated": "2.50",
      "mantle billed_not_logged mantle": "7.50",
      "runtime allocated": "5.00",
    });
  });
});
