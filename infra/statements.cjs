// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** What the roles of a stack are made of: statements that several of them hold, and the role around them. */
const settings = require("./settings.cjs");
const { arn, sub } = require("./references.cjs");

const allow = (Sid, Action, Resource, Condition) => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const inData = (...folders) => folders.map((folder) => sub(`\${DataBucket.Arn}/${folder}/*`));

const database = "strata_${sls:stage}";
const glueArn = (rest) => sub(`arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:${rest}`);
const table = (name) => glueArn(`table/${database}/${name}`);
const catalog = [glueArn("catalog"), glueArn(`database/${database}`)];
/** Athena looks at the database `default` whichever one a query is about (Athena User Guide, "Configure access to your catalog and database"). */
const defaultDatabase = glueArn("database/default");

const logs = (name) =>
  allow(
    "OwnLog",
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    sub(`arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/strata-\${sls:stage}-${name}:*`),
  );
const key = allow("OwnKey", ["kms:Decrypt", "kms:GenerateDataKey"], arn("DataKey"));
const failedRuns = allow("FailedRuns", ["sqs:SendMessage"], arn("FailedRuns"));

/** Athena reads tables and data, and writes results, as the caller. */
const queries = [
  allow(
    "RunQueries",
    ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:StopQueryExecution"],
    sub("arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${Workgroup}"),
  ),
  allow(
    "ReadCatalog",
    ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"],
    [...catalog, defaultDatabase, table("*")],
  ),
  allow("ReadData", ["s3:GetObject"], sub("${DataBucket.Arn}/*")),
  allow("ListData", ["s3:ListBucket", "s3:GetBucketLocation"], [arn("DataBucket"), arn("ResultsBucket")]),
  allow("Results", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], sub("${ResultsBucket.Arn}/athena/*")),
];

/** What replacing the partitions of tables takes: UNLOAD writes as the caller, too. */
const replaces = (...tables) => [
  allow("WriteTables", ["s3:PutObject", "s3:AbortMultipartUpload"], inData(...tables)),
  allow("MarkReplaced", ["s3:PutObjectTagging"], inData(...tables)),
  allow(
    "SwapPartitions",
    [
      "glue:BatchCreatePartition",
      "glue:BatchUpdatePartition",
      "glue:BatchDeletePartition",
      "glue:CreatePartition",
      "glue:UpdatePartition",
      "glue:DeletePartition",
    ],
    [...catalog, ...tables.map(table)],
  ),
];

const { inVpc, lakeFormation } = settings();

/** Network interfaces of functions in a VPC know no resources before they are made (Lambda Developer Guide, "Required IAM permissions"). */
const network = inVpc
  ? [
      allow(
        "NetworkInterfaces",
        [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ],
        "*",
      ),
    ]
  : [];

/** Where Lake Formation governs, Athena asks it for the data in the caller's name; the call knows no resource. */
if (lakeFormation) queries.push(allow("LakeFormation", ["lakeformation:GetDataAccess"], "*"));

const role = (name, statements) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    Policies: [
      { PolicyName: name, PolicyDocument: { Version: "2012-10-17", Statement: [logs(name), key, ...network, ...statements] } },
    ],
  },
});

/** A service that asks Athena for people and may do nothing else: it reads tables, data and results of this stack. */
const dataRole = (name, service) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        },
      ],
    },
    Policies: [
      {
        PolicyName: name,
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            key,
            ...queries,
            allow(
              "SeeWorkgroup",
              ["athena:GetWorkGroup", "athena:GetQueryResultsStream", "athena:BatchGetQueryExecution"],
              sub("arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${Workgroup}"),
            ),
            allow(
              "SeeTables",
              [
                "athena:GetDataCatalog",
                "athena:ListDatabases",
                "athena:GetDatabase",
                "athena:ListTableMetadata",
                "athena:GetTableMetadata",
              ],
              sub("arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:datacatalog/AwsDataCatalog"),
            ),
          ],
        },
      },
    ],
  },
});

module.exports = { allow, arn, catalog, dataRole, failedRuns, inData, queries, replaces, role, sub, table };
