import type { ModelName, Routing, Tokens } from "./price-facts.ts";
import type { Plant } from "./shape.ts";

export interface Caller {
  /** As in the log. */
  readonly arn: string;
  /** The role as IAM names it, without session; the same as `arn` for users. */
  readonly roleArn: string;
}

/** One call, with what the log says of it and what the bill says of it. */
export interface Call {
  /** When it is logged, milliseconds. */
  readonly time: number;
  /** When it is billed: some seconds after it is logged where it was running over midnight. */
  readonly billedTime: number;
  readonly requestId: string;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  readonly model: ModelName;
  readonly routing: Routing;
  readonly tokens: Tokens;
  /** The tokens' prompt is over the model's long-context limit. */
  readonly long: boolean;
  /** Called through an application inference profile. */
  readonly profile: string | null;
  /** The record carries no bodies, so that the cache split is unknown. */
  readonly metadataOnly: boolean;
  readonly streamed: boolean;
  readonly loggedTier: "on-demand" | "flex";
  readonly billedTier: "on-demand" | "flex" | "priority";
  readonly failed: boolean;
  readonly logged: boolean;
  readonly billed: boolean;
  /** Added to the billed input tokens. */
  readonly extraInput: number;
  readonly plant: Plant | null;
  /** Tag of the session or user on the bill; null where there is none. */
  readonly team: string | null;
}
