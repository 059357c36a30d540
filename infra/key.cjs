// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** One key for everything that the stack stores. Retained: without it the retained buckets could not be read. */
const { RETAINED } = require("./places.cjs");
const { sub } = require("./references.cjs");
const settings = require("./settings.cjs");

/** In a key policy the star is the key itself. */
const THIS_KEY = "*";

module.exports = () => {
  const { senderAccounts, organization, hasSources } = settings();
  const use = { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: THIS_KEY };
  return {
    Resources: {
      DataKey: {
        Type: "AWS::KMS::Key",
        ...RETAINED,
        Properties: {
          Description: "Strata ${sls:stage}",
          EnableKeyRotation: true,
          PendingWindowInDays: 30,
          KeyPolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "AccountAdministersAndRolesUseThroughIam",
                Effect: "Allow",
                Principal: { AWS: sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root") },
                Action: "kms:*",
                Resource: THIS_KEY,
              },
              {
                ...{ Sid: "EventsReachTheQueue", ...use },
                Principal: { Service: ["events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"] },
                Condition: { StringEquals: { "aws:SourceAccount": senderAccounts } },
              },
              ...(organization === null
                ? []
                : [
                    {
                      ...{ Sid: "EventsOfTheOrganization", ...use },
                      Principal: { Service: ["s3.amazonaws.com", "sns.amazonaws.com"] },
                      Condition: { StringEquals: { "aws:SourceOrgID": organization } },
                    },
                  ]),
              {
                ...{ Sid: "AlarmsReachTheTopic", ...use },
                Principal: { Service: "cloudwatch.amazonaws.com" },
                Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
              },
              // EventBridge looks at the key before it encrypts a bus, and then names the bus (User Guide, "Encrypting EventBridge event buses").
              ...(hasSources
                ? [
                    {
                      Sid: "BusLooksAtTheKey",
                      Effect: "Allow",
                      Principal: { Service: "events.amazonaws.com" },
                      Action: "kms:DescribeKey",
                      Resource: THIS_KEY,
                    },
                    {
                      ...{ Sid: "BusEncrypts", ...use },
                      Principal: { Service: "events.amazonaws.com" },
                      Condition: {
                        StringEquals: {
                          "kms:EncryptionContext:aws:events:event-bus:arn": sub(
                            "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/strata-${sls:stage}",
                          ),
                        },
                      },
                    },
                  ]
                : []),
              {
                Sid: "LogGroups",
                Effect: "Allow",
                Principal: { Service: sub("logs.${AWS::Region}.${AWS::URLSuffix}") },
                Action: [
                  "kms:Encrypt",
                  "kms:Decrypt",
                  "kms:ReEncryptFrom",
                  "kms:ReEncryptTo",
                  "kms:GenerateDataKey",
                  "kms:DescribeKey",
                ],
                Resource: THIS_KEY,
                Condition: {
                  ArnLike: {
                    "kms:EncryptionContext:aws:logs:arn": sub(
                      "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/strata-${sls:stage}-*",
                    ),
                  },
                },
              },
            ],
          },
        },
      },
      DataKeyAlias: {
        Type: "AWS::KMS::Alias",
        Properties: { AliasName: "alias/strata-${sls:stage}", TargetKeyId: { Ref: "DataKey" } },
      },
    },
  };
};
