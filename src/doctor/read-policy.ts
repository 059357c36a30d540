import type { Statement } from "./account-view.ts";

/** Every action that doctor and init take, none of which changes anything. A test compares this with what the adapter asks. */
export const READ_ACTIONS = [
  "athena:GetWorkGroup",
  "bcm-data-exports:GetExport",
  "bcm-data-exports:ListExports",
  "bedrock:GetModelInvocationLoggingConfiguration",
  "bedrock:ListInferenceProfiles",
  "bedrock:ListTagsForResource",
  "ce:ListCostAllocationTags",
  "cloudformation:DescribeStacks",
  "cloudwatch:GetMetricData",
  "glue:GetDatabase",
  "glue:GetTable",
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "lambda:GetAccountSettings",
  "s3:GetBucketNotification",
  "s3:GetBucketPolicy",
  "s3:GetEncryptionConfiguration",
  "s3:ListBucket",
  "sns:GetTopicAttributes",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sts:GetCallerIdentity",
] as const;

/** An IAM policy that allows doctor and nothing else. */
export const readPolicy = (): { readonly Version: string; readonly Statement: readonly Statement[] } => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "StrataDoctor", Effect: "Allow", Action: [...READ_ACTIONS], Resource: "*" }],
});
