// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** EventBridge rules: new log objects to the ingest queue, deliveries of the bill to reconcile, and a bus for events of other accounts. */
const { logPatterns, manifestPatterns } = require("./patterns.cjs");
const settings = require("./settings.cjs");
const { furtherSources } = require("./further-sources.cjs");
const { clientTelemetry } = require("./telemetry.cjs");
const { arn, sub } = require("./references.cjs");

/** EventBridge's own longest: 24 hours and 185 tries. */
const delivery = {
  RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 },
  DeadLetterConfig: { Arn: arn("EventDeadLetters") },
};

/** As many rules as the patterns take: `Name`, `Name2` and so on. */
const rules = (name, patterns, properties) =>
  Object.fromEntries(
    patterns.map((EventPattern, index) => [
      index === 0 ? name : `${name}${index + 1}`,
      { Type: "AWS::Events::Rule", Properties: { ...properties, EventPattern } },
    ]),
  );

const to = (id, queue) => [{ Id: id, Arn: arn(queue), ...delivery }];
const toIngest = to("ingest", "IngestQueue");
const toTelemetry = to("telemetry", "TelemetryQueue");
const toSources = to("sources", "SourcesQueue");

const mayInvoke = (rule) => [
  `${rule}MayInvoke`,
  {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: { Ref: "ReconcileLambdaFunction" },
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
      SourceArn: arn(rule),
    },
  },
];

/** Who may send to the bus: the accounts by name, in one statement, and any account of the organisation. */
function senders({ sourceAccounts, organization }) {
  const statement = (id, rest) => ({
    Type: "AWS::Events::EventBusPolicy",
    Properties: {
      EventBusName: { Ref: "SourceBus" },
      StatementId: id,
      Statement: { Effect: "Allow", Action: "events:PutEvents", Resource: arn("SourceBus"), ...rest },
    },
  });
  return {
    ...(sourceAccounts.length > 0 && {
      SourceBusPolicy: statement("accounts", {
        Principal: { AWS: sourceAccounts.map((account) => sub(`arn:\${AWS::Partition}:iam::${account}:root`)) },
      }),
    }),
    ...(organization !== null && {
      SourceBusOrganization: statement("organization", {
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": organization } },
      }),
    }),
  };
}

module.exports = () => {
  const { logs, bills, billsWanted, ...others } = settings();
  const manifests = rules("BillManifests", manifestPatterns(bills), {
    Description: "A delivery of the CUR export is complete.",
    State: billsWanted ? "ENABLED" : "DISABLED",
    Targets: [{ Id: "reconcile", Arn: arn("ReconcileLambdaFunction"), ...delivery }],
  });
  const telemetry = logPatterns(clientTelemetry().places);
  const further = logPatterns(furtherSources().places);
  return {
    Resources: {
      ...rules("TelemetryObjects", telemetry, {
        Description: "New objects of collectors, to their queue.",
        Targets: toTelemetry,
      }),
      ...rules("FurtherObjects", further, {
        Description: "New objects of trails, batch inference and Kiro, to their queue.",
        Targets: toSources,
      }),
      ...rules("LogObjects", logPatterns(logs), { Description: "New log objects, to the ingest queue.", Targets: toIngest }),
      ...manifests,
      ...Object.fromEntries(Object.keys(manifests).map(mayInvoke)),
      ...(others.hasSources && {
        SourceBus: {
          Type: "AWS::Events::EventBus",
          Properties: {
            Name: "strata-${sls:stage}",
            KmsKeyIdentifier: arn("DataKey"),
            // Events that could not be encrypted or decrypted (EventBridge User Guide, "DLQs for encrypted events").
            DeadLetterConfig: { Arn: arn("EventDeadLetters") },
          },
        },
        ...senders(others),
        // Whose events come in is the bus's policy to say; which buckets are read is said here.
        ...rules("SourceLogObjects", logPatterns(logs), {
          Description: "Log objects of other accounts, to the ingest queue.",
          EventBusName: { Ref: "SourceBus" },
          Targets: toIngest,
        }),
        ...rules("SourceTelemetryObjects", telemetry, {
          Description: "Objects of collectors in other accounts, to their queue.",
          EventBusName: { Ref: "SourceBus" },
          Targets: toTelemetry,
        }),
        ...rules("SourceFurtherObjects", further, {
          Description: "Objects of trails, batch inference and Kiro in other accounts, to their queue.",
          EventBusName: { Ref: "SourceBus" },
          Targets: toSources,
        }),
      }),
    },
  };
};
