import type { Call } from "./call.ts";
import { IMAGE_DAY, IMAGE_RATE, IMAGES } from "./image-calls.ts";
import { ACCOUNTS, DAY, HOUR, PLANT_DAY, REGION, TAGGED_ANEW } from "./make-calls.ts";
import { type ModelName, modelFacts, type Routing, TOKEN_TYPES, type TokenType, tokenRate } from "./price-facts.ts";
import type { MonthShape } from "./shape.ts";
import { type Wording, wording } from "./wording.ts";

/** One line of the bill. Money in pico-dollars, times in milliseconds. */
export interface Line {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly account: string;
  readonly principal: string;
  readonly team: string | null;
  readonly resource: string;
  readonly words: Wording;
  /** Exact decimal. */
  readonly quantity: string;
  readonly rate: bigint;
  readonly amount: bigint;
  /** With discounts; the same as `amount` without a net column. */
  readonly net: bigint;
  /** What the line is in the waterfall when no call stands behind it. */
  readonly step: "tokens" | "missing_logs" | "not_token_based" | "discounts" | "taxes_and_credits" | "unclassified" | "unknown";
}

/** Ten thousandths of the list price that are paid under a discount of this month's kind. */
export const PAID: Readonly<Record<MonthShape["discount"], bigint>> = {
  none: 10_000n,
  edp: 9_100n,
  bundled: 9_500n,
  "private-lines": 9_300n,
  "private-rate": 9_300n,
  "net-column": 9_300n,
  agreed: 9_300n,
};
/** Flex costs half, priority seven quarters of on-demand. */
export const TIER_FACTOR = { "on-demand": 10_000n, flex: 5_000n, priority: 17_500n } as const;
const PICO = 10n ** 12n;

/** AWS writes ten decimals. */
const tenDecimals = (pico: bigint): bigint => ((pico + (pico < 0n ? -50n : 50n)) / 100n) * 100n;

/** Rate on the lines themselves, in pico-dollars a token. */
export function lineRate(
  shape: MonthShape,
  call: Pick<Call, "model" | "billedTier" | "routing" | "long">,
  type: TokenType,
): bigint {
  const facts = modelFacts(call.model);
  const list = tokenRate(facts, type, call.routing, call.long) ?? 0n;
  const lowered = shape.discount === "private-rate" || shape.discount === "agreed" ? PAID[shape.discount] : 10_000n;
  return (list * TIER_FACTOR[call.billedTier] * lowered) / 100_000_000n;
}

/** What a call's bill words its tokens as: a cache write of the `ttl` plant was a long one. */
export const billedTokens = (call: Call): Readonly<Record<TokenType, number>> => ({
  ...call.tokens,
  input: call.tokens.input + call.extraInput,
  ...(call.plant === "ttl" ? { cacheWrite5m: 0, cacheWrite1h: call.tokens.cacheWrite5m } : {}),
});

interface Group {
  readonly call: Call;
  readonly type: TokenType;
  readonly start: number;
  readonly principal: string;
  readonly resource: string;
  tokens: number;
}

export function billLines(calls: readonly Call[], shape: MonthShape): Line[] {
  const [first, next] = [Date.parse(`${shape.month}-01T00:00:00Z`), Date.parse(`${nextMonth(shape.month)}-01T00:00:00Z`)];
  const span = { hourly: HOUR, daily: DAY, monthly: next - first }[shape.granularity];
  const groups = new Map<string, Group>();
  for (const call of calls) {
    if (!call.billed) continue;
    const tokens = billedTokens(call);
    const start = first + Math.floor((call.billedTime - first) / span) * span;
    const principal = shape.principals === "none" ? "" : shape.principals === "role" ? call.caller.roleArn : call.caller.arn;
    const resource = resourceOf(call, shape);
    for (const type of TOKEN_TYPES) {
      if (tokens[type] === 0) continue;
      // The bill tells global from the rest, and nothing finer.
      const key = [
        start,
        call.account,
        principal,
        resource,
        call.model,
        call.routing === "global",
        call.long,
        call.billedTier,
        call.team,
        type,
      ].join("|");
      const group = groups.get(key) ?? { call, type, start, principal, resource, tokens: 0 };
      group.tokens += tokens[type];
      groups.set(key, group);
    }
  }
  const lines = [...groups.values()].map((group) => tokenLine(group, span, shape));
  const month = { start: first, span };
  const late = shape.plants.includes("late");
  const all = [
    ...lines,
    ...plantedLines(lines, shape, month),
    ...extraLines(lines, shape, month, late),
    ...discountLines(lines, shape),
  ];
  return shape.granularity === "monthly" ? all.map((line) => ({ ...line, start: first, end: next })) : all;
}

/** `2026-12` → `2027-01` */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

/**
 * The next month's bill: refunds of half of this month's three dearest lines of a team (or of anybody), one of them of a session with several tag sets where
 * there is one, and a line of its own. A refund carries what its line carries, tags included.
 */
export function laterLines(lines: readonly Line[], shape: MonthShape): Line[] {
  const start = Date.parse(`${nextMonth(shape.month)}-01T00:00:00Z`);
  const end = Date.parse(`${nextMonth(nextMonth(shape.month))}-01T00:00:00Z`);
  const dearest = lines
    .filter(({ step, team }) => step === "tokens" && (team !== null) === shape.tags)
    .sort((a, b) => Number(b.amount - a.amount));
  const retagged = dearest.find(({ principal, team }) => team !== null && principal.endsWith(TAGGED_ANEW));
  const refunds = [...new Set([...(retagged ? [retagged] : []), ...dearest])].slice(0, 3).map((line): Line => {
    const amount = -tenDecimals(line.amount / 2n);
    const words = { ...line.words, description: `Refund for usage in ${shape.month}` };
    return { ...line, type: "Refund", words, quantity: "0", rate: 0n, amount, net: amount, step: "taxes_and_credits" };
  });
  return [...refunds, other(STORAGE, "not_token_based", start, end, STORAGE_COST)];
}

function resourceOf(call: Call, shape: MonthShape): string {
  if (!shape.resources) return "";
  if (call.profile !== null) return call.profile;
  const { id } = modelFacts(call.model);
  if (call.routing === "in-region") return "";
  return `arn:aws:bedrock:${REGION}:${call.account}:inference-profile/${call.routing === "geo" ? "us" : "global"}.${id}`;
}

/** tokens / unit, exact: a unit is a power of ten. */
export function quotient(tokens: number, unit: number): string {
  const places = Math.round(Math.log10(unit));
  const digits = String(tokens).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, "");
  return fraction === "" || places === 0 ? whole : `${whole}.${fraction}`;
}

function tokenLine({ call, type, start, principal, resource, tokens }: Group, span: number, shape: MonthShape): Line {
  const words = wording(
    modelFacts(call.model),
    { type, global: call.routing === "global", long: call.long, tier: call.billedTier, mantle: false },
    shape.claudeByAws,
  );
  const perToken = lineRate(shape, call, type);
  const amount = tenDecimals(BigInt(tokens) * perToken);
  const net = shape.discount === "net-column" ? tenDecimals((BigInt(tokens) * perToken * PAID["net-column"]) / 10_000n) : amount;
  return {
    type: "Usage",
    start,
    end: start + span,
    account: call.account,
    principal,
    team: call.team,
    resource,
    words,
    quantity: quotient(tokens, words.unitTokens),
    rate: perToken * BigInt(words.unitTokens),
    amount,
    net,
    step: "tokens",
  };
}

interface Month {
  readonly start: number;
  readonly span: number;
}

const plainWords = (usageType: string, unit: string, description: string): Wording => ({
  usageType,
  unit,
  unitTokens: 1,
  description,
  productName: "Amazon Bedrock",
  productCode: "AmazonBedrock",
  entity: "AWS",
});

const STORAGE = plainWords("USE1-NovaPro-Customization-Storage", "Model / month", "Custom model storage");
const STORAGE_COST = 1_950_000_000_000n;

function other(
  words: Wording,
  step: Line["step"],
  start: number,
  end: number,
  amount: bigint,
  more: Partial<Pick<Line, "type" | "quantity" | "rate" | "resource">> = {},
): Line {
  const [account] = ACCOUNTS;
  return {
    type: "Usage",
    start,
    end,
    account,
    principal: "",
    team: null,
    resource: "",
    words,
    quantity: "1",
    rate: amount,
    amount,
    net: amount,
    step,
    ...more,
  };
}

function plantedLines(lines: readonly Line[], shape: MonthShape, { start, span }: Month): Line[] {
  const found: Line[] = [];
  if (shape.plants.includes("unknown")) {
    const at = start + (PLANT_DAY.unknown - 1) * DAY;
    found.push(
      other(
        plainWords("USE1-Quantum-Entanglement-Minutia", "Minutiae", "Something new"),
        "unclassified",
        at,
        at + span,
        3n * PICO,
      ),
    );
  }
  if (shape.plants.includes("excess")) {
    // A line of its own hour costs half a dollar more than its quantity times its rate.
    const day = start + (PLANT_DAY.excess - 1) * DAY;
    const line = lines.find(
      (each) =>
        (shape.granularity === "monthly" || (each.start >= day && each.start < day + DAY)) &&
        each.words.usageType.includes("NovaPro-input"),
    );
    if (line) {
      const words = line.words;
      found.push({ ...line, quantity: "0", amount: PICO / 2n, net: PICO / 2n, words, step: "unknown" });
    }
  }
  return found;
}

function extraLines(lines: readonly Line[], shape: MonthShape, { start, span }: Month, late: boolean): Line[] {
  const has = (extra: MonthShape["extras"][number]): boolean => shape.extras.includes(extra);
  const monthEnd = Date.parse(`${nextMonth(shape.month)}-01T00:00:00Z`);
  const day = (n: number): number => start + (n - 1) * DAY;
  const usage = lines.reduce((sum, line) => sum + line.amount, 0n);
  const found: Line[] = [];
  const none = plainWords("", "", "");
  if (has("credit"))
    found.push(
      other({ ...none, description: "Promotional credit" }, "taxes_and_credits", start, monthEnd, -7n * PICO, {
        type: "Credit",
        quantity: "0",
        rate: 0n,
      }),
    );
  if (has("refund"))
    found.push(
      other({ ...none, description: "Refund of an earlier charge" }, "taxes_and_credits", day(3), day(4), -1_230_000_000_000n, {
        type: "Refund",
        quantity: "0",
        rate: 0n,
      }),
    );
  if (has("tax"))
    found.push(
      other(
        { ...none, description: "Tax for product code AmazonBedrock" },
        "taxes_and_credits",
        start,
        monthEnd,
        tenDecimals((usage * 19n) / 100n),
        { type: "Tax", quantity: "1", rate: 0n },
      ),
    );
  if (has("fee"))
    found.push(
      other({ ...none, description: "Monthly service fee" }, "not_token_based", start, monthEnd, 5n * PICO, { type: "Fee" }),
    );
  if (has("provisioned"))
    found.push(
      other(
        plainWords("USE1-NovaPro-ProvisionedThroughput-NoCommit-ModelUnits", "hour", "Provisioned model units"),
        "not_token_based",
        day(2),
        day(2) + span,
        39_600_000_000_000n,
        { quantity: "2", rate: 19_800_000_000_000n },
      ),
    );
  if (has("guardrail"))
    found.push(
      other(
        plainWords("USE1-Guardrail-ContentPolicyUnitsConsumed", "1K text units", "Guardrail content policy"),
        "not_token_based",
        day(5),
        day(5) + span,
        1_500_000_000_000n,
        { quantity: "10", rate: 150_000_000_000n },
      ),
    );
  if (has("image"))
    found.push(
      other(
        plainWords("USE1-NovaCanvas-T2I-1024-Standard", "image", "Nova Canvas images"),
        "not_token_based",
        day(IMAGE_DAY),
        day(IMAGE_DAY) + span,
        BigInt(IMAGES) * IMAGE_RATE,
        { quantity: String(IMAGES), rate: IMAGE_RATE },
      ),
    );
  if (has("storage")) found.push(other(STORAGE, "not_token_based", start, monthEnd, STORAGE_COST));
  if (has("batch"))
    found.push(
      unlogged("novaPro", "batch", 3_000_000, day(9), span, shape),
      ...(shape.claudeByAws ? [] : [unlogged("sonnet46", "batch", 1_000_000, day(9), span, shape)]),
    );
  if (has("mantle")) found.push(unlogged("gptOss", "mantle", 40_000_000, day(11), span, shape));
  // Nothing by the hour after the last delivery; lines for a whole month are there from its first day.
  return late ? found.filter((line) => line.start < day(PLANT_DAY.late)) : found;
}

/** Tokens of an endpoint that writes no invocation log. */
function unlogged(
  model: ModelName,
  endpoint: "batch" | "mantle",
  tokens: number,
  start: number,
  span: number,
  shape: MonthShape,
): Line {
  const facts = modelFacts(model);
  const routing: Routing = "in-region";
  const tier = endpoint === "batch" ? "batch" : "on-demand";
  const words = wording(
    facts,
    { type: "input", global: false, long: false, tier, mantle: endpoint === "mantle" },
    shape.claudeByAws,
  );
  const list = tokenRate(facts, "input", routing, false) ?? 0n;
  const perToken = endpoint === "batch" ? list / 2n : list;
  return other(words, "missing_logs", start, start + span, tenDecimals(BigInt(tokens) * perToken), {
    quantity: quotient(tokens, words.unitTokens),
    rate: perToken * BigInt(words.unitTokens),
  });
}

/** Discounts as lines of their own: one for each usage type and day. */
function discountLines(lines: readonly Line[], shape: MonthShape): Line[] {
  const types = { edp: "EdpDiscount", bundled: "BundledDiscount", "private-lines": "PrivateRateDiscount" } as const;
  const { discount } = shape;
  if (discount !== "edp" && discount !== "bundled" && discount !== "private-lines") return [];
  const sums = new Map<string, { line: Line; amount: bigint }>();
  for (const line of lines) {
    const day = Math.floor(line.start / DAY) * DAY;
    const key = `${day}|${line.account}|${line.words.productName}|${line.words.usageType}`;
    const sum = sums.get(key) ?? { line: { ...line, start: day, end: day + DAY }, amount: 0n };
    sum.amount += line.amount;
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ line, amount }) => {
    const off = -tenDecimals((amount * (10_000n - PAID[discount])) / 10_000n);
    return {
      ...line,
      type: types[discount],
      principal: "",
      team: null,
      resource: "",
      quantity: "0",
      rate: 0n,
      amount: off,
      net: off,
      step: "discounts" as const,
    };
  });
}
