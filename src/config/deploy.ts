import { z } from "zod";

const subscriber = z
  .string()
  .regex(
    /^(?:[^\s@]+@[^\s@]+|https:\/\/\S+|arn:aws[a-z-]*:(?:sqs|lambda):\S+)$/,
    "write a mail address, an https:// address, or the ARN of a queue or function",
  );

const subscribers = z.array(subscriber).default([]);

/** What only a deployed stack needs. Read by infra/ when the stack is packaged. */
export const deployConfig = z
  .strictObject({
    subscriptions: z
      .strictObject({
        info: subscribers.describe("Who is told of news."),
        warning: subscribers.describe("Who is told of warnings."),
        critical: subscribers.describe("Who is paged."),
        budget: subscribers.describe("Who is told of budgets."),
        data: subscribers.describe("Who looks after the pipeline; alarms of the stack go there too."),
      })
      .prefault({})
      .describe("Subscribers of the SNS topics. Mail addresses must confirm once."),
    kms_keys: z
      .array(z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "write a key's ARN"))
      .default([])
      .describe("Keys that the log and bill buckets are encrypted with, if any."),
    source_accounts: z
      .array(z.string().regex(/^\d{12}$/, "write an account id of 12 digits"))
      .default([])
      .describe("Accounts that send events of their own log buckets; see examples/source-account."),
    organization: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/, "write an organization's id, for example o-exampleorgid")
      .nullable()
      .default(null)
      .describe("AWS Organization whose accounts may all send events of their log buckets."),
    notification_topics: z
      .array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, "write a topic's ARN"))
      .default([])
      .describe("SNS topics that log buckets send their notifications to; the ingest queue subscribes to them."),
    bucket_owners: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "write a bucket's name"),
        z.string().regex(/^\d{12}$/, "write an account id of 12 digits"),
      )
      .default({})
      .describe("Accounts that own log and bill buckets, where it is not the stack's; every read says whose the bucket must be."),
    silence_hours: z
      .int()
      .min(1)
      .max(168)
      .default(6)
      .describe("Hours without a single log object after which an alarm says so. More than a quiet night or weekend takes."),
    lake_formation: z
      .boolean()
      .default(false)
      .describe("Grant the functions their permissions in Lake Formation, too, where it governs the account's tables."),
    permissions_boundary: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, "write a policy's ARN")
      .nullable()
      .default(null)
      .describe("Permissions boundary of every role of the stack."),
    tags: z
      .record(
        z.string().regex(/^(?!aws:)[\p{L}\p{N}\s_.:/=+@-]{1,128}$/u, "write a tag's key that does not begin with aws:"),
        z.string().max(256),
      )
      .refine((tags) => Object.keys(tags).length <= 40, "write at most 40 tags")
      .default({})
      .describe("Tags of everything in the stack, beside application and stage."),
    vpc: z
      .strictObject({
        subnets: z.array(z.string().regex(/^subnet-[0-9a-f]+$/, "write a subnet's id")).min(1),
        security_groups: z.array(z.string().regex(/^sg-[0-9a-f]+$/, "write a security group's id")).min(1),
      })
      .nullable()
      .default(null)
      .describe("Subnets and security groups that the functions run in; docs/deploy.md lists the endpoints that they need."),
    replica: z
      .strictObject({
        bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "write a bucket's name"),
        account: z
          .string()
          .regex(/^\d{12}$/, "write an account id of 12 digits")
          .nullable()
          .default(null)
          .describe("Account that owns the bucket, where it is not the stack's."),
        kms_key: z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "write a key's ARN"),
      })
      .nullable()
      .default(null)
      .describe(
        "Versioned bucket of another account or region, and its key, to which what no command brings back is replicated.",
      ),
    scan_limit_gb: z.int().min(1).max(10_000).default(100).describe("Gigabytes that one Athena query may scan."),
    detector: z
      .enum(["live", "shadow"])
      .default("live")
      .describe("shadow: alert rules are judged and logged and nothing is published; to compare before a change of rules."),
    dashboard: z
      .boolean()
      .default(false)
      .describe(
        "A CloudWatch dashboard, $3 a month, and the metrics that only it shows, about $8 more (docs/cost.md). Without it only what alarms need is written.",
      ),
    quicksight: z
      .strictObject({
        owner: z
          .string()
          .regex(
            /^arn:aws[a-z-]*:quicksight:[a-z0-9-]+:\d{12}:(?:user|group)\/[\w.-]+\/.{1,512}$/,
            "write the ARN of a user or group of Amazon QuickSight, for example arn:aws:quicksight:us-east-1:111122223333:group/default/finops",
          )
          .describe("User or group of Amazon QuickSight that owns them."),
      })
      .nullable()
      .default(null)
      .describe("Data sets and a dashboard in Amazon QuickSight; docs/dashboards.md says what it takes."),
    detect_memory_mb: z
      .int()
      .min(1024)
      .max(10_240)
      .default(2048)
      .describe("Megabytes of the detector's function. 2048 do for 100 million calls a month."),
    result_days: z.int().min(1).max(365).default(7).describe("Days that Athena results are kept."),
    log_days: z
      .union([z.literal(7), z.literal(14), z.literal(30), z.literal(60), z.literal(90), z.literal(180), z.literal(365)])
      .default(30)
      .describe("Days that the functions' own logs are kept."),
    ingest_concurrency: z.int().min(2).max(1000).default(20).describe("Ingest functions that run at once, at most."),
  })
  .describe("Settings of a deployed stack.");
