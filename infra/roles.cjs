// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** One role a function, with what it calls and nothing else. test/functions/package.slow.test.ts compares this with the SDK calls in each bundle. */
const { enforcement } = require("./enforcement.cjs");
const settings = require("./settings.cjs");
const { furtherSources } = require("./further-sources.cjs");
const { allow, arn, catalog, failedRuns, inData, queries, replaces, role, sub, table } = require("./statements.cjs");
const { clientTelemetry } = require("./telemetry.cjs");
const { tracing } = require("./trace.cjs");

module.exports = () => {
  const { statements: denials } = enforcement();
  const collectors = clientTelemetry();
  const further = furtherSources();
  const { tables: traced } = tracing();
  const { logObjects, logBuckets, billObjects, billBuckets, sourceKeys, learnsRates, asksCostExplorer } = settings();
  return {
    Resources: {
      IngestRole: role("ingest", [
        allow("Queue", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn("IngestQueue")),
        allow("ReadLogs", ["s3:GetObject", "s3:GetObjectVersion"], logObjects),
        allow("TellMissingFromDenied", ["s3:ListBucket"], logBuckets),
        allow("DecryptLogs", ["kms:Decrypt"], sourceKeys),
        allow(
          "ReadOwn",
          ["s3:GetObject"],
          inData("config", "inference-profiles", "price-list", ...(learnsRates ? ["learned_rates"] : [])),
        ),
        allow("TellUnknownFromDenied", ["s3:ListBucket"], arn("DataBucket")),
        // Profiles lie where the calls were made; those of other accounts are named in strata.yml.
        allow(
          "ResolveProfiles",
          ["bedrock:GetInferenceProfile", "bedrock:ListTagsForResource"],
          sub("arn:${AWS::Partition}:bedrock:*:${AWS::AccountId}:application-inference-profile/*"),
        ),
        allow(
          "WriteRecords",
          ["s3:PutObject", "s3:AbortMultipartUpload"],
          inData("invocation_records", "quarantine", "ingested_objects", "stale", "inference-profiles"),
        ),
      ]),
      DetectRole: role("detect", [
        failedRuns,
        ...queries,
        ...replaces("hourly_usage", "calls_5m", "metadata_usage"),
        allow(
          "WriteOwn",
          ["s3:PutObject", "s3:AbortMultipartUpload"],
          inData(
            "principals",
            "learned_owners",
            "attribution_sources",
            "identity_sources",
            "state",
            "service_counts",
            "stale",
            "shadow",
          ),
        ),
        // GetMetricData knows no resources (Service Authorization Reference, CloudWatch).
        allow("BedrockCounts", ["cloudwatch:GetMetricData"], "*"),
        allow("ClearMarks", ["s3:DeleteObject"], inData("stale", "shadow")),
        allow(
          "AlertState",
          ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"],
          inData("alerts-state", "alerts", "current"),
        ),
        allow(
          "Publish",
          ["sns:Publish"],
          ["Info", "Warning", "Critical", "Budget", "Data"].map((tier) => ({ Ref: `${tier}Topic` })),
        ),
        allow("KeepLostAlerts", ["sqs:SendMessage"], arn("AlertDeadLetters")),
      ]),
      CompactRole: role("compact", [
        failedRuns,
        allow(
          "ReadOwn",
          ["s3:GetObject"],
          [
            ...inData("invocation_records", "hourly_usage", "call_matches", "learned_owners"),
            sub("${DataBucket.Arn}/state/compacted-hours.json"),
          ],
        ),
        allow("ListData", ["s3:ListBucket"], arn("DataBucket")),
        // One file an hour of its own; what it remembers; and marks of hours whose sums are wrong.
        allow(
          "WriteCompacted",
          ["s3:PutObject", "s3:AbortMultipartUpload"],
          ["invocation_records/dt=*/hour=*/compacted.parquet", "state/compacted-hours.json", "stale/dt=*/hour=*/recount"].map(
            (key) => sub(`\${DataBucket.Arn}/${key}`),
          ),
        ),
        // Only what it has read and nobody changed since (S3 User Guide, "Enforce conditional deletes").
        allow("RemoveLanded", ["s3:DeleteObject"], inData("invocation_records"), { Null: { "s3:if-match": "false" } }),
        allow("FindSums", ["glue:GetPartitions"], [...catalog, table("hourly_usage"), table("call_matches")]),
      ]),
      ReconcileRole: role("reconcile", [
        failedRuns,
        ...queries,
        ...replaces(
          "cur_line_items",
          "charge_groups",
          "bill_matches",
          "midnight_matches",
          "charge_parts",
          "usage_claims",
          "adjustment_claims",
          "allocated_charges",
          "logged_charges",
          ...(further.has.kiro ? ["kiro_bill_lines"] : []),
        ),
        allow(
          "WriteDimensions",
          ["s3:PutObject", "s3:AbortMultipartUpload"],
          inData(
            "usage_types",
            "principal_keys",
            "line_owners",
            "exchange_rates",
            "linked_accounts",
            "bill_ends",
            "profile_models",
            "reconciled_months",
            "bill_versions",
            "bill_witnesses",
            "learned_rates",
            "cost-explorer",
            "state",
          ),
        ),
        // Cost Explorer's calls know no resource that we could name (Service Authorization Reference, AWS Cost Explorer Service).
        ...(asksCostExplorer ? [allow("ThirdWitness", ["ce:GetCostAndUsage", "ce:GetCostForecast"], "*")] : []),
        allow("StagingTables", ["glue:CreateTable", "glue:DeleteTable"], [...catalog, table("staging_*")]),
        allow("ReadBill", ["s3:GetObject"], billObjects),
        allow("ListBill", ["s3:ListBucket", "s3:GetBucketLocation"], billBuckets),
        allow("DecryptBill", ["kms:Decrypt"], sourceKeys),
      ]),
      ReportRole: role("report", [
        failedRuns,
        ...queries,
        allow("Statements", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], sub("${ReportsBucket.Arn}/reports/*")),
        allow("ListStatements", ["s3:ListBucket"], arn("ReportsBucket")),
        allow("Announce", ["sns:Publish"], { Ref: "InfoTopic" }),
      ]),
      PricesRole: role("prices", [
        failedRuns,
        // The Price List knows no resource that we could name (Service Authorization Reference, AWS Price List).
        allow("AskPriceList", ["pricing:GetProducts"], "*"),
        allow("KeepPrices", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], inData("price-list")),
        allow("TellUnknownFromDenied", ["s3:ListBucket"], arn("DataBucket")),
      ]),
      CatalogRole: role("catalog", [
        failedRuns,
        ...queries,
        allow("StoreConfig", ["s3:PutObject", "s3:AbortMultipartUpload"], inData("config", "identity_users")),
        allow("MakeTables", ["glue:CreateDatabase", "glue:CreateTable", "glue:UpdateTable"], [...catalog, table("*")]),
        allow(
          "SaveQueries",
          ["athena:ListNamedQueries", "athena:BatchGetNamedQuery", "athena:CreateNamedQuery", "athena:UpdateNamedQuery"],
          sub("arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${Workgroup}"),
        ),
      ]),
      ...(collectors.places.length > 0 && {
        TelemetryRole: role("telemetry", [
          allow("Queue", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn("TelemetryQueue")),
          allow("ReadTelemetry", ["s3:GetObject", "s3:GetObjectVersion"], collectors.objects),
          allow("TellMissingFromDenied", ["s3:ListBucket"], collectors.buckets),
          allow("Decrypt", ["kms:Decrypt"], sourceKeys),
          allow("ReadOwn", ["s3:GetObject"], inData("config")),
          allow("TellUnknownFromDenied", ["s3:ListBucket"], arn("DataBucket")),
          allow(
            "WriteRows",
            ["s3:PutObject", "s3:AbortMultipartUpload"],
            inData("client_call_records", "client_tool_records", "client_points", "telemetry_objects", "stale-telemetry"),
          ),
        ]),
      }),
      ...(further.places.length > 0 && {
        SourcesRole: role("sources", [
          allow("Queue", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn("SourcesQueue")),
          allow("ReadSources", ["s3:GetObject", "s3:GetObjectVersion"], further.objects),
          allow("TellMissingFromDenied", ["s3:ListBucket"], further.buckets),
          allow("Decrypt", ["kms:Decrypt"], sourceKeys),
          allow("ReadOwn", ["s3:GetObject"], inData("config", ...(further.has.batch ? ["batch-jobs"] : []))),
          allow("TellUnknownFromDenied", ["s3:ListBucket"], arn("DataBucket")),
          // Jobs lie where the stack is; those of other accounts and regions are described in files.
          ...(further.has.batch
            ? [
                allow(
                  "DescribeJobs",
                  ["bedrock:GetModelInvocationJob"],
                  sub("arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:model-invocation-job/*"),
                ),
              ]
            : []),
          allow("WriteRows", ["s3:PutObject", "s3:AbortMultipartUpload"], inData("source_objects", ...further.writes)),
        ]),
      }),
      ...(traced.length > 0 && {
        TraceRole: role("trace", [
          failedRuns,
          ...queries,
          ...replaces(...traced),
          // Days whose calls have another price or person now.
          allow("MarkDays", ["s3:PutObject", "s3:AbortMultipartUpload"], inData("stale")),
          allow("ClearMarks", ["s3:DeleteObject"], inData("stale-telemetry")),
        ]),
      }),
      ...(denials && {
        EnforceRole: role("enforce", [
          failedRuns,
          allow("ReadFeed", ["s3:GetObject"], inData("current", "alerts-state/enforcement")),
          allow("TellMissingFromDenied", ["s3:ListBucket"], arn("DataBucket")),
          allow("Trail", ["s3:PutObject", "s3:AbortMultipartUpload"], inData("alerts-state/enforcement")),
          ...denials,
        ]),
      }),
    },
  };
};
