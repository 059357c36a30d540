import { expect, it } from "vitest";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { METRIC_NAMESPACE, METRICS } from "../../src/aws/metric-names.ts";
import { FUNCTIONS, type Packaged, type Resource } from "./packaged.ts";

/** Actions that cannot be narrowed to a resource, each with its reason. */
const NO_RESOURCES: Readonly<Record<string, string>> = {
  "cloudwatch:GetMetricData": "metrics are no resources (Service Authorization Reference, Amazon CloudWatch)",
  "ce:GetCostAndUsage": "costs are no resources (Service Authorization Reference, AWS Cost Explorer Service)",
  "ce:GetCostForecast": "likewise",
  "lakeformation:GetDataAccess": "the call names no resource (Service Authorization Reference, AWS Lake Formation)",
  "ec2:CreateNetworkInterface":
    "interfaces of functions in a VPC are not there yet (Lambda Developer Guide, required permissions)",
  "ec2:DescribeNetworkInterfaces": "likewise",
  "ec2:DescribeSubnets": "likewise",
  "ec2:DeleteNetworkInterface": "likewise",
  "ec2:AssignPrivateIpAddresses": "likewise",
  "ec2:UnassignPrivateIpAddresses": "likewise",
  "pricing:GetProducts": "prices are no resources (Service Authorization Reference, AWS Price List)",
};

/** How whoever reads a message of the stack starts the version that is deployed. */
const PROGRAM = `npx ${packageJson.name}@${packageJson.version}`;
const text = (value: unknown): string => JSON.stringify(value) ?? "";
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const title = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
}

/** Every statement of every policy, with the resource that holds it. */
export function statements(pkg: Packaged): { holder: string; statement: Statement }[] {
  const found: { holder: string; statement: Statement }[] = [];
  const visit = (holder: string, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(holder, item);
    else if (isRecord(value)) {
      if (Array.isArray(value["Statement"]))
        found.push(...value["Statement"].map((statement: Statement) => ({ holder, statement })));
      for (const inner of Object.values(value)) visit(holder, inner);
    }
  };
  for (const [name, resource] of pkg.resources) visit(name, resource.Properties);
  return found;
}

/** What a template must keep to, whatever the configuration. */
export function templateChecks(pkg: () => Packaged): void {
  const of = (type: string): [string, Resource][] => [...pkg().resources].filter(([, resource]) => resource.Type === type);

  it("gives every function a dead-letter queue or a failure destination", () => {
    for (const name of FUNCTIONS) {
      const destination = of("AWS::Lambda::EventInvokeConfig").some(
        ([, { Properties }]) =>
          text(Properties).includes(`${title(name)}LambdaFunction`) && text(Properties).includes("OnFailure"),
      );
      const mapping = of("AWS::Lambda::EventSourceMapping").some(([, { Properties }]) =>
        text(Properties["FunctionName"]).includes(`${title(name)}LambdaFunction`),
      );
      expect(destination || mapping, name).toBe(true);
    }
    const [, queue] = of("AWS::SQS::Queue").find(([name]) => name === "IngestQueue") ?? [];
    expect(text(queue?.Properties["RedrivePolicy"])).toContain("IngestDeadLetters");
    for (const [name, { Properties }] of of("AWS::Events::Rule")) {
      if (Properties["EventPattern"] !== undefined) expect(text(Properties["Targets"]), name).toContain("DeadLetterConfig");
    }
  });

  it("reports partial failures, and lets a message stay away six times as long as the function may run", () => {
    const [[, mapping] = []] = of("AWS::Lambda::EventSourceMapping");
    expect(mapping?.Properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
    const timeout = Number(pkg().resources.get("IngestLambdaFunction")?.Properties["Timeout"]);
    expect(Number(pkg().resources.get("IngestQueue")?.Properties["VisibilityTimeout"])).toBeGreaterThanOrEqual(6 * timeout);
  });

  it("names no resource with a lone star, but for denials and key policies, where the star is the key itself", () => {
    for (const { holder, statement } of statements(pkg())) {
      if (statement.Effect === "Deny" || holder === "DataKey") continue;
      const resources = [statement.Resource].flat();
      if ([statement.Action].flat().every((action) => NO_RESOURCES[action] !== undefined)) continue;
      expect(resources.includes("*"), `${holder} ${statement.Sid}`).toBe(false);
      for (const action of [statement.Action].flat()) expect(action, `${holder} ${statement.Sid}`).not.toContain("*");
    }
  });

  it("encrypts buckets, queues, topics, logs and results with the stack's key", () => {
    const encrypted: Readonly<Record<string, string>> = {
      "AWS::S3::Bucket": "BucketEncryption",
      "AWS::SQS::Queue": "KmsMasterKeyId",
      "AWS::SNS::Topic": "KmsMasterKeyId",
      "AWS::Logs::LogGroup": "KmsKeyId",
    };
    for (const [type, property] of Object.entries(encrypted)) {
      expect(of(type).length).toBeGreaterThan(0);
      for (const [name, { Properties }] of of(type)) {
        expect(Properties[property], name).toBeDefined();
        // The deployment bucket holds packages, no data.
        if (name !== "ServerlessDeploymentBucket") expect(text(Properties[property]), name).toContain("DataKey");
      }
    }
    expect(text(pkg().resources.get("Workgroup")?.Properties)).toContain("SSE_KMS");
  });

  it("keeps every bucket private, over TLS only, and leaves data behind when the stack goes", () => {
    for (const [name, resource] of of("AWS::S3::Bucket")) {
      expect(resource.Properties["PublicAccessBlockConfiguration"], name).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const policies = of("AWS::S3::BucketPolicy").filter(([, policy]) =>
        text(policy.Properties["Bucket"]).includes(`"${name}"`),
      );
      expect(text(policies), name).toContain("aws:SecureTransport");
      if (name !== "ServerlessDeploymentBucket") expect(resource.DeletionPolicy, name).toBe("RetainExceptOnCreate");
    }
    // A first deployment that fails leaves no name behind that the next one would find taken.
    expect(pkg().resources.get("DataKey")?.DeletionPolicy).toBe("RetainExceptOnCreate");
    const kept = [...pkg().resources].filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined);
    for (const [name, { DeletionPolicy }] of kept) expect(["RetainExceptOnCreate", "Delete"], name).toContain(DeletionPolicy);
  });

  it("takes messages into every queue over TLS only", () => {
    for (const [name] of of("AWS::SQS::Queue")) {
      const policies = of("AWS::SQS::QueuePolicy").filter(([, { Properties }]) =>
        text(Properties["Queues"]).includes(`"${name}"`),
      );
      expect(policies, name).toHaveLength(1);
      expect(text(policies), name).toContain('{"Sid":"TlsOnly","Effect":"Deny"');
    }
    const notifications = statements(pkg()).find(({ statement }) => statement.Sid === "NotificationsOfLogBuckets");
    expect(text(notifications?.statement)).toContain("aws:SourceAccount");
  });

  it("sets retention for every log group, and runs on nodejs24.x and arm64", () => {
    expect(of("AWS::Logs::LogGroup")).toHaveLength(of("AWS::Lambda::Function").length);
    for (const [name, { Properties }] of of("AWS::Logs::LogGroup"))
      expect(Properties["RetentionInDays"], name).toBeGreaterThan(0);
    for (const [, { Properties }] of of("AWS::Lambda::Function"))
      expect([Properties["Runtime"], Properties["Architectures"]]).toEqual(["nodejs24.x", ["arm64"]]);
  });

  it("lets nothing overlap that must not", () => {
    for (const name of ["detect", "compact", "reconcile", "report"])
      expect(pkg().resources.get(`${title(name)}LambdaFunction`)?.Properties["ReservedConcurrentExecutions"], name).toBe(1);
  });

  it("alarms only on what is emitted", () => {
    const metrics = new Set(Object.keys(METRICS));
    for (const [name, { Properties }] of of("AWS::CloudWatch::Alarm")) {
      // Of an alarm over several metrics the parts are judged like the dashboard's.
      const parts = [Properties["Metrics"]].flat().flatMap((part) => Object(part)["MetricStat"]?.Metric ?? []);
      for (const { Namespace, MetricName } of parts)
        expect(Namespace === METRIC_NAMESPACE ? metrics.has(MetricName) : Namespace === "AWS/Bedrock", name).toBe(true);
      if (parts.length > 0) expect(text(parts)).toContain('{"Name":"stage","Value":"test"}');
      else if (Properties["Namespace"] === METRIC_NAMESPACE)
        expect(metrics.has(String(Properties["MetricName"])), name).toBe(true);
      else expect(["AWS/SQS", "AWS/Lambda", "AWS/Events", "AWS/Bedrock"], name).toContain(Properties["Namespace"]);
      expect(text(Properties["AlarmActions"])).toContain("DataTopic");
      // Another stage of the same account has metrics of the same names.
      if (Properties["Namespace"] === METRIC_NAMESPACE)
        expect(Properties["Dimensions"], name).toContainEqual({ Name: "stage", Value: "test" });
    }
  });

  it("draws only what is emitted, where there is a dashboard", () => {
    const metrics = new Set(Object.keys(METRICS));
    const dashboard = pkg().resources.get("Dashboard");
    expect(pkg().outputs.includes("DashboardUrl")).toBe(dashboard !== undefined);
    if (dashboard === undefined) return;
    const body: { widgets: { type: string; properties: { metrics?: unknown[][]; query?: string } }[] } = JSON.parse(
      String(Object(dashboard.Properties["DashboardBody"])["Fn::Sub"]),
    );
    for (const { type, properties } of body.widgets) {
      for (const [namespace, metric, ...dimensions] of properties.metrics ?? []) {
        if (namespace !== METRIC_NAMESPACE) continue;
        expect(metrics.has(String(metric)), String(metric)).toBe(true);
        expect(dimensions.slice(0, 4), String(metric)).toEqual(["service", expect.any(String), "stage", "test"]);
      }
      if (type === "log") expect(properties.query).toMatch(/message = "usage( of a person)?"/);
    }
    const drawn = text(body);
    for (const needed of [
      "Tokens, day",
      "Tokens, week",
      "Tokens, 30 days",
      "Cost by team",
      "Cost by model tier",
      "Top 10 people",
      "Cache hits",
      "Errors and throttles",
      "Requests",
      "DeliveryLag",
    ])
      expect(drawn).toContain(needed);
  });

  it("tells of quiet within hours of the first day: nothing came, what was written did not come, or a rule cannot deliver", () => {
    const alarm = (name: string) => pkg().resources.get(name)?.Properties ?? {};
    const quiet = alarm("NoObjectsAlarm");
    expect(quiet["TreatMissingData"]).toBe("breaching");
    expect(Number(quiet["Period"]) * Number(quiet["EvaluationPeriods"])).toBeLessThanOrEqual(12 * 3600);
    expect(text(alarm("NotArrivingAlarm")["Metrics"])).toContain("ModelInvocationLogsS3DeliverySuccess");
    expect(alarm("NotWrittenAlarm")["MetricName"]).toBe("ModelInvocationLogsS3DeliveryFailure");
    for (const [name, { Properties }] of of("AWS::Events::Rule")) {
      if (!/^(Source)?LogObjects/.test(name)) continue;
      expect(alarm(`${name}FailedAlarm`)["MetricName"], name).toBe("FailedInvocations");
      expect(text(alarm(`${name}FailedAlarm`)["Dimensions"]).includes("SourceBus"), name).toBe(
        Properties["EventBusName"] !== undefined,
      );
    }
  });

  it("lets every role that queries look at Glue's default database", () => {
    for (const holder of ["DetectRole", "ReconcileRole", "ReportRole", "CatalogRole"]) {
      const read = statements(pkg()).find((found) => found.holder === holder && found.statement.Sid === "ReadCatalog");
      for (const needed of [":catalog", ":database/default", ":database/strata_test"])
        expect(text(read?.statement.Resource), `${holder} ${needed}`).toContain(needed);
    }
  });

  it("says in an alarm which command to paste", () => {
    const says = (name: string): string => String(pkg().resources.get(name)?.Properties["AlarmDescription"]);
    expect(says("IngestDeadLettersAlarm")).toContain(`${PROGRAM} redrive --stage test --wait`);
    expect(says("EventDeadLettersAlarm")).toContain(`${PROGRAM} redrive --stage test`);
    for (const name of ["QuarantinedAlarm", "DamagedAlarm"])
      expect(says(name)).toContain(`${PROGRAM} quarantine list --stage test`);
    const { Variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(pkg().resources.get("DetectLambdaFunction")?.Properties["Environment"]);
    expect(Variables["STRATA_PROGRAM"]).toBe(PROGRAM);
  });

  it("puts out what people need", () => {
    expect(pkg().outputs).toEqual(
      expect.arrayContaining([
        "DataBucketName",
        "ReportsBucketName",
        "Database",
        "WorkgroupName",
        "IngestQueueUrl",
        "IngestDeadLettersUrl",
        "IngestRoleArn",
      ]),
    );
  });
}
