// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** The ingest queue, what may send to it, and the queues in which something waits for a person. */
const { RETAINED } = require("./places.cjs");
const settings = require("./settings.cjs");
const { furtherSources } = require("./further-sources.cjs");
const { clientTelemetry } = require("./telemetry.cjs");
const { arn } = require("./references.cjs");

const FOURTEEN_DAYS = 1_209_600;
const OWN_ACCOUNT = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };

const queue = (name, rest = {}) => ({
  QueueName: `strata-\${sls:stage}-${name}`,
  KmsMasterKeyId: arn("DataKey"),
  // Twelve times the default, and a twelfth of the key's requests (SQS Developer Guide, "Estimating AWS KMS costs").
  KmsDataKeyReusePeriodSeconds: 3600,
  MessageRetentionPeriod: FOURTEEN_DAYS,
  ...rest,
});

/** Who may send, beside roles of this account; over TLS only, for everybody. */
const policy = (name, ...senders) => ({
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: [{ Ref: name }],
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        ...senders.map(([Sid, Service, Condition]) => ({
          Sid,
          Effect: "Allow",
          Principal: { Service },
          Action: "sqs:SendMessage",
          Resource: arn(name),
          Condition,
        })),
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: arn(name),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    },
  },
});

const retained = (name, ...senders) => ({
  [name.resource]: { Type: "AWS::SQS::Queue", ...RETAINED, Properties: queue(name.queue) },
  [`${name.resource}Policy`]: policy(name.resource, ...senders),
});

/** A queue that a function is fed from, with the queue of what it gives up on. */
const fed = (title, name, ...senders) => ({
  [`${title}Queue`]: {
    Type: "AWS::SQS::Queue",
    Properties: queue(name, {
      // Six times the function's timeout (Lambda Developer Guide, "Using Lambda with Amazon SQS").
      VisibilityTimeout: 1800,
      RedrivePolicy: { deadLetterTargetArn: arn(`${title}DeadLetters`), maxReceiveCount: 5 },
    }),
  },
  [`${title}QueuePolicy`]: policy(`${title}Queue`, ["EventBridge", "events.amazonaws.com", OWN_ACCOUNT], ...senders),
  ...retained({ resource: `${title}DeadLetters`, queue: `${name}-dead` }),
});

/** A topic lies in its own region, whatever the stack's is. */
const subscription = (TopicArn) => ({
  Type: "AWS::SNS::Subscription",
  DependsOn: ["IngestQueuePolicy"],
  Properties: { TopicArn, Protocol: "sqs", Endpoint: arn("IngestQueue"), Region: TopicArn.split(":")[3] },
});

module.exports = () => {
  const { logBuckets, senderAccounts, organization, notificationTopics } = settings();
  return {
    Resources: {
      // Object events, from EventBridge or from an S3 notification of the log bucket.
      ...fed(
        "Ingest",
        "ingest",
        // A bucket's name says nothing of whose it is: a deleted log bucket could be made again by anybody.
        [
          "NotificationsOfLogBuckets",
          "s3.amazonaws.com",
          { ArnLike: { "aws:SourceArn": logBuckets }, StringEquals: { "aws:SourceAccount": senderAccounts } },
        ],
        ...(organization === null
          ? []
          : [
              [
                "NotificationsOfTheOrganization",
                "s3.amazonaws.com",
                { ArnLike: { "aws:SourceArn": logBuckets }, StringEquals: { "aws:SourceOrgID": organization } },
              ],
            ]),
        ...(notificationTopics.length === 0
          ? []
          : [["NotificationsThroughTopics", "sns.amazonaws.com", { ArnEquals: { "aws:SourceArn": notificationTopics } }]]),
      ),
      ...Object.fromEntries(notificationTopics.map((topic, index) => [`NotificationTopic${index + 1}`, subscription(topic)])),
      // Of collectors; their bucket tells through EventBridge.
      ...(clientTelemetry().places.length > 0 && fed("Telemetry", "telemetry")),
      // Of trails, batch inference and Kiro; their buckets tell through EventBridge, too.
      ...(furtherSources().places.length > 0 && fed("Sources", "sources")),
      // Events that EventBridge could not hand over.
      ...retained({ resource: "EventDeadLetters", queue: "events-dead" }, ["EventBridge", "events.amazonaws.com", OWN_ACCOUNT]),
      // Alerts that no topic took, and those that a topic could not hand to a subscriber.
      ...retained({ resource: "AlertDeadLetters", queue: "alerts-dead" }, ["Topics", "sns.amazonaws.com", OWN_ACCOUNT]),
      // Runs of scheduled functions that failed for good.
      ...retained({ resource: "FailedRuns", queue: "failed-runs" }),
    },
  };
};
