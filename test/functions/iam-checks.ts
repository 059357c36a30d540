import { expect, it } from "vitest";
import { FUNCTIONS, type Packaged, unzip } from "./packaged.ts";
import { statements } from "./template-checks.ts";

/** Calls whose permission is named otherwise than the call (Service Authorization Reference, S3). */
const NAMED_OTHERWISE: Readonly<Record<string, string>> = {
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:CreateMultipartUpload": "s3:PutObject",
  "s3:UploadPart": "s3:PutObject",
  "s3:CompleteMultipartUpload": "s3:PutObject",
  "cost-explorer:GetCostAndUsage": "ce:GetCostAndUsage",
  "cost-explorer:GetCostForecast": "ce:GetCostForecast",
};

/** Permissions that no call of ours needs but that a service uses for us, each with its reason. */
const FOR_THE_SERVICE: Readonly<Record<string, string>> = {
  "logs:CreateLogStream": "Lambda writes the log as the role",
  "logs:PutLogEvents": "Lambda writes the log as the role",
  "kms:Decrypt": "S3 and SQS use the key as the caller",
  "kms:GenerateDataKey": "S3 and SQS use the key as the caller",
  "sqs:ReceiveMessage": "the event source mapping polls as the role",
  "sqs:DeleteMessage": "the event source mapping polls as the role",
  "sqs:GetQueueAttributes": "the event source mapping polls as the role",
  "sqs:SendMessage": "Lambda sends failed runs as the role",
  "s3:GetObjectVersion": "GetObject with a version",
  "s3:GetBucketLocation": "Athena looks up the bucket as the caller",
  "s3:AbortMultipartUpload": "Athena's writes and our own multipart writes that fail",
  "s3:PutObject": "Athena writes results and UNLOADs as the caller",
  "s3:ListBucket": "a missing key is told from a denied one; Athena lists as the caller",
  "glue:GetDatabase": "Athena reads the catalog as the caller",
  "glue:GetDatabases": "Athena reads the catalog as the caller",
  "glue:GetTable": "Athena reads the catalog as the caller",
  "glue:GetTables": "Athena reads the catalog as the caller",
  "glue:GetPartition": "Athena reads the catalog as the caller",
  "glue:GetPartitions": "Athena reads the catalog as the caller",
  "glue:CreatePartition": "the permission behind BatchCreatePartition on a table",
  "glue:UpdatePartition": "the permission behind BatchUpdatePartition on a table",
  "glue:DeletePartition": "the permission behind BatchDeletePartition on a table",
  "glue:CreateTable": "Athena makes views as the caller",
  "glue:UpdateTable": "Athena replaces views as the caller",
};

/** Calls that are in a bundle because a class holds them, but that this function never makes. */
const NEVER_MADE: Readonly<Record<string, readonly string[]>> = {
  // Ingest only reads logs and writes records: it lists, deletes and tags nothing.
  ingest: ["s3:DeleteObject", "s3:PutObjectTagging"],
  detect: [],
  compact: ["s3:PutObjectTagging"],
  // Cost Explorer is asked only with billing.cost_explorer.
  reconcile: ["s3:DeleteObject", "ce:GetCostAndUsage", "ce:GetCostForecast"],
  report: ["s3:DeleteObject", "s3:PutObjectTagging"],
  prices: ["s3:DeleteObject", "s3:PutObjectTagging"],
  // They write rows and marks, and take none away.
  telemetry: ["s3:DeleteObject", "s3:PutObjectTagging"],
  sources: ["s3:DeleteObject", "s3:PutObjectTagging"],
  trace: [],
  catalog: ["s3:DeleteObject", "s3:PutObject", "s3:PutObjectTagging"],
};

/** `import{PutObjectCommand as a}from"@aws-sdk/client-s3"` in the shipped bundle, or the same with `await import(…)`, → s3:PutObject. */
function callsOf(pkg: Packaged, name: string): Set<string> {
  const code = unzip(pkg, name).get(`functions/${name}.mjs`)?.toString("utf8") ?? "";
  const calls = new Set<string>();
  const imports = [
    ...code.matchAll(/import\{([^}]*)\}from"@aws-sdk\/client-([a-z0-9-]+)"/g),
    ...code.matchAll(/\{([^{}]*)\}=await import\("@aws-sdk\/client-([a-z0-9-]+)"\)/g),
  ];
  expect(imports.length, name).toBe([...code.matchAll(/"@aws-sdk\/client-[a-z0-9-]+"/g)].length);
  for (const [, names = "", service = ""] of imports) {
    for (const [, command = ""] of names.matchAll(/(\w+)Command(?: as \w+)?/g)) {
      const call = `${service}:${command}`;
      calls.add(NAMED_OTHERWISE[call] ?? call);
    }
  }
  return calls;
}

/** @param more actions that the configuration asks for (a network, Lake Formation), which no call of ours needs */
export function iamChecks(pkg: () => Packaged, names: readonly string[] = FUNCTIONS, more: readonly RegExp[] = []): void {
  it.each(names)("allows %s what it calls and nothing else", (name) => {
    const role = `${name[0]?.toUpperCase()}${name.slice(1)}Role`;
    const allowed = new Set(
      statements(pkg())
        .filter(({ holder, statement }) => holder === role && statement.Effect === "Allow" && statement.Principal === undefined)
        .flatMap(({ statement }) => [statement.Action].flat()),
    );
    const calls = callsOf(pkg(), name);
    const never = NEVER_MADE[name] ?? [];
    expect(
      [...calls].filter((call) => !allowed.has(call) && !never.includes(call)),
      "called but not allowed",
    ).toEqual([]);
    expect(
      [...allowed].filter(
        (action) => !calls.has(action) && FOR_THE_SERVICE[action] === undefined && !more.some((known) => known.test(action)),
      ),
      "allowed but not called",
    ).toEqual([]);
    expect(
      never.filter((call) => allowed.has(call) && FOR_THE_SERVICE[call] === undefined),
      "allowed although never called",
    ).toEqual([]);
  });
}
