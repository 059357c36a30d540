import type { KeyFacts, PolicyDocument, Statement } from "../account-view.ts";
import { answered } from "../answer.ts";
import { allowsAccount, allowsService, withStatement } from "../bucket-policy.ts";
import { type Check, fail, type Group, jsonArgument, ok, quoted, type Subject, unanswered, unknown } from "../check.ts";
import { type AccountFacts, logPlaces } from "../facts.ts";

/** Every customer's key of those buckets: enabled, and its policy lets readers decrypt and Bedrock encrypt. */
export function keyChecks(facts: AccountFacts): Check[] {
  const account = answered(facts.identity)?.account;
  return [...facts.keys].map(([name, answer]) => {
    const buckets = bucketsWith(facts, name);
    const logs = new Set(logPlaces(facts).map(({ bucket }) => bucket));
    const group: Group = buckets.some((bucket) => logs.has(bucket)) ? "logs" : "bill";
    const subject: Subject = { id: `key/${name}`, group, title: `Key of ${buckets.join(", ")}` };
    if (!answer.ok) return byHand(unanswered(subject, answer), name);
    if (answer.value.state !== "Enabled") return notEnabled(subject, answer.value);
    if (account === undefined) return unknown(subject, "the account is not known", "Allow sts:GetCallerIdentity and run again.");
    return policyCheck(subject, answer.value, { facts, account, buckets });
  });
}

function bucketsWith({ buckets }: AccountFacts, key: string): string[] {
  return [...buckets.values()].filter(({ encryption }) => answered(encryption)?.key === key).map(({ bucket }) => bucket);
}

/** What may not be asked here can be looked at by somebody else. */
const byHand = (check: Check, key: string): Check => ({
  ...check,
  fix: [
    ...check.fix,
    `Or look at it yourself: aws kms get-key-policy --key-id ${quoted(key)} --policy-name default --query Policy --output text`,
    "It must let the account use kms:Decrypt, and bedrock.amazonaws.com kms:GenerateDataKey if Bedrock writes there.",
  ],
});

const notEnabled = (subject: Subject, { arn, state }: KeyFacts): Check =>
  fail(
    subject,
    `${arn} is ${state}: nothing that it encrypted can be read, and nothing new can be written`,
    ...(state === "PendingDeletion" ? [`aws kms cancel-key-deletion --key-id ${arn}`] : []),
    `aws kms enable-key --key-id ${arn}`,
  );

interface Around {
  readonly facts: AccountFacts;
  readonly account: string;
  readonly buckets: readonly string[];
}

function policyCheck(subject: Subject, { arn, policy }: KeyFacts, { facts, account, buckets }: Around): Check {
  const writer = facts.perRegion.find(({ logging }) => buckets.includes(answered(logging)?.s3Config?.bucketName ?? ""));
  const partition = arn.split(":")[1] ?? "aws";
  const wanted: [held: (document: PolicyDocument) => boolean, statement: Statement, lost: string][] = [
    [
      (document) => allowsAccount(document, account, "kms:Decrypt"),
      accountMayDecrypt(account, partition),
      `no role of account ${account} may decrypt`,
    ],
  ];
  if (writer)
    wanted.push([
      (document) => allowsService(document, "bedrock.amazonaws.com", "kms:GenerateDataKey"),
      bedrockMayEncrypt(account, writer.region, partition),
      "bedrock.amazonaws.com may not encrypt, so no logs are delivered",
    ]);
  if (!policy.ok) {
    // Another account's key shows its policy to that account only.
    const owner = arn.split(":")[4];
    if (owner === account || owner === undefined) return byHand(unanswered(subject, policy), arn);
    const statements = wanted.map(([, statement]) => JSON.stringify(statement));
    return unknown(
      subject,
      `${arn} belongs to account ${owner}, which alone sees its policy`,
      "It must hold statements such as:",
      ...statements,
    );
  }
  const document = policy.value ?? { Version: "2012-10-17", Statement: [] };
  const lacking = wanted.filter(([held]) => !held(document));
  if (lacking.length === 0)
    return ok(subject, `its policy lets account ${account} decrypt${writer ? " and bedrock.amazonaws.com encrypt" : ""}`);
  const complete = lacking.reduce((all, [, statement]) => withStatement(all, statement), document);
  return fail(
    subject,
    `by the policy of ${arn} ${lacking.map(([, , lost]) => lost).join("; ")}`,
    `aws kms put-key-policy --key-id ${arn} --policy-name default --policy ${jsonArgument(complete)}`,
    "The command repeats the policy that is there and adds what is missing; somebody whom the policy lets administer the key has to run it.",
  );
}

/** Naming the account hands the decision to the policies of its roles (KMS Developer Guide, "Default key policy"). */
const accountMayDecrypt = (account: string, partition: string): Statement => ({
  Sid: "StrataReadsWhatThisKeyEncrypts",
  Effect: "Allow",
  Principal: { AWS: `arn:${partition}:iam::${account}:root` },
  Action: "kms:Decrypt",
  Resource: "*",
});

/** What Bedrock needs to deliver logs to a bucket with a key (Bedrock User Guide, "Set up an Amazon S3 destination"). */
const bedrockMayEncrypt = (account: string, region: string, partition: string): Statement => ({
  Sid: "AmazonBedrockLogsEncrypt",
  Effect: "Allow",
  Principal: { Service: "bedrock.amazonaws.com" },
  Action: "kms:GenerateDataKey",
  Resource: "*",
  Condition: {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": `arn:${partition}:bedrock:${region}:${account}:*` },
  },
});
