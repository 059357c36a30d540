import type { PolicyDocument, Statement } from "./account-view.ts";

/** Whether a statement of the policy lets an AWS service do something. Conditions and resources are not judged: they only narrow it. */
export const allowsService = (policy: PolicyDocument, service: string, action: string): boolean =>
  policy.Statement.some(
    (statement) =>
      statement.Effect === "Allow" &&
      namesService(statement, service) &&
      listOf(statement.Action).some((glob) => matches(glob, action)),
  );

/**
 * Whether a statement lets roles of an account do something: it names the account, which hands the decision to IAM there, everybody, or a role of the
 * stack. Conditions are not judged, as above.
 */
export const allowsAccount = (policy: PolicyDocument, account: string, action: string): boolean =>
  policy.Statement.some(
    (statement) =>
      statement.Effect === "Allow" &&
      (namesEverybody(statement) || namesAccount(statement, account)) &&
      listOf(statement.Action).some((glob) => matches(glob, action)),
  );

function namesAccount({ Principal }: Statement, account: string): boolean {
  if (typeof Principal !== "object" || Principal === null || !("AWS" in Principal)) return false;
  const named = new RegExp(`^(${account}|arn:[^:]+:iam::${account}:(root|role/(.*/)?strata-.*))$`);
  return listOf(Principal.AWS).some((principal) => named.test(principal));
}

/** Conditions that ask for encryption in transit: everything that the SDK sends holds to them. */
const HARMLESS = new Set(["aws:securetransport", "s3:tlsversion"]);

/** Names of statements that could keep readers out: they deny everybody s3:GetObject, and not for want of TLS. */
export const deniesReaders = (policy: PolicyDocument): string[] =>
  policy.Statement.filter(
    (statement) =>
      statement.Effect === "Deny" &&
      namesEverybody(statement) &&
      listOf(statement.Action).some((glob) => matches(glob, "s3:GetObject")) &&
      !conditionKeys(statement).some((key) => HARMLESS.has(key)),
  ).map(({ Sid }, index) => (typeof Sid === "string" && Sid !== "" ? Sid : `statement ${index + 1}`));

function conditionKeys({ Condition }: Statement): string[] {
  if (typeof Condition !== "object" || Condition === null) return [];
  return Object.values(Condition).flatMap((test: unknown) =>
    typeof test === "object" && test !== null ? Object.keys(test).map((key) => key.toLowerCase()) : [],
  );
}

/** The policy with one more statement, everything else as it was. */
export const withStatement = (policy: PolicyDocument | null, statement: Statement): PolicyDocument =>
  policy === null
    ? { Version: "2012-10-17", Statement: [statement] }
    : { ...policy, Statement: [...policy.Statement, statement] };

/** What Bedrock needs to deliver logs (Bedrock User Guide, "Set up an Amazon S3 destination"). */
export const bedrockMayWrite = (bucket: string, account: string, region: string, partition: string): Statement => ({
  Sid: "AmazonBedrockLogsWrite",
  Effect: "Allow",
  Principal: { Service: "bedrock.amazonaws.com" },
  Action: ["s3:PutObject"],
  Resource: [`arn:${partition}:s3:::${bucket}/*`],
  Condition: {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": `arn:${partition}:bedrock:${region}:${account}:*` },
  },
});

function namesService(statement: Statement, service: string): boolean {
  if (namesEverybody(statement)) return true;
  const { Principal } = statement;
  if (typeof Principal !== "object" || Principal === null || !("Service" in Principal)) return false;
  return listOf(Principal.Service).includes(service);
}

function namesEverybody({ Principal }: Statement): boolean {
  if (typeof Principal !== "object" || Principal === null) return Principal === "*";
  return "AWS" in Principal && listOf(Principal.AWS).includes("*");
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");

/** IAM action patterns: `*` stands for any characters; case does not count. */
function matches(glob: string, action: string): boolean {
  const pattern = glob
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`, "i").test(action);
}
