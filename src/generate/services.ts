import type { Shape } from "./call.ts";
import type { AccountKey, Addressing } from "./company.ts";
import type { ModelKey, Routing } from "./rates.ts";

/** Inclusive bounds of one token count. */
export type Range = readonly [low: number, high: number];

/** A program that calls models on its own. Rates are calls per hour at scale 1. */
export interface Service {
  readonly name: string;
  /** Undefined: nobody knows whose it is. */
  readonly team: string | undefined;
  readonly account: AccountKey;
  readonly region: string;
  /** Rest of the ARN after the account. */
  readonly principal: string;
  /** Undefined for what is billed by the hour. */
  readonly model: ModelKey | undefined;
  readonly routing: Routing;
  /** Model, profile or resource id. */
  readonly id: string;
  readonly addressing: Addressing | "provisioned" | "imported";
  readonly shapes: readonly Shape[];
  /** Calls in each UTC hour of a day. */
  readonly hourly: readonly number[];
  readonly weekends: number;
  /** Calls per day that even the smallest company makes. */
  readonly atLeastDaily: number;
  /** First workday on which it runs. */
  readonly fromWorkday: number;
  readonly input: Range;
  readonly output: Range;
  readonly cacheRead?: Range;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Every so many calls a guardrail blocks the input. */
  readonly blockEvery?: number;
}

const always = (perHour: number): number[] => Array.from({ length: 24 }, () => perHour);
const between = (from: number, to: number, perHour: number): number[] =>
  Array.from({ length: 24 }, (_, hour) => (hour >= from && hour < to ? perHour : 0));

const usual = { weekends: 1, atLeastDaily: 0, fromWorkday: 0, addressing: "plain", routing: "in-region" } as const;

export const services: readonly Service[] = [
  {
    ...usual,
    name: "doc-summarizer",
    team: "documents",
    account: "prod",
    region: "us-east-1",
    principal: "assumed-role/doc-summarizer-lambda/doc-summarizer",
    model: "nova-lite",
    routing: "geo",
    id: "us.amazon.nova-lite-v1:0",
    addressing: "profile-id",
    shapes: ["converse"],
    hourly: between(2, 4, 450),
    atLeastDaily: 4,
    input: [4_000, 14_000],
    output: [150, 500],
    metadata: { team: "documents", feature: "summaries", environment: "prod" },
  },
  {
    ...usual,
    name: "embed-indexer",
    team: "documents",
    account: "prod",
    region: "us-west-2",
    principal: "assumed-role/embed-indexer-lambda/embed-indexer",
    model: "titan-embed-text-v2",
    id: "amazon.titan-embed-text-v2:0",
    shapes: ["titan-embed"],
    hourly: always(40),
    input: [200, 900],
    output: [0, 0],
  },
  {
    ...usual,
    name: "contract-review",
    team: "documents",
    account: "prod",
    region: "us-east-1",
    weekends: 0,
    principal: "assumed-role/contract-review/contract-review",
    model: "nova-pro",
    id: "amazon.nova-pro-v1:0",
    shapes: ["converse"],
    hourly: between(13, 21, 6),
    input: [1_500, 3_000],
    output: [300, 700],
    cacheRead: [6_000, 9_000],
    metadata: { team: "documents", feature: "contracts", environment: "prod" },
  },
  {
    ...usual,
    name: "support-bot",
    team: "support",
    account: "europe",
    region: "eu-central-1",
    principal: "assumed-role/support-bot-lambda/support-bot",
    model: "claude-haiku-4-5",
    routing: "geo",
    id: "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    addressing: "profile-id",
    shapes: ["converse", "converse", "converse-stream"],
    hourly: always(20),
    input: [1_200, 1_800],
    output: [200, 300],
    blockEvery: 60,
  },
  {
    ...usual,
    name: "chat-assist",
    team: "assistants",
    account: "prod",
    region: "us-east-1",
    principal: "user/BedrockAPIKey-ab12",
    model: "gpt-oss-120b",
    id: "openai.gpt-oss-120b-1:0",
    shapes: ["openai", "openai-stream"],
    hourly: always(4),
    input: [500, 900],
    output: [200, 400],
  },
  {
    ...usual,
    name: "notebook",
    team: "data-science",
    account: "science",
    region: "us-west-2",
    principal: "user/science/carol",
    model: "llama3-1-70b-instruct",
    id: "meta.llama3-1-70b-instruct-v1:0",
    shapes: ["llama"],
    hourly: always(3),
    input: [600, 1_400],
    output: [150, 400],
  },
  {
    ...usual,
    name: "release-notes",
    team: "platform",
    account: "prod",
    region: "us-east-1",
    weekends: 0,
    principal: "assumed-role/ci-runner/release-notes",
    model: "nova-2-lite",
    routing: "global",
    id: "global.amazon.nova-2-lite-v1:0",
    addressing: "profile-arn",
    shapes: ["converse"],
    hourly: between(13, 22, 4),
    input: [2_000, 5_000],
    output: [200, 500],
  },
  {
    ...usual,
    name: "search-reindex",
    team: "search",
    account: "prod",
    region: "us-east-1",
    principal: "assumed-role/search-reindex-lambda/search-reindex",
    model: "nova-pro",
    routing: "geo",
    id: "us.amazon.nova-pro-v1:0",
    addressing: "profile-id",
    shapes: ["converse"],
    hourly: between(5, 6, 20),
    atLeastDaily: 1,
    input: [6_000, 9_000],
    output: [200, 300],
  },
  {
    ...usual,
    name: "scoring",
    team: "data-science",
    account: "science",
    region: "us-west-2",
    principal: "assumed-role/ds-scoring/ds-scoring",
    model: undefined,
    id: "0pt1example2",
    addressing: "provisioned",
    shapes: ["llama"],
    hourly: always(1.4),
    input: [300, 600],
    output: [40, 90],
  },
  {
    ...usual,
    name: "classifier",
    team: "data-science",
    account: "science",
    region: "us-west-2",
    principal: "assumed-role/ds-scoring/ds-scoring",
    model: undefined,
    id: "im1example234",
    addressing: "imported",
    shapes: ["openai"],
    hourly: always(1),
    input: [200, 400],
    output: [20, 40],
  },
  {
    ...usual,
    name: "legacy-etl",
    team: undefined,
    account: "prod",
    region: "us-east-1",
    principal: "assumed-role/legacy-etl-runner/i-0f1e2d3c4b5a69788",
    model: "claude-haiku-4-5",
    routing: "geo",
    id: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    addressing: "profile-id",
    shapes: ["converse"],
    hourly: between(6, 12, 1),
    atLeastDaily: 1,
    input: [2_000, 4_000],
    output: [300, 500],
  },
  {
    ...usual,
    name: "mystery",
    team: "data-science",
    account: "science",
    region: "us-east-1",
    principal: "assumed-role/research-sandbox/notebook-7",
    model: "mystery",
    id: "newvendor.mystery-1",
    shapes: ["unknown-vendor"],
    hourly: between(15, 18, 1),
    atLeastDaily: 1,
    fromWorkday: 8,
    input: [3_000, 5_000],
    output: [500, 900],
  },
];
