import type { PicoUsd } from "../money.ts";
import { HOUR_MS } from "../time.ts";
import { regionCode } from "./bill-grammar.ts";
import { type BillLine, type LineType, roundBilled } from "./bill-line.ts";
import type { Caller } from "./call.ts";
import { accounts } from "./company.ts";
import { discount } from "./rates.ts";

const unnamed = {
  principal: undefined,
  resourceId: "",
  resourceTags: {},
  taxType: "",
  billingEntity: "AWS",
  operation: "",
  discounted: false,
  tokens: undefined,
} as const;

function adjustment(type: LineType, start: number, accountId: string, amount: PicoUsd, description: string): BillLine {
  return {
    ...unnamed,
    type,
    start,
    end: start + HOUR_MS,
    accountId,
    region: "",
    productCode: "AmazonBedrock",
    serviceCode: "",
    productName: "",
    usageType: "",
    unit: "",
    quantity: "0",
    rate: undefined,
    amount,
    description,
  };
}

/** The private agreement's share of a day's token lines, one line per account and usage type as AWS writes it. */
export function discountLines(day: number, lines: readonly BillLine[]): BillLine[] {
  const sums = Map.groupBy(
    lines.filter((line) => line.discounted),
    (line) => `${line.accountId}|${line.usageType}`,
  );
  return [...sums.values()].flatMap((group): BillLine[] => {
    const [first] = group;
    const sum = group.reduce((total, line) => total + line.amount, 0n);
    if (!first || sum === 0n) return [];
    const amount = -roundBilled((sum * BigInt(discount.percent)) / 100n);
    return [
      {
        ...adjustment("EdpDiscount", day, first.accountId, amount, "Enterprise Discount Program discount"),
        region: first.region,
        usageType: first.usageType,
      },
    ];
  });
}

/** Tax and a promotional credit, once a month. */
export const monthlyAdjustments = (monthStart: number): BillLine[] => [
  { ...adjustment("Tax", monthStart, accounts.dev.id, 18_420_000_000_000n, "Sales tax"), taxType: "SALES_TAX" },
  adjustment("Credit", monthStart, accounts.dev.id, -25_000_000_000_000n, "AWS Promotional Credit"),
];

const awsUsage = (
  accountId: string,
  region: string,
  start: number,
  rest: Pick<BillLine, "usageType" | "operation" | "unit" | "quantity" | "rate" | "amount" | "description"> & Partial<BillLine>,
): BillLine => ({
  ...unnamed,
  type: "Usage",
  start,
  end: start + HOUR_MS,
  accountId,
  region,
  productCode: "AmazonBedrock",
  serviceCode: "AmazonBedrock",
  productName: "Amazon Bedrock",
  ...rest,
});

/** Hours of a provisioned model: its calls are in the log, its tokens are not on the bill. */
export function provisionedLine(start: number, hours: number): BillLine {
  const rate = 21_180_000_000_000n;
  return awsUsage(accounts.science.id, "us-west-2", start, {
    end: start + hours * HOUR_MS,
    usageType: `${regionCode("us-west-2")}-ProvisionedThroughput-Llama3-NoCommit-ModelUnits`,
    operation: "ProvisionedThroughput",
    unit: "Hrs",
    quantity: String(hours),
    rate,
    amount: rate * BigInt(hours),
    description: "$21.18 per model unit hour",
  });
}

/** The chat service's guardrail, billed by text units. */
export function guardrailLine(start: number, thousandUnits: number): BillLine {
  const rate = 150_000_000_000n;
  return awsUsage(accounts.europe.id, "eu-central-1", start, {
    usageType: `${regionCode("eu-central-1")}-Guardrail-ContentPolicyUnitsConsumed`,
    operation: "ApplyGuardrail",
    unit: "1K TextUnits",
    quantity: String(thousandUnits),
    rate,
    amount: rate * BigInt(thousandUnits),
    description: "$0.15 per 1K text units for content policy",
  });
}

/** Calls on the bedrock-mantle endpoint are on the bill and in no log. */
export function mantleLine(start: number, principal: Caller, thousandTokens: number): BillLine {
  const rate = 150_000_000n;
  return awsUsage(principal.accountId, "us-east-1", start, {
    principal,
    productCode: "AmazonBedrockService",
    serviceCode: "AmazonBedrockService",
    productName: "Amazon Bedrock Service",
    usageType: "USE1-openai.gpt-oss-120b-mantle-input-tokens-standard",
    operation: "",
    unit: "1K tokens",
    quantity: String(thousandTokens),
    rate,
    amount: rate * BigInt(thousandTokens),
    description: "$0.00015 per 1K input tokens for gpt-oss-120b mantle standard",
  });
}

/** Tokens of a batch inference job, at half of the price of Nova Lite; they are in no log. */
export function batchLine(start: number, principal: Caller, type: "input" | "output", tokens: number): BillLine {
  const rate = type === "input" ? 30_000_000n : 120_000_000n;
  return awsUsage(principal.accountId, "us-east-1", start, {
    principal,
    usageType: `USE1-NovaLite-${type}-tokens-batch`,
    operation: "CreateModelInvocationJob",
    unit: "1K tokens",
    quantity: String(tokens / 1000),
    rate,
    amount: roundBilled((rate * BigInt(tokens)) / 1000n),
    description: `Nova Lite ${type} tokens, batch`,
  });
}

/** A month of a plan of Kiro, or credits beyond it. */
export function kiroLine(start: number, userId: string, kind: "Pro" | "Credits", quantity: number): BillLine {
  const rate = kind === "Pro" ? 20_000_000_000_000n : 40_000_000_000n;
  return awsUsage(accounts.dev.id, "us-east-1", start, {
    productCode: "Kiro",
    serviceCode: "Kiro",
    productName: "Kiro",
    usageType: `USE1-KiroEnterprise-${kind}`,
    operation: "",
    unit: kind === "Pro" ? "Users" : "Credits",
    quantity: String(quantity),
    rate,
    amount: rate * BigInt(quantity),
    description: kind === "Pro" ? "$20 per user of Kiro Pro" : "$0.04 per credit of Kiro",
    resourceId: `arn:aws:identitystore:::user/${userId}`,
  });
}

/** Something that is not Bedrock at all: a real export holds every service of the payer. */
export const storageLine = (start: number, accountId: string): BillLine =>
  awsUsage(accountId, "us-east-1", start, {
    productCode: "AmazonS3",
    serviceCode: "AmazonS3",
    productName: "Amazon Simple Storage Service",
    usageType: "TimedStorage-ByteHrs",
    operation: "StandardStorage",
    unit: "GB-Mo",
    quantity: "0.5",
    rate: 23_000_000_000n,
    amount: 11_500_000_000n,
    description: "$0.023 per GB - first 50 TB / month of storage used",
    resourceId: "example-bucket",
  });
