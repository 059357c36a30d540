import { parseConfig } from "../config/load.ts";

/** What a first strata.yml can say of an account; empty where nothing was found. */
export interface KnownAccount {
  /** Account ids whose logs were seen. */
  readonly accounts: readonly string[];
  /** `s3://…` of invocation logs and of the bill. */
  readonly logs: readonly string[];
  readonly cur: readonly string[];
  readonly kmsKeys: readonly string[];
  /** ARN of an application inference profile → what it stands for. */
  readonly profiles: ReadonlyMap<string, string>;
  /** Team named by a tag → where it was seen. */
  readonly teams: ReadonlyMap<string, string>;
  /** Dollars a month that are expected; nobody said without it. */
  readonly expectedMonthUsd?: number | undefined;
}

export const NOTHING_KNOWN: KnownAccount = {
  accounts: [],
  logs: [],
  cur: [],
  kmsKeys: [],
  profiles: new Map(),
  teams: new Map(),
};

/**
 * The text of a first strata.yml: every section with its most used keys as comments, and what was found filled in. A line that begins with `#` and
 * a key is an option; `# ` and a sentence explains. Teams are guesses from tags, so they stay comments.
 * @param schema where an editor finds the published schema
 * @throws ConfigError if the text does not hold to the schema, which would be a bug
 */
export function firstConfig(known: KnownAccount, schema = "./schemas/config.schema.json"): string {
  const text = `${[
    `# yaml-language-server: $schema=${schema}`,
    "# Strata's configuration. Every key has a default, so every line may go; schemas/config.schema.json lists all of them.",
    ...(known.accounts.length === 0 ? [] : [`# Accounts whose logs were found: ${known.accounts.join(", ")}.`]),
    "",
    "# Shown in reports and alerts.",
    "#organisation: Example Corp",
    "#timezone: Europe/Berlin",
    "",
    ...sources(known),
    "",
    ...attribution(known),
    "",
    ...models(known),
    "",
    ...CONTRACT,
    "",
    ...alerting(known),
    "",
    ...REPORT,
    "",
    ...deploy(known),
  ].join("\n")}\n`;
  parseConfig(text, "the first strata.yml");
  return text;
}

const string = (value: string): string => JSON.stringify(value);
const items = (values: readonly string[]): string[] => values.map((value) => `    - ${string(value)}`);

const sources = ({ logs, cur }: KnownAccount): string[] => [
  "# Where invocation logs and the CUR 2.0 export lie. The command line wins.",
  ...(logs.length + cur.length === 0 ? ["#sources:"] : ["sources:"]),
  ...(logs.length === 0 ? ["#  logs:", "#    - s3://your-log-bucket/bedrock"] : ["  logs:", ...items(logs)]),
  ...(cur.length === 0 ? ["#  cur:", "#    - s3://your-bill-bucket/cur/strata-cur"] : ["  cur:", ...items(cur)]),
  "#  retention_days: 400",
];

const attribution = ({ teams }: KnownAccount): string[] => [
  "# Who pays: rules in order, then tags, members and request metadata.",
  ...(teams.size === 0 ? [] : ["# The teams are guesses from tags of inference profiles; check them before you use them."]),
  "#attribution:",
  "#  teams:",
  ...(teams.size === 0
    ? ["#    platform:", '#      cost_center: "4711"', '#      members: ["*@platform.example.com"]']
    : [...teams].flatMap(([team, seen]) => [`#    ${string(team)}:`, `# Seen on ${printed(seen)}.`, `#      members: []`])),
  "#  rules:",
  "#    - name: batch-jobs",
  '#      match: { principal_name: "batch-*" }',
  "#      team: platform",
  "#      environment: prod",
  "#  tags: { team: [team, squad], cost_center: cost-center }",
];

/** Names come from the account: one line, and no line that looks like an option. */
const printed = (text: string): string => text.replace(/[^\w .@:/+-]/g, "?").slice(0, 80);

const models = ({ profiles }: KnownAccount): string[] => [
  "# What ids that say nothing stand for, and tiers of your own.",
  ...(profiles.size === 0
    ? ["#models:", "#  inference_profiles:", '#    "application-inference-profile/ab12cd34ef56": us.anthropic.claude-sonnet-4-6']
    : ["models:", "  inference_profiles:", ...[...profiles].map(([arn, meaning]) => `    ${string(arn)}: ${string(meaning)}`)]),
  "#  tiers:",
  '#    premium: ["claude-opus-*"]',
];

const CONTRACT = [
  "# What your contract changes about published prices.",
  "#prices:",
  "#  discounts:",
  "#    - { name: EDP, percent: 7 }",
  "#  overrides:",
  "#    - { model: claude-sonnet-4-6, from: 2026-10-01, rates: { input: 2.85, output: 14.25 } }",
  "",
  "# How the bill is read.",
  "#billing:",
  "#  lag_hours: 24",
  "",
  "# Limits; without a name, for each of them.",
  "#budgets:",
  "#  - { scope: team, period: month, limit_usd: 5000 }",
  "#  - { scope: person, period: day, limit_usd: 100, thresholds: [0.8, 1] }",
];

const alerting = ({ expectedMonthUsd }: KnownAccount): string[] => [
  "# Dollars a month that you expect: ceilings on an hour, a day and a principal follow from it until history is known.",
  ...(expectedMonthUsd === undefined
    ? ["#alerts:", "#  expected_month_usd: 5000"]
    : ["alerts:", `  expected_month_usd: ${expectedMonthUsd}`]),
  "# Any number of a rule; docs/alerts.md says what they mean.",
  "#  rules:",
  "#    error_rate: { threshold: 0.1 }",
];

const REPORT = ["# The monthly statement.", "#report:", "#  people: pseudonyms", "#  pseudonym_key: replace-with-a-secret"];

const deploy = ({ kmsKeys }: KnownAccount): string[] => [
  "# A deployed stack.",
  kmsKeys.length === 0 ? "#deploy:" : "deploy:",
  ...(kmsKeys.length === 0 ? [] : ["  kms_keys:", ...items(kmsKeys)]),
  "#  subscriptions:",
  "#    critical: [oncall@example.com]",
  "#    data: [platform@example.com]",
  "#  ingest_concurrency: 20",
];
