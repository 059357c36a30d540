/** An hour of calls, its bill, and the events that tell of both. */
export const HOUR = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000);
export const DAY = HOUR.toISOString().slice(0, 10);
export const PRINCIPAL = "arn:aws:sts::111122223333:assumed-role/App/alice@example.com";
export const CANARY = "canary-7f3a-never-to-be-stored";

export const sqs = (...bodies: unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    eventSource: "aws:sqs",
  })),
});
export const created = (key: string, size: number) => ({
  source: "aws.s3",
  "detail-type": "Object Created",
  time: new Date().toISOString(),
  detail: { bucket: { name: "raw-logs" }, object: { key, size } },
});

/** An hour of one team's calls, half of which fail at the service. */
export function record(index: number): string {
  const time = new Date(HOUR.getTime() + index * 15_000).toISOString().replace(/\.\d+Z/, "Z");
  const failed = index % 2 === 1;
  return JSON.stringify({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: time,
    accountId: "111122223333",
    region: "us-east-1",
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    operation: "Converse",
    modelId: "anthropic.claude-sonnet-4-6",
    identity: { arn: PRINCIPAL },
    ...(failed ? { errorCode: "InternalServerException" } : {}),
    input: {
      inputContentType: "application/json",
      inputTokenCount: 1000,
      inputBodyJson: { messages: [{ role: "user", content: [{ text: CANARY }] }] },
    },
    ...(failed
      ? {}
      : {
          output: {
            outputContentType: "application/json",
            outputTokenCount: 200,
            outputBodyJson: {
              output: { message: { role: "assistant", content: [{ text: CANARY }] } },
              usage: { inputTokens: 1000, outputTokens: 200, totalTokens: 1200 },
            },
          },
        }),
  });
}

/** The hour on the bill: what its calls used, and a line of another service that is none of Strata's business. */
export const EXPORT = "exports/bedrock-cur2";
export const PERIOD = DAY.slice(0, 7);
export const BILL = `${EXPORT}/data/BILLING_PERIOD=${PERIOD}/bedrock-cur2-00001.csv.gz`;
export const MANIFEST = `${EXPORT}/metadata/BILLING_PERIOD=${PERIOD}/bedrock-cur2-Manifest.json`;
export function billText(): string {
  const [start, end] = [HOUR, new Date(HOUR.getTime() + 3_600_000)].map((time) => time.toISOString().replace(".000Z", "Z"));
  const line = (id: string, product: string, type: string, amount: string, cost: string): string =>
    [
      id,
      "999900001111",
      "111122223333",
      start,
      end,
      "Usage",
      product,
      type,
      amount,
      "1K tokens",
      cost,
      PRINCIPAL,
      "us-east-1",
    ].join(",");
  return [
    "identity_line_item_id,bill_payer_account_id,line_item_usage_account_id,line_item_usage_start_date,line_item_usage_end_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,pricing_unit,line_item_unblended_cost,line_item_iam_principal,product_region_code",
    line("one", "AmazonBedrock", "USE1-Claude4.6Sonnet-input-tokens", "200", "0.66"),
    line("two", "AmazonBedrock", "USE1-Claude4.6Sonnet-output-tokens", "20", "0.33"),
    line("three", "AmazonEC2", "BoxUsage:m7g.large", "1", "0.0816"),
  ].join("\n");
}
const stamp = HOUR.toISOString().replace(/[-:.]/g, "").replace("Z", "");
export const logKey = (hex: string): string =>
  `AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/${DAY.replaceAll("-", "/")}/00/${stamp}Z_${hex.padStart(16, "0")}.json.gz`;
