/**
 * What a token costs, written down by hand from the vendor's and secondary price pages (the project's price notes of October 2026). Fixed figures on
 * purpose: nothing here is read from the product's own price tables, so that a wrong table shows. US East; USD per million tokens.
 */
export const TOKEN_TYPES = ["input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h"] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];
export type Tokens = Readonly<Record<TokenType, number>>;
export type Routing = "in-region" | "geo" | "global";
/** How the model is sold and worded: by AWS, or by Marketplace in the wording before (camel) and since (snake) Claude 4.7. */
export type World = "aws" | "camel" | "snake";

type Rates = readonly [input: string, output: string, cacheRead: string, cacheWrite5m: string, cacheWrite1h: string];

export interface ModelFacts {
  readonly id: string;
  readonly vendor: "anthropic" | "amazon" | "meta" | "mistral" | "openai" | "deepseek";
  readonly world: World;
  /** Product name without the edition, or the model part of the usage type. */
  readonly label: string;
  /** `global.` list price; "" where the model has no such token type. */
  readonly rates: Rates;
  /** In-region and geo instead, where they differ from ×1 or ×1.1. */
  readonly regional?: Rates;
  /** In-region and geo cost a tenth more. */
  readonly premium: boolean;
  /** Above this many prompt tokens the whole request costs `longRates`. */
  readonly longAbove?: number;
  readonly longRates?: Rates;
  readonly routings: readonly [Routing, ...Routing[]];
}

const EVERYWHERE = ["in-region", "geo", "global"] as const;
const PROFILES = ["geo", "global"] as const;

export const MODELS = {
  opus48: {
    id: "anthropic.claude-opus-4-8",
    vendor: "anthropic",
    world: "snake",
    label: "Claude Opus 4.8",
    rates: ["5", "25", "0.5", "6.25", "10"],
    premium: true,
    routings: PROFILES,
  },
  sonnet5: {
    id: "anthropic.claude-sonnet-5",
    vendor: "anthropic",
    world: "snake",
    label: "Claude Sonnet 5",
    rates: ["2", "10", "0.2", "2.5", "4"],
    premium: true,
    routings: PROFILES,
  },
  sonnet46: {
    id: "anthropic.claude-sonnet-4-6",
    vendor: "anthropic",
    world: "camel",
    label: "Claude Sonnet 4.6",
    rates: ["3", "15", "0.3", "3.75", "6"],
    premium: true,
    routings: EVERYWHERE,
  },
  haiku45: {
    id: "anthropic.claude-haiku-4-5-20251001-v1:0",
    vendor: "anthropic",
    world: "camel",
    label: "Claude Haiku 4.5",
    rates: ["1", "5", "0.1", "1.25", "2"],
    premium: true,
    routings: PROFILES,
  },
  sonnet45: {
    id: "anthropic.claude-sonnet-4-5-20250929-v1:0",
    vendor: "anthropic",
    world: "camel",
    label: "Claude Sonnet 4.5",
    rates: ["3", "15", "0.3", "3.75", "6"],
    premium: true,
    longAbove: 200_000,
    longRates: ["6", "22.5", "0.6", "7.5", "12"],
    routings: PROFILES,
  },
  opus41: {
    id: "anthropic.claude-opus-4-1-20250805-v1:0",
    vendor: "anthropic",
    world: "camel",
    label: "Claude Opus 4.1",
    rates: ["15", "75", "1.5", "18.75", ""],
    premium: false,
    routings: ["geo"],
  },
  haiku3: {
    id: "anthropic.claude-3-haiku-20240307-v1:0",
    vendor: "anthropic",
    world: "camel",
    label: "Claude 3 Haiku",
    rates: ["0.25", "1.25", "", "", ""],
    premium: false,
    routings: ["in-region"],
  },
  novaLite: {
    id: "amazon.nova-lite-v1:0",
    vendor: "amazon",
    world: "aws",
    label: "NovaLite",
    rates: ["0.06", "0.24", "0.015", "", ""],
    premium: false,
    routings: ["in-region", "geo"],
  },
  novaPro: {
    id: "amazon.nova-pro-v1:0",
    vendor: "amazon",
    world: "aws",
    label: "NovaPro",
    rates: ["0.80", "3.20", "0.20", "", ""],
    premium: false,
    routings: ["in-region", "geo"],
  },
  novaMicro: {
    id: "amazon.nova-micro-v1:0",
    vendor: "amazon",
    world: "aws",
    label: "NovaMicro",
    rates: ["0.035", "0.14", "0.00875", "", ""],
    premium: false,
    routings: ["in-region"],
  },
  nova2Lite: {
    id: "amazon.nova-2-lite-v1:0",
    vendor: "amazon",
    world: "aws",
    label: "Nova2.0Lite",
    rates: ["0.30", "2.50", "", "", ""],
    regional: ["0.33", "2.75", "", "", ""],
    premium: false,
    routings: PROFILES,
  },
  llama33: {
    id: "meta.llama3-3-70b-instruct-v1:0",
    vendor: "meta",
    world: "aws",
    label: "Llama3-3-70B",
    rates: ["0.72", "0.72", "", "", ""],
    premium: false,
    routings: ["geo"],
  },
  gptOss: {
    id: "openai.gpt-oss-120b-1:0",
    vendor: "openai",
    world: "aws",
    label: "gpt-oss-120b",
    rates: ["0.15", "0.60", "", "", ""],
    premium: false,
    routings: ["in-region"],
  },
  deepseek: {
    id: "deepseek.r1-v1:0",
    vendor: "deepseek",
    world: "aws",
    label: "DeepSeek-R1",
    rates: ["1.35", "5.40", "", "", ""],
    premium: false,
    routings: ["geo"],
  },
} as const satisfies Readonly<Record<string, ModelFacts>>;

export type ModelName = keyof typeof MODELS;
export const modelFacts = (name: ModelName): ModelFacts => MODELS[name];

/** 10⁻¹² dollars per million tokens → per token: every published rate is whole then. */
function picoPerToken(perMillion: string): bigint {
  const [whole = "0", fraction = ""] = perMillion.split(".");
  return BigInt(`${whole}${fraction.padEnd(6, "0")}`);
}

/** Pico-dollars for one token; undefined where the model has no such token type. */
export function tokenRate(model: ModelFacts, type: TokenType, routing: Routing, long: boolean): bigint | undefined {
  const global = routing === "global";
  const list = long && model.longRates ? model.longRates : !global && model.regional ? model.regional : model.rates;
  const text = list[TOKEN_TYPES.indexOf(type)] ?? "";
  if (text === "") return undefined;
  const base = picoPerToken(text);
  return !global && model.premium ? (base * 11n) / 10n : base;
}

export const promptOf = (tokens: Tokens): number => tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
export const isLong = (model: ModelFacts, tokens: Tokens): boolean =>
  model.longAbove !== undefined && promptOf(tokens) > model.longAbove;

/** Pico-dollars of one call at list price, times a factor in hundredths of a percent (10 000 is one). */
export function callCost(model: ModelFacts, tokens: Tokens, routing: Routing, long: boolean, factor = 10_000n): bigint {
  return TOKEN_TYPES.reduce((sum, type) => {
    const count = BigInt(tokens[type]);
    return count === 0n ? sum : sum + (count * (tokenRate(model, type, routing, long) ?? 0n) * factor) / 10_000n;
  }, 0n);
}
