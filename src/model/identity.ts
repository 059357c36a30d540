/** What was called, apart from who called it and how it went. */
export interface ModelIdentity {
  /** Model maker as in model ids, for example `anthropic`; null when unknown. */
  readonly vendor: string | null;
  /** For example `claude-sonnet`, `nova`, `titan-embed`; null when unknown. */
  readonly family: string | null;
  /** Name without vendor, routing, date stamp and revision, for example `claude-sonnet-4-6`; the logged id when unknown. */
  readonly model: string;
  /** For example `4.6`; null when the name has none. */
  readonly version: string | null;
  readonly tier: ModelTier | null;
  /** Scope of the inference profile; null when it cannot be known. */
  readonly routing: Routing | null;
  /** System profile id or application inference profile ARN; null for a direct call. */
  readonly profile: string | null;
  readonly serving: Serving;
  /** False when the model behind the id is not known. */
  readonly resolved: boolean;
}

export type ModelTier = "premium" | "standard" | "fast";
export type Routing = "in-region" | "geo" | "global";
export type Serving = "on-demand" | "provisioned" | "imported" | "custom" | "marketplace-endpoint";

/** Globs on the model name, by tier: `models.tiers` of strata.yml. */
export interface TierRules {
  readonly premium: readonly string[];
  readonly standard: readonly string[];
  readonly fast: readonly string[];
}

/** What else is known about the call whose model is resolved. */
export interface ModelContext {
  /** Region the caller called. */
  readonly region: string;
  /** Region that served the call, when it was re-routed. */
  readonly inferenceRegion?: string | undefined;
  /** What a prompt router chose, from the response's trace. */
  readonly invokedModelId?: string | undefined;
  /** ARN, or its last part, of profiles, provisioned and imported models, prompts and endpoints → model id, profile id or ARN. */
  readonly inferenceProfiles: Pick<ReadonlyMap<string, string>, "get">;
  readonly tiers: TierRules;
}
