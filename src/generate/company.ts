/** The invented company: accounts, developer teams and services. All names, accounts and addresses are made up. */
import type { Shape } from "./call.ts";
import type { ModelKey, Routing } from "./rates.ts";

export const organisation = "Example Corp";
export const payerAccount = "999900001111";

export const accounts = {
  dev: { id: "111122223333", name: "example-ai-dev" },
  prod: { id: "444455556666", name: "example-ai-prod" },
  science: { id: "777788889999", name: "example-data-science" },
  europe: { id: "012345678912", name: "example-europe" },
} as const;
export type AccountKey = keyof typeof accounts;

/** Prefix of region names in usage types. */
export const regionCodes: ReadonlyMap<string, string> = new Map([
  ["us-east-1", "USE1"],
  ["us-west-2", "USW2"],
  ["eu-central-1", "EUC1"],
  ["eu-north-1", "EUN1"],
  ["ap-northeast-1", "APN1"],
]);

/** Relative activity by UTC hour. */
export const workingHours = {
  america: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3, 0.8, 1, 1, 0.9, 0.8, 1, 1, 0.9, 0.7, 0.4, 0.2],
  europe: [0, 0, 0, 0, 0, 0, 0.3, 0.8, 1, 1, 1, 0.8, 0.9, 1, 1, 0.9, 0.6, 0.3, 0, 0, 0, 0, 0, 0],
  asia: [0.8, 1, 1, 0.8, 1, 1, 1, 0.9, 0.7, 0.4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** How a model is named in a call. */
export type Addressing = "profile-id" | "profile-arn" | "application-profile" | "plain";

export interface Stream {
  readonly model: ModelKey;
  readonly routing: Routing;
  /** Model or profile id. */
  readonly id: string;
  readonly addressing: Addressing;
  readonly shape: Shape;
  /** Part of the team's calls. */
  readonly share: number;
}

export interface Team {
  readonly name: string;
  readonly costCenter: string;
  readonly account: AccountKey;
  readonly region: string;
  readonly hours: keyof typeof workingHours;
  /** Part of the company's developers. */
  readonly headcount: number;
  /** Permission set of IAM Identity Center, or the role of a federation. */
  readonly role: string;
  readonly federated?: boolean;
  /** How strata.yml finds the team: by role, by members' addresses or by request metadata. */
  readonly attribution: "role" | "members" | "metadata";
  /** False: logging without text delivery. */
  readonly bodies?: boolean;
  readonly streams: readonly Stream[];
}

const stream = (
  model: ModelKey,
  routing: Routing,
  id: string,
  share: number,
  shape: Shape = "anthropic-stream",
  addressing: Addressing = "profile-arn",
): Stream => ({
  model,
  routing,
  id,
  addressing,
  shape,
  share,
});

const haiku = "anthropic.claude-haiku-4-5-20251001-v1:0";

export const teams: readonly Team[] = [
  {
    name: "platform",
    costCenter: "CC-1001",
    account: "dev",
    region: "us-east-1",
    hours: "america",
    headcount: 0.14,
    role: "DevPlatform",
    attribution: "role",
    streams: [
      stream("claude-opus-4-8", "global", "global.anthropic.claude-opus-4-8", 0.5),
      stream("claude-sonnet-4-6", "geo", "us.anthropic.claude-sonnet-4-6", 0.35),
      stream("claude-haiku-4-5", "global", `global.${haiku}`, 0.15),
    ],
  },
  {
    name: "payments",
    costCenter: "CC-1002",
    account: "dev",
    region: "us-east-1",
    hours: "america",
    headcount: 0.14,
    role: "DevPayments",
    attribution: "role",
    streams: [
      stream("claude-sonnet-4-6", "geo", "us.anthropic.claude-sonnet-4-6", 0.8),
      stream("claude-haiku-4-5", "geo", `us.${haiku}`, 0.2),
    ],
  },
  {
    name: "search",
    costCenter: "CC-1003",
    account: "dev",
    region: "us-west-2",
    hours: "america",
    headcount: 0.12,
    role: "DevSearch",
    attribution: "role",
    streams: [
      stream("claude-sonnet-5", "global", "global.anthropic.claude-sonnet-5", 0.8, "anthropic-stream", "profile-id"),
      stream("claude-haiku-4-5", "global", `global.${haiku}`, 0.2, "anthropic-stream", "profile-id"),
    ],
  },
  {
    name: "mobile",
    costCenter: "CC-1004",
    account: "dev",
    region: "us-west-2",
    hours: "america",
    headcount: 0.12,
    role: "BedrockDevelopers",
    attribution: "members",
    streams: [stream("claude-sonnet-4-6", "global", "global.anthropic.claude-sonnet-4-6", 1)],
  },
  {
    name: "growth",
    costCenter: "CC-1005",
    account: "dev",
    region: "us-east-1",
    hours: "america",
    headcount: 0.1,
    role: "BedrockFederated",
    federated: true,
    attribution: "metadata",
    streams: [stream("claude-sonnet-4-6", "global", "global.anthropic.claude-sonnet-4-6", 1, "anthropic", "application-profile")],
  },
  {
    name: "data-science",
    costCenter: "CC-1006",
    account: "science",
    region: "us-west-2",
    hours: "america",
    headcount: 0.1,
    role: "DataScience",
    attribution: "role",
    streams: [
      stream("claude-opus-4-8", "geo", "us.anthropic.claude-opus-4-8", 0.6),
      stream("claude-sonnet-4-6", "in-region", "anthropic.claude-sonnet-4-6", 0.4, "anthropic-stream", "plain"),
    ],
  },
  {
    name: "security",
    costCenter: "CC-1007",
    account: "science",
    region: "us-east-1",
    hours: "america",
    headcount: 0.06,
    role: "SecurityEngineers",
    attribution: "role",
    bodies: false,
    streams: [stream("claude-opus-4-7", "global", "global.anthropic.claude-opus-4-7", 1)],
  },
  {
    name: "core-europe",
    costCenter: "CC-2001",
    account: "europe",
    region: "eu-north-1",
    hours: "europe",
    headcount: 0.14,
    role: "DevEurope",
    attribution: "role",
    streams: [
      stream("claude-sonnet-4-6", "geo", "eu.anthropic.claude-sonnet-4-6", 0.75),
      stream("claude-haiku-4-5", "geo", `eu.${haiku}`, 0.25),
    ],
  },
  {
    name: "japan",
    costCenter: "CC-3001",
    account: "science",
    region: "ap-northeast-1",
    hours: "asia",
    headcount: 0.08,
    role: "BedrockDevelopers",
    attribution: "members",
    streams: [
      stream("claude-sonnet-4-5", "geo", "jp.anthropic.claude-sonnet-4-5-20250929-v1:0", 1, "converse-stream", "profile-id"),
    ],
  },
];

/** Where a routed call may be served. */
export const servingRegions: ReadonlyMap<string, readonly string[]> = new Map([
  ["us", ["us-east-1", "us-east-2", "us-west-2"]],
  ["eu", ["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"]],
  ["jp", ["ap-northeast-1", "ap-northeast-3"]],
  ["global", ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-4"]],
]);
