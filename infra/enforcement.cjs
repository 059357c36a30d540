// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * The graduated response, in the stack only where alerts.enforcement lists principals and models: one managed policy that denies the models, and a
 * function that may attach it to those principals and to nobody else. It cannot change what the policy says.
 */
const { readConfig } = require("./read-config.cjs");
const { arn, sub } = require("./references.cjs");

const POLICY = { Ref: "DenialPolicy" };

/** Calls of these models in any region, directly and through inference profiles; IAM asks for the model behind an application profile too. */
const modelArns = (models) =>
  models.flatMap((model) => [
    sub(`arn:\${AWS::Partition}:bedrock:*::foundation-model/${model}`),
    // System profiles put a geography before the model's id: us.anthropic.claude-…
    sub(`arn:\${AWS::Partition}:bedrock:*:*:inference-profile/*${model}`),
  ]);

const alarm = (Namespace, MetricName, Dimensions, AlarmDescription) => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmDescription,
    Namespace,
    MetricName,
    Dimensions,
    Statistic: "Sum",
    Period: 300,
    EvaluationPeriods: 3,
    Threshold: 0,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
    AlarmActions: [{ Ref: "DataTopic" }],
    OKActions: [{ Ref: "DataTopic" }],
  },
});

const handler = {
  handler: "functions/enforce.handler",
  description: "Denies premium models where a budget is used up, and releases.",
  role: "EnforceRole",
  memorySize: 256,
  timeout: 240,
  reservedConcurrency: 1,
  maximumRetryAttempts: 2,
  maximumEventAge: 300,
  destinations: { onFailure: { type: "sqs", arn: arn("FailedRuns") } },
  environment: { STRATA_DENIAL_POLICY: POLICY },
  events: [{ schedule: { rate: "rate(5 minutes)", description: "Strata enforcement" } }],
};

const resources = (models) => ({
  DenialPolicy: {
    Type: "AWS::IAM::ManagedPolicy",
    Properties: {
      Description: "Strata: denies premium models while a budget is used up. Attached and detached by the function enforce.",
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "StrataBudgetUsedUp",
            Effect: "Deny",
            Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:CreateModelInvocationJob"],
            Resource: modelArns(models),
          },
        ],
      },
    },
  },
  // Called a last time when it goes away, so that nobody stays denied.
  Enforcement: {
    Type: "Custom::StrataEnforcement",
    DependsOn: ["EnforceLogGroup", "DataBucketPolicy"],
    Properties: { ServiceToken: arn("EnforceLambdaFunction"), ServiceTimeout: 600, Policy: POLICY },
  },
  EnforceErrorsAlarm: alarm(
    "AWS/Lambda",
    "Errors",
    [{ Name: "FunctionName", Value: { Ref: "EnforceLambdaFunction" } }],
    "The function enforce fails again and again: nobody is denied, and nobody released. Its log says why.",
  ),
  DenialsFailedAlarm: alarm(
    "Strata",
    "DenialsFailed",
    [
      { Name: "service", Value: "enforce" },
      { Name: "stage", Value: "${sls:stage}" },
    ],
    "Principals could not be denied or released: the function's log and alerts-state/enforcement/audit/ say whom and why.",
  ),
});

/** Null and nothing where nobody is listed. */
exports.enforcement = () => {
  const { principals, models, enabled, dry_run } = readConfig().alerts.enforcement;
  if (principals.length === 0 || models.length === 0) return { handler: null, resources: {}, statements: null };
  const arns = [...new Set(principals.map(({ arn }) => arn))];
  return {
    handler,
    resources: {
      Resources: resources(models),
      extensions: { EnforceLogGroup: { Properties: { KmsKeyId: arn("DataKey") } } },
    },
    // Attaching only where it is meant; detaching our own policy from whomever, since a principal may have left the list.
    statements: [
      { Sid: "WhoIsDenied", Effect: "Allow", Action: ["iam:ListEntitiesForPolicy"], Resource: POLICY },
      {
        Sid: "Release",
        Effect: "Allow",
        Action: ["iam:DetachRolePolicy", "iam:DetachUserPolicy"],
        Resource: ["role", "user"].map((kind) => sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:${kind}/*`)),
        Condition: { ArnEquals: { "iam:PolicyARN": POLICY } },
      },
      ...(enabled && !dry_run
        ? [
            {
              Sid: "Deny",
              Effect: "Allow",
              Action: ["iam:AttachRolePolicy", "iam:AttachUserPolicy"],
              Resource: arns,
              Condition: { ArnEquals: { "iam:PolicyARN": POLICY } },
            },
          ]
        : []),
    ],
  };
};
