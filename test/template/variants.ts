// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the signs that are meant.
import { FULL } from "../functions/full-config.ts";

/** Accounts, buckets and prefixes of a company that has many of them. */
const accounts = (count: number): string[] => Array.from({ length: count }, (_, index) => String(111_000_000_000 + index));
const buckets = (count: number, prefix = ""): string[] =>
  Array.from({ length: count }, (_, index) => `s3://example-bedrock-logs-${111_000_000_000 + index}-eu-central-1${prefix}`);

const yaml = (value: unknown): string => JSON.stringify(value);
const sources = (logs: readonly string[], cur: readonly string[] = [], deploy: object = {}): string =>
  yaml({ sources: { logs, cur }, deploy });

/** strata.yml of every kind that changes what is packaged. */
export const VARIANTS: Readonly<Record<string, string | undefined>> = {
  "default settings": undefined,
  "full settings": FULL,
  "one bucket": sources(["s3://acme-bedrock-logs"]),
  "one prefix": sources(["s3://acme-bedrock-logs/prod"], ["s3://acme-billing/exports/bedrock-cur2"]),
  "two buckets": sources(
    ["s3://acme-bedrock-logs/prod", "s3://acme-other-logs"],
    ["s3://acme-billing", "s3://other-billing/cur"],
  ),
  "two prefixes of a bucket": sources(["s3://acme-bedrock-logs/prod", "s3://acme-bedrock-logs/staging/a"]),
  "a prefix with signs that mean something": sources(["s3://acme-bedrock-logs/a*b?c${d}\\e"], ["s3://acme-billing/x*y\\z"]),
  "a place inside another": sources(["s3://acme-bedrock-logs", "s3://acme-bedrock-logs/prod"]),
  "30 buckets": sources(buckets(30), buckets(30)),
  "30 prefixes": sources(buckets(30, "/bedrock/prod"), buckets(30, "/exports/bedrock-cur2")),
  collectors: yaml({ sources: { logs: buckets(1), telemetry: buckets(30, "/otel/claude-code") } }),
  "a trail alone": yaml({ sources: { logs: buckets(1), cloudtrail: ["s3://acme-trail/o-exampleorgid"] } }),
  "a trail, batch output and Kiro of 25 accounts": yaml({
    sources: {
      logs: buckets(1),
      cloudtrail: buckets(1, "/AWSLogs"),
      batch: buckets(25, "/batch"),
      kiro: buckets(25, "/user-activity-reports"),
    },
    deploy: { source_accounts: accounts(25) },
  }),
  "source accounts": sources(buckets(3, "/prod"), [], { source_accounts: accounts(3) }),
  "30 source accounts": sources(buckets(30, "/bedrock/prod"), [], { source_accounts: accounts(30) }),
  "an organization": sources(buckets(2), [], { organization: "o-exampleorgid", source_accounts: accounts(1) }),
  "topics of notifications": sources(buckets(1), [], {
    notification_topics: ["arn:aws:sns:eu-central-1:444455556666:bedrock-logs"],
  }),
  "everything at once": yaml({
    sources: { logs: buckets(30, "/bedrock/prod"), cur: buckets(20, "/exports/bedrock-cur2") },
    deploy: {
      organization: "o-exampleorgid",
      source_accounts: accounts(30),
      notification_topics: ["arn:aws:sns:eu-central-1:444455556666:bedrock-logs"],
      subscriptions: { critical: ["arn:aws:lambda:us-east-1:111122223333:function:page", "oncall@example.com"] },
    },
  }),
};
