import { divideHalfEven, type PicoUsd } from "../money.ts";
import { HOUR_MS } from "../time.ts";
import { type BillTerms, billTerms, regionCode } from "./bill-grammar.ts";
import type { Call, Caller, Target } from "./call.ts";
import { accounts } from "./company.ts";
import { discount, isDiscounted, type Routing, type TokenType, tokenTypes } from "./rates.ts";

export type LineType = "Usage" | "EdpDiscount" | "Tax" | "Credit";

/** One line of the bill before it is spelled as CUR columns. */
export interface BillLine {
  readonly type: LineType;
  readonly start: number;
  readonly end: number;
  readonly accountId: string;
  readonly region: string;
  readonly principal: Caller | undefined;
  readonly billingEntity: "AWS" | "AWS Marketplace";
  readonly productCode: string;
  readonly serviceCode: string;
  readonly productName: string;
  readonly usageType: string;
  readonly operation: string;
  readonly unit: string;
  /** Exact decimal text. */
  readonly quantity: string;
  /** Pico-dollars per unit; undefined where there is no rate. */
  readonly rate: bigint | undefined;
  /** Pico-dollars, rounded to 10 decimals as AWS writes them. */
  readonly amount: PicoUsd;
  readonly description: string;
  readonly resourceId: string;
  readonly resourceTags: Readonly<Record<string, string>>;
  readonly taxType: string;
  /** The private agreement takes its share of this line. */
  readonly discounted: boolean;
  /** What a token line counts; undefined for all others. */
  readonly tokens: { readonly model: string; readonly routing: Routing; readonly type: TokenType } | undefined;
}

/** Ten decimals of a dollar, half to even. */
const PICO_STEP = 100n;
export const roundBilled = (amount: bigint): PicoUsd => divideHalfEven(amount, PICO_STEP) * PICO_STEP;

interface Group {
  readonly start: number;
  readonly caller: Caller;
  readonly target: Target;
  readonly sums: Record<TokenType, number>;
}

/** A day's billed calls as lines: one per hour, principal, model, routing, token type and resource. Failed calls cost nothing. */
export function tokenLines(calls: readonly Call[]): BillLine[] {
  const groups = new Map<string, Group>();
  for (const { time, caller, target, tokens, outcome } of calls) {
    if (outcome.kind === "failed" || !target.model) continue;
    const hour = Math.floor(time / HOUR_MS);
    const key = `${hour}|${caller.index}|${billedAs(target)}`;
    let group = groups.get(key);
    if (!group) {
      group = {
        start: hour * HOUR_MS,
        caller,
        target,
        sums: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
      };
      groups.set(key, group);
    }
    for (const type of tokenTypes) group.sums[type] += tokens[type];
  }
  return [...groups.values()].flatMap(linesOf);
}

const operationOf = (target: Target): string =>
  target.shape.endsWith("-stream") ? "InvokeModelStreamingInference" : "InvokeModelInference";

/** Targets that differ only in the shape of their bodies meet on one line, unless AWS bills their operations apart. */
const billedKeys = new WeakMap<Target, string>();
function billedAs(target: Target): string {
  let key = billedKeys.get(target);
  if (key === undefined) {
    const operation = target.model?.seller.kind === "aws" ? operationOf(target) : "Usage";
    key = `${target.accountId}|${target.region}|${target.model?.name}|${target.routing}|${operation}|${target.resourceId}`;
    billedKeys.set(target, key);
  }
  return key;
}

const termsCache = new WeakMap<Target, Map<TokenType, BillTerms>>();
function termsOf(target: Target, type: TokenType): BillTerms | undefined {
  if (!target.model) return undefined;
  const known = termsCache.get(target) ?? new Map<TokenType, BillTerms>();
  termsCache.set(target, known);
  const terms = known.get(type) ?? billTerms(target.model, target.routing, target.region, type);
  known.set(type, terms);
  return terms;
}

function linesOf({ start, caller, target, sums }: Group): BillLine[] {
  return tokenTypes.flatMap((type): BillLine[] => {
    const tokens = sums[type];
    const terms = tokens > 0 ? termsOf(target, type) : undefined;
    if (!terms) return [];
    const { unitTokens, unitRate, ...named } = terms;
    return [
      {
        ...named,
        type: "Usage",
        start,
        end: start + HOUR_MS,
        accountId: target.accountId,
        region: target.region,
        principal: caller,
        operation: terms.billingEntity === "AWS" ? operationOf(target) : "Usage",
        quantity: decimalQuotient(tokens, unitTokens),
        rate: unitRate,
        amount: roundBilled((BigInt(tokens) * unitRate) / BigInt(unitTokens)),
        resourceId: target.resourceId,
        resourceTags: target.resourceTags,
        taxType: "",
        discounted: target.model !== undefined && isDiscounted(target.model),
        tokens: target.model && { model: target.model.name, routing: target.routing, type },
      },
    ];
  });
}

/** 1234567 / 1000000 → `"1.234567"`. The divisor is a power of ten. */
export function decimalQuotient(value: number, divisor: number): string {
  const places = Math.round(Math.log10(divisor));
  const digits = String(value).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return `${digits.slice(0, -places)}${fraction === "" ? "" : `.${fraction}`}`;
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
