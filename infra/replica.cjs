// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
/** Replication of what no command brings back, to a bucket of another account or region (deploy.replica in strata.yml). */
const { arn, sub } = require("./references.cjs");
const { readConfig } = require("./read-config.cjs");

/** Folders of the data bucket that nothing else remembers; docs/deploy.md, "Disaster recovery", says what each is. */
const KEPT = [
  "inference-profiles/",
  "learned_rates/",
  "bill_versions/",
  "bill_witnesses/",
  "alerts/",
  "alerts-state/",
  "service_counts/",
  "audit/",
];
const own = (bucket, rest = "") =>
  sub(`arn:\${AWS::Partition}:s3:::strata-\${sls:stage}-${bucket}-\${AWS::AccountId}-\${AWS::Region}${rest}`);

/** Changes the compiled template; `stage` is written into names, since the framework has filled in its own by now. */
exports.applyReplica = ({ Resources }, stage) => {
  const { replica } = readConfig().deploy;
  if (replica === null) return;
  const { bucket, account, kms_key } = replica;
  const rule = (prefix, at) => ({
    Id: prefix === "" ? "everything" : prefix.slice(0, -1),
    Status: "Enabled",
    Priority: at + 1,
    Filter: { Prefix: prefix },
    DeleteMarkerReplication: { Status: "Disabled" },
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
    Destination: {
      Bucket: sub(`arn:\${AWS::Partition}:s3:::${bucket}`),
      EncryptionConfiguration: { ReplicaKmsKeyID: kms_key },
      ...(account === null ? {} : { Account: account, AccessControlTranslation: { Owner: "Destination" } }),
    },
  });
  const replication = (prefixes) => ({ Role: arn("ReplicaRole"), Rules: prefixes.map(rule) });
  Resources.DataBucket.Properties.ReplicationConfiguration = replication(KEPT);
  Resources.ReportsBucket.Properties.ReplicationConfiguration = replication([""]);
  Resources.ReplicaRole = JSON.parse(JSON.stringify(role(replica)).replaceAll("${sls:stage}", stage));
};

function role({ bucket, account, kms_key }) {
  const allow = (Action, Resource) => ({ Effect: "Allow", Action, Resource });
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          },
        ],
      },
      Policies: [
        {
          PolicyName: "replicate",
          // The buckets by name: a reference to them would be a circle.
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], [own("data"), own("reports")]),
              allow(
                ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
                [...KEPT.map((folder) => own("data", `/${folder}*`)), own("reports", "/*")],
              ),
              allow(
                ["s3:ReplicateObject", "s3:ReplicateTags", ...(account === null ? [] : ["s3:ObjectOwnerOverrideToBucketOwner"])],
                sub(`arn:\${AWS::Partition}:s3:::${bucket}/*`),
              ),
              allow("kms:Decrypt", arn("DataKey")),
              allow(["kms:Encrypt", "kms:GenerateDataKey"], kms_key),
            ],
          },
        },
      ],
    },
  };
}
