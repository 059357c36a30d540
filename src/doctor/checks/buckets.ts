import { counted } from "../../figures.ts";
import type { BucketFacts, Notifications } from "../account-view.ts";
import { answered } from "../answer.ts";
import { allowsService, bedrockMayWrite, deniesReaders, withStatement } from "../bucket-policy.ts";
import { type Check, fail, type Group, jsonArgument, ok, unanswered, unknown, warn } from "../check.ts";
import { type AccountFacts, besidePlaces, billPlaces, logPlaces } from "../facts.ts";

/** Every bucket with logs, bills or further sources: reachable, in the stack's region, telling of new objects, readable, and writable for Bedrock. */
export function bucketChecks(facts: AccountFacts): Check[] {
  const logs = new Set(logPlaces(facts).map(({ bucket }) => bucket));
  const bills = new Set(billPlaces(facts).map(({ bucket }) => bucket));
  const beside = Map.groupBy(besidePlaces(facts), ({ place }) => place.bucket);
  return [...facts.buckets.values()].flatMap((bucket) => {
    const isBeside = !bills.has(bucket.bucket) && beside.has(bucket.bucket);
    const group: Group = logs.has(bucket.bucket) ? "logs" : isBeside ? "sources" : "bill";
    const reachable = reach(bucket, group, facts);
    if (!bucket.region.ok && bucket.region.reason === "absent") return [reachable];
    return [
      reachable,
      events(bucket, group, facts),
      readable(bucket, group, facts),
      ...owned(bucket, group, facts),
      ...denied(bucket, group),
      ...writable(bucket, facts),
    ];
  });
}

function reach({ bucket, region }: BucketFacts, group: Group, { home }: AccountFacts): Check {
  const subject = { id: `bucket/${bucket}`, group, title: `Bucket ${bucket}` };
  if (!region.ok) {
    return region.reason === "absent"
      ? fail(
          subject,
          `there is no bucket ${bucket}`,
          "Correct its name in strata.yml or in Bedrock's logging settings, or make it.",
        )
      : unanswered(subject, region);
  }
  if (region.value === home) return ok(subject, `is in ${region.value}`);
  return warn(
    subject,
    `is in ${region.value}, the stack's region is ${home}: its events do not reach a stack there`,
    `Deploy a stack in that region: npx serverless deploy --region ${region.value}`,
    "Or forward its events to the stack: examples/source-account.",
  );
}

function events({ bucket, notifications }: BucketFacts, group: Group, { stage }: AccountFacts): Check {
  const subject = { id: `events/${bucket}`, group, title: `Events of ${bucket}` };
  if (!notifications.ok) return unanswered(subject, notifications);
  const { value } = notifications;
  const others = othersOf(value);
  const beside =
    others === 0
      ? ""
      : `; ${counted(others, "other notification")} of the bucket ${others === 1 ? "stays as it is" : "stay as they are"}`;
  if (value.EventBridgeConfiguration) return ok(subject, `EventBridge is on${beside}`);
  const direct = value.QueueConfigurations?.some(({ QueueArn }) => QueueArn?.endsWith(`:strata-${stage}-ingest`));
  if (direct && group === "logs") return ok(subject, "a notification goes straight to the ingest queue");
  return fail(
    subject,
    `EventBridge is off: new objects are not noticed${beside}`,
    `aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration ${jsonArgument({ ...value, EventBridgeConfiguration: {} })}`,
    ...(others === 0 ? [] : ["S3 replaces the whole configuration, so the command repeats the notifications that are there."]),
  );
}

const othersOf = ({
  TopicConfigurations = [],
  QueueConfigurations = [],
  LambdaFunctionConfigurations = [],
}: Notifications): number => TopicConfigurations.length + QueueConfigurations.length + LambdaFunctionConfigurations.length;

function readable({ bucket, encryption }: BucketFacts, group: Group, { config, keys }: AccountFacts): Check {
  const subject = { id: `encryption/${bucket}`, group, title: `Encryption of ${bucket}` };
  if (!encryption.ok) return unanswered(subject, encryption);
  const { algorithm, key } = encryption.value;
  if (algorithm === "AES256") return ok(subject, "SSE-S3: nothing to allow");
  if (key === null) return ok(subject, `${algorithm} with the key that AWS manages: roles of the same account can read`);
  const asked = keys.get(key);
  const arn = (asked && answered(asked)?.arn) ?? key;
  if (config.deploy.kms_keys.some((known) => known === arn || known.endsWith(`/${key}`)))
    return ok(subject, `${algorithm} with ${key}, which deploy.kms_keys names`);
  return fail(
    subject,
    `${algorithm} with ${key}, which deploy.kms_keys does not name: the functions could not decrypt`,
    `Add ${/:key\//.test(arn) ? `"${arn}"` : `the ARN of ${key}`} to deploy.kms_keys in strata.yml and deploy again.`,
  );
}

/** The functions say with every read whose the bucket must be. */
function owned({ bucket }: BucketFacts, group: Group, { owners }: AccountFacts): Check[] {
  const owner = owners.get(bucket);
  if (owner === undefined) return [];
  const subject = { id: `owner/${bucket}`, group, title: `Owner of ${bucket}` };
  if (!owner.holds.ok) return [unanswered(subject, owner.holds)];
  if (owner.holds.value) return [ok(subject, `account ${owner.expected}`)];
  return [
    fail(
      subject,
      `is another account than ${owner.expected}: the functions would refuse to read it`,
      `Name its owner in strata.yml and deploy again: deploy: { bucket_owners: { ${bucket}: "ACCOUNT" } }`,
      "If you do not know whose it is, do not read it: a name that was given up can be made again by anybody.",
    ),
  ];
}

/** Allowing is IAM's matter in the same account; a statement that denies everybody is the bucket's. */
function denied({ bucket, policy }: BucketFacts, group: Group): Check[] {
  const statements = policy.ok && policy.value !== null ? deniesReaders(policy.value) : [];
  if (statements.length === 0) return [];
  return [
    warn(
      { id: `deny/${bucket}`, group, title: `Who may read ${bucket}` },
      `the bucket policy denies reading under conditions (${statements.join(", ")}): the functions may be kept out`,
      "Check that the conditions leave out the stack's roles (aws:PrincipalArn, names begin with strata-); the functions run outside of a VPC.",
    ),
  ];
}

function writable({ bucket, policy }: BucketFacts, { perRegion, identity }: AccountFacts): Check[] {
  const target = perRegion.find(({ logging }) => answered(logging)?.s3Config?.bucketName === bucket);
  if (!target) return [];
  const subject = { id: `policy/${bucket}`, group: "logs", title: `Bedrock may write to ${bucket}` } as const;
  if (!policy.ok) return [unanswered(subject, policy)];
  if (policy.value !== null && allowsService(policy.value, "bedrock.amazonaws.com", "s3:PutObject"))
    return [ok(subject, "the bucket policy lets bedrock.amazonaws.com put objects")];
  const known = answered(identity);
  if (!known)
    return [
      unknown(
        subject,
        "the bucket policy names no bedrock.amazonaws.com, and the account is not known",
        "Allow sts:GetCallerIdentity and run again.",
      ),
    ];
  const partition = known.arn.split(":")[1] ?? "aws";
  const complete = withStatement(policy.value, bedrockMayWrite(bucket, known.account, target.region, partition));
  return [
    fail(
      subject,
      "no statement of the bucket policy lets bedrock.amazonaws.com put objects",
      `aws s3api put-bucket-policy --bucket ${bucket} --policy ${jsonArgument(complete)}`,
      ...(policy.value === null ? [] : ["The command repeats the policy that is there and adds one statement."]),
    ),
  ];
}
