import { IMAGE_DAY, IMAGE_RATE, IMAGES } from "./image-calls.ts";
import { type Line, nextMonth, quotient, tenDecimals } from "./line.ts";
import { ACCOUNTS, DAY, PLANT_DAY, TAGGED_ANEW } from "./make-calls.ts";
import { type ModelName, modelFacts, type Routing, tokenRate } from "./price-facts.ts";
import type { MonthShape } from "./shape.ts";
import { type Wording, wording } from "./wording.ts";

const PICO = 10n ** 12n;

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

export function plantedLines(lines: readonly Line[], shape: MonthShape, { start, span }: Month): Line[] {
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

export function extraLines(lines: readonly Line[], shape: MonthShape, { start, span }: Month, late: boolean): Line[] {
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
