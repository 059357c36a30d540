// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** One topic a tier, and who is subscribed (deploy.subscriptions in strata.yml). */
const { readConfig } = require("./read-config.cjs");
const { arn } = require("./references.cjs");

const TIERS = ["info", "warning", "critical", "budget", "data"];
const title = (tier) => `${tier[0].toUpperCase()}${tier.slice(1)}`;

/** A policy belongs to one topic, and each of its statements names that topic alone (SNS Developer Guide, "Policy quotas"). */
const policyOf = (tier) => ({
  Type: "AWS::SNS::TopicPolicy",
  Properties: {
    Topics: [{ Ref: `${title(tier)}Topic` }],
    PolicyDocument: {
      Version: "2012-10-17",
      Id: tier,
      Statement: [
        // Alarms go to the data topic; the functions publish as roles of this account, which IAM allows.
        ...(tier === "data"
          ? [
              {
                Sid: "AlarmsOfThisAccount",
                Effect: "Allow",
                Principal: { Service: "cloudwatch.amazonaws.com" },
                Action: "sns:Publish",
                Resource: { Ref: "DataTopic" },
                Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
              },
            ]
          : []),
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: { Ref: `${title(tier)}Topic` },
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    },
  },
});

function protocolOf(endpoint) {
  if (endpoint.startsWith("https://")) return "https";
  const service = /^arn:[^:]+:(sqs|lambda):/.exec(endpoint);
  return service ? service[1] : "email";
}

function subscriber(tier, Endpoint, index) {
  const name = `${title(tier)}Subscriber${index + 1}`;
  const Protocol = protocolOf(Endpoint);
  const subscription = {
    Type: "AWS::SNS::Subscription",
    Properties: {
      TopicArn: { Ref: `${title(tier)}Topic` },
      Protocol,
      Endpoint,
      RedrivePolicy: { deadLetterTargetArn: arn("AlertDeadLetters") },
    },
  };
  if (Protocol !== "lambda") return { Resources: { [name]: subscription } };
  // SNS calls a function only where the function's own policy lets it. That of another account or region only its owner can change: an output says how.
  const [, , , region, account] = Endpoint.split(":");
  return {
    Conditions: {
      [`${name}IsHere`]: {
        "Fn::And": [{ "Fn::Equals": [account, { Ref: "AWS::AccountId" }] }, { "Fn::Equals": [region, { Ref: "AWS::Region" }] }],
      },
      [`${name}IsElsewhere`]: { "Fn::Not": [{ Condition: `${name}IsHere` }] },
    },
    Resources: {
      [`${name}Permission`]: {
        Type: "AWS::Lambda::Permission",
        Condition: `${name}IsHere`,
        Properties: {
          FunctionName: Endpoint,
          Action: "lambda:InvokeFunction",
          Principal: "sns.amazonaws.com",
          SourceArn: { Ref: `${title(tier)}Topic` },
        },
      },
      [name]: subscription,
    },
    Outputs: {
      [`${name}ToAllow`]: {
        Condition: `${name}IsElsewhere`,
        Description: "To be run by the owner of that function, or no alert reaches it",
        Value: {
          "Fn::Sub": `aws lambda add-permission --region ${region} --function-name ${Endpoint} --statement-id strata-\${sls:stage}-${tier} --action lambda:InvokeFunction --principal sns.amazonaws.com --source-arn \${${title(tier)}Topic}`,
        },
      },
    },
  };
}

const topics = Object.fromEntries(
  TIERS.flatMap((tier) => [
    [
      `${title(tier)}Topic`,
      {
        Type: "AWS::SNS::Topic",
        Properties: { TopicName: `strata-\${sls:stage}-${tier}`, KmsMasterKeyId: arn("DataKey") },
      },
    ],
    [`${title(tier)}TopicPolicy`, policyOf(tier)],
  ]),
);

module.exports = () => {
  const { subscriptions } = readConfig().deploy;
  const parts = TIERS.flatMap((tier) => subscriptions[tier].map((endpoint, index) => subscriber(tier, endpoint, index)));
  const joined = (section) => Object.assign({}, ...parts.map((part) => part[section]));
  return { Conditions: joined("Conditions"), Resources: { ...topics, ...joined("Resources") }, Outputs: joined("Outputs") };
};
