import type { PolicyDocument, Statement } from "./account-view.ts";

/** Whether a statement of the policy lets an AWS service do something. Conditions and resources are not judged: they only narrow it. */
export const allowsService = (policy: PolicyDocument, service: string, action: string): boolean =>
  policy.Statement.some(
    (statement) =>
      statement.Effect === "Allow" &&
      namesService(statement, service) &&
      listOf(statement.Action).some((glob) => matches(glob, action)),
  );

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

function namesService({ Principal }: Statement, service: string): boolean {
  if (Principal === "*") return true;
  if (typeof Principal !== "object" || Principal === null) return false;
  const services: unknown = "Service" in Principal ? Principal.Service : undefined;
  const accounts: unknown = "AWS" in Principal ? Principal.AWS : undefined;
  return listOf(services).includes(service) || listOf(accounts).includes("*");
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
