import type { PricedModel, Routing, TokenCounts } from "./rates.ts";

/** Who calls. `index` makes short keys; it is unique in the company. */
export interface Caller {
  readonly index: number;
  readonly arn: string;
  readonly accountId: string;
  /** E-mail address; undefined for services. */
  readonly person: string | undefined;
  /** Team as strata.yml will say; undefined for the caller that nobody knows. */
  readonly team: string | undefined;
  /** Tags that the bill shows as iamPrincipal/…. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Body family that the log shows. */
export type Shape =
  | "anthropic-stream"
  | "anthropic"
  | "converse"
  | "converse-stream"
  | "titan-embed"
  | "llama"
  | "openai"
  | "openai-stream"
  | "unknown-vendor";

/** What is called, and how. */
export interface Target {
  readonly index: number;
  readonly accountId: string;
  readonly region: string;
  /** Undefined for what is billed by the hour. */
  readonly model: PricedModel | undefined;
  readonly routing: Routing;
  /** As the log shows it. */
  readonly modelId: string;
  /** Name inside Anthropic bodies. */
  readonly bodyModel: string;
  /** Inference profile ARN as the bill shows it; empty for a direct call. */
  readonly resourceId: string;
  readonly resourceTags: Readonly<Record<string, string>>;
  readonly shape: Shape;
  /** False where the account logs without bodies. */
  readonly bodies: boolean;
  /** Regions that may serve the call. */
  readonly serves: readonly string[];
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

type Outcome = { readonly kind: "ok" } | { readonly kind: "blocked" } | { readonly kind: "failed"; readonly code: string };

/** What makes a call unlike the others of its kind. */
export type Oddity = "offloaded" | "no-cache-header" | "text-count";

export interface Call {
  /** Milliseconds, whole seconds as in the log. */
  readonly time: number;
  readonly caller: Caller;
  readonly target: Target;
  readonly tokens: TokenCounts;
  readonly outcome: Outcome;
  readonly oddity: Oddity | undefined;
  /** Belongs to the planted incident of this id. */
  readonly incident: string | undefined;
}

export const noTokens: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

export const tokensOf = (tokens: TokenCounts): number =>
  tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
