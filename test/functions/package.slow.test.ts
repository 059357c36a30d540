// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainTemplate } from "../../scripts/plain-template.ts";
import { checkTemplate } from "../../src/template/check-template.ts";
import { FULL } from "./full-config.ts";
import { iamChecks } from "./iam-checks.ts";
import { FUNCTIONS, type Packaged, packaged, unzip, zipBytes } from "./packaged.ts";
import { templateChecks } from "./template-checks.ts";

const cold = join(import.meta.dirname, "../../.cache", `cold-${process.pid}`);

describe("the package with default settings", () => {
  let pkg: Packaged;
  beforeAll(async () => {
    pkg = await packaged();
  });

  afterAll(() => rmSync(cold, { recursive: true, force: true }));

  templateChecks(() => pkg);
  iamChecks(() => pkg);

  it("is small: ingest below 150 KB without the SDK, every function below 1 MB, but for those that bring an engine", () => {
    expect(zipBytes(pkg, "ingest")).toBeLessThan(150_000);
    for (const name of FUNCTIONS)
      expect(zipBytes(pkg, name), name).toBeLessThan(["detect", "compact"].includes(name) ? 30_000_000 : 1_000_000);
  });

  it("has nothing of collectors and further sources where strata.yml names none", () => {
    const names = [...pkg.resources.keys(), ...pkg.outputs].filter((name) =>
      /telemetry|trace(?!back)|sources|further/i.test(name),
    );
    expect(names).toEqual([]);
    expect(JSON.stringify(pkg.resources.get("ReconcileRole")?.Properties)).not.toContain("kiro_bill_lines");
  });

  it("brings the queries to every function that runs some, and to no other", () => {
    for (const name of FUNCTIONS)
      expect(unzip(pkg, name).has("sql/rollups/hourly_usage.sql"), name).toBe(!["ingest", "prices"].includes(name));
  });

  it.each([
    ["ingest", 200],
    ["detect", 900],
    ["compact", 900],
    ["reconcile", 600],
    ["report", 600],
    ["prices", 600],
    ["catalog", 600],
  ])("starts %s cold in less than %d ms of processor time", (name, limit) => {
    // Beside node_modules, where the SDK is found as in the Lambda runtime. Processor time, since a shared machine keeps a process waiting; tried again while it is too slow.
    const folder = join(cold, name);
    mkdirSync(join(folder, "functions"), { recursive: true });
    for (const [path, bytes] of unzip(pkg, name)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const code = `const c=process.cpuUsage();await import(${JSON.stringify(join(folder, "functions", `${name}.mjs`))});const d=process.cpuUsage(c);process.stdout.write(String((d.user+d.system)/1000))`;
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 12 && best >= limit; attempt++) {
      const env = { ...process.env, AWS_REGION: "us-east-1" };
      best = Math.min(
        best,
        Number(execFileSync(process.execPath, ["--input-type=module", "-e", code], { env, encoding: "utf8" })),
      );
    }
    expect(best).toBeLessThan(limit);
  });
});

describe("the package with full settings", () => {
  let pkg: Packaged;
  beforeAll(async () => {
    pkg = await packaged(FULL);
  });

  templateChecks(() => pkg);
  iamChecks(() => pkg, ["telemetry", "sources", "trace"], [/^ec2:/, /^lakeformation:GetDataAccess$/]);

  it("reads what collectors write, through a queue of its own, and lets one run at a time bring it together with the calls", () => {
    const of = (name: string): string => JSON.stringify(pkg.resources.get(name)?.Properties);
    expect(of("TelemetryObjects")).toContain('"bucket":{"name":["example-otel"]},"object":{"key":[{"prefix":"claude code/"}]}');
    expect(of("TelemetryObjects")).toContain('"TelemetryQueue"');
    expect(of("SourceTelemetryObjects")).toContain('"TelemetryQueue"');
    expect(of("TelemetryQueue")).toContain("TelemetryDeadLetters");
    const queue = Number(pkg.resources.get("TelemetryQueue")?.Properties["VisibilityTimeout"]);
    expect(queue).toBeGreaterThanOrEqual(6 * Number(pkg.resources.get("TelemetryLambdaFunction")?.Properties["Timeout"]));
    expect(pkg.resources.get("TraceLambdaFunction")?.Properties["ReservedConcurrentExecutions"]).toBe(1);
    expect(of("TelemetryRole")).toContain("example-otel/claude code/*");
    expect(of("TelemetryRole")).not.toContain("example-bedrock-logs");
    expect(of("IngestRole")).not.toContain("example-otel");
    for (const name of ["TelemetryDeadLettersAlarm", "TelemetryErrorsAlarm", "TraceErrorsAlarm", "TelemetryObjectsFailedAlarm"])
      expect(pkg.resources.get(name)?.Type, name).toBe("AWS::CloudWatch::Alarm");
    for (const name of ["telemetry", "trace"]) expect(zipBytes(pkg, name), name).toBeLessThan(1_000_000);
    expect(unzip(pkg, "trace").has("sql/telemetry/call_matches.sql")).toBe(true);
  });

  it("reads trails, batch output and reports of Kiro through one queue and one function, each at its place only", () => {
    const of = (name: string): string => JSON.stringify(pkg.resources.get(name)?.Properties);
    const pattern = of("FurtherObjects");
    expect(pattern).toContain('"object":{"key":[{"prefix":"AWSLogs/"},{"prefix":"user-activity-reports/"}]}');
    expect(pattern).toContain('"bucket":{"name":["example-batch"]},"object":{"key":[{"prefix":"out/"}]}');
    for (const rule of ["FurtherObjects", "SourceFurtherObjects"]) expect(of(rule)).toContain('"SourcesQueue"');
    expect(of("SourcesQueue")).toContain("SourcesDeadLetters");
    const visible = Number(pkg.resources.get("SourcesQueue")?.Properties["VisibilityTimeout"]);
    expect(visible).toBeGreaterThanOrEqual(6 * Number(pkg.resources.get("SourcesLambdaFunction")?.Properties["Timeout"]));
    const role = of("SourcesRole");
    for (const place of ["example-trail/AWSLogs/*", "example-batch/out/*", "example-trail/user-activity-reports/*"])
      expect(role).toContain(place);
    for (const other of ["example-trail/*", "example-otel", "example-bedrock-logs", "invocation_records"])
      expect(role).not.toContain(other);
    expect(role).toContain(":bedrock:${AWS::Region}:${AWS::AccountId}:model-invocation-job/*");
    expect(of("TraceRole")).toContain("api_calls");
    expect(of("ReconcileRole")).toContain("kiro_bill_lines");
    for (const name of [
      "SourcesDeadLettersAlarm",
      "SourcesErrorsAlarm",
      "FurtherObjectsFailedAlarm",
      "SourceFurtherObjectsFailedAlarm",
    ])
      expect(pkg.resources.get(name)?.Type, name).toBe("AWS::CloudWatch::Alarm");
    expect(zipBytes(pkg, "sources")).toBeLessThan(1_000_000);
    expect(pkg.outputs).toEqual(expect.arrayContaining(["SourcesRoleArn", "TelemetryRoleArn"]));
  });

  it("takes sources, retention and limits from strata.yml", () => {
    const pattern = JSON.stringify(pkg.resources.get("LogObjects")?.Properties["EventPattern"]);
    expect(pattern).toContain('{"bucket":{"name":["example-bedrock-logs"]},"object":{"key":[{"prefix":"team a/"}]}}');
    expect(pattern).toContain('"example-bedrock-logs-eu"');
    expect(JSON.stringify(pkg.resources.get("BillManifests")?.Properties)).toContain("exports/bedrock-cur2/*Manifest.json");
    expect(pkg.resources.get("BillManifests")?.Properties["State"]).toBe("ENABLED");
    expect(JSON.stringify(pkg.resources.get("DataBucket")?.Properties["LifecycleConfiguration"])).toContain(
      '"ExpirationInDays":730',
    );
    expect(JSON.stringify(pkg.resources.get("Workgroup")?.Properties)).toContain('"BytesScannedCutoffPerQuery":50000000000');
    expect(JSON.stringify(pkg.resources.get("IngestRole")?.Properties)).toContain("example-bedrock-logs/team a/*");
    expect(JSON.stringify(pkg.resources.get("IngestRole")?.Properties)).toContain("0a1b2c3d-0000-4000-8000-000000000001");
  });

  it("reads the bills of two payers, asks Cost Explorer, and lets ingest see learned rates", () => {
    const environment = JSON.stringify(pkg.resources.get("ReconcileLambdaFunction")?.Properties["Environment"]);
    expect(environment).toContain("s3://example-billing/exports/bedrock-cur2\\ns3://other-payer/cur");
    expect(JSON.stringify(pkg.resources.get("BillManifests")?.Properties)).toContain('{"wildcard":"cur/*Manifest.json"}');
    const reconcile = JSON.stringify(pkg.resources.get("ReconcileRole")?.Properties);
    for (const allowed of [
      "example-billing/exports/bedrock-cur2/*",
      "other-payer/cur/*",
      "ce:GetCostAndUsage",
      "ce:GetCostForecast",
    ])
      expect(reconcile, allowed).toContain(allowed);
    expect(JSON.stringify(pkg.resources.get("IngestRole")?.Properties)).toContain("/learned_rates/*");
  });

  it("subscribes who is named, and takes events of the accounts that are named", () => {
    expect(pkg.resources.get("CriticalSubscriber1")?.Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "oncall@example.com",
    });
    expect(pkg.resources.get("CriticalSubscriber2")?.Properties["Protocol"]).toBe("https");
    expect(pkg.resources.get("DataSubscriber1")?.Properties["Protocol"]).toBe("sqs");
    // What a topic cannot hand to a subscriber is kept, as is what no topic takes.
    expect(pkg.resources.get("DataSubscriber1")?.Properties["RedrivePolicy"]).toEqual({
      deadLetterTargetArn: { "Fn::GetAtt": ["AlertDeadLetters", "Arn"] },
    });
    expect(pkg.resources.get("SourceLogObjects")?.Type).toBe("AWS::Events::Rule");
    expect(JSON.stringify(pkg.resources.get("SourceBusPolicy"))).toContain("444455556666");
  });

  it("lets a topic call the function that is subscribed, or says how its owner does", () => {
    expect(pkg.resources.get("CriticalSubscriber3Permission")).toMatchObject({
      Condition: "CriticalSubscriber3IsHere",
      Properties: { Principal: "sns.amazonaws.com", SourceArn: { Ref: "CriticalTopic" } },
    });
    expect(pkg.outputs).toContain("CriticalSubscriber3ToAllow");
  });

  it("takes notifications of other accounts' buckets, directly and through a topic", () => {
    const queue = JSON.stringify(pkg.resources.get("IngestQueuePolicy")?.Properties);
    expect(queue).toContain('"aws:SourceArn":["arn:aws:sns:eu-central-1:444455556666:bedrock-logs"]');
    expect(queue).toContain('"aws:SourceAccount":[{"Ref":"AWS::AccountId"},"444455556666"]');
    expect(queue).toContain('"aws:SourceOrgID":"o-exampleorgid"');
    expect(pkg.resources.get("NotificationTopic1")?.Properties).toMatchObject({ Protocol: "sqs", Region: "eu-central-1" });
    expect(JSON.stringify(pkg.resources.get("DataKey")?.Properties)).toContain(
      '"Condition":{"StringEquals":{"aws:SourceAccount":[{"Ref":"AWS::AccountId"},"444455556666"]}}',
    );
  });

  it("gives a bus under the stack's key what EventBridge asks of the key, and a dead-letter queue", () => {
    expect(JSON.stringify(pkg.resources.get("SourceBus")?.Properties["DeadLetterConfig"])).toContain("EventDeadLetters");
    const key = JSON.stringify(pkg.resources.get("DataKey")?.Properties);
    expect(key).toContain("kms:DescribeKey");
    expect(key).toContain("kms:EncryptionContext:aws:events:event-bus:arn");
    expect(JSON.stringify(pkg.resources.get("SourceBusOrganization")?.Properties)).toContain(
      '"aws:PrincipalOrgID":"o-exampleorgid"',
    );
  });

  it("puts boundary, tags and network on everything that takes them", () => {
    const roles = [...pkg.resources].filter(([, { Type }]) => Type === "AWS::IAM::Role");
    expect(roles.length).toBeGreaterThan(5);
    for (const [name, { Properties }] of roles)
      expect(Properties["PermissionsBoundary"], name).toBe("arn:aws:iam::111122223333:policy/platform/boundary");
    for (const [name, { Type, Properties }] of pkg.resources) {
      if (Type !== "AWS::Lambda::Function") continue;
      expect(Properties["VpcConfig"], name).toEqual({
        SubnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
        SecurityGroupIds: ["sg-0a1b2c3d"],
      });
      expect(Properties["Tags"], name).toContainEqual({ Key: "cost:center", Value: "4711" });
    }
    expect(JSON.stringify(pkg.resources.get("IngestRole")?.Properties)).toContain("ec2:CreateNetworkInterface");
  });

  it("grants in Lake Formation what each function needs, after the tables are there", () => {
    const grants = [...pkg.resources].filter(([, { Type }]) => Type === "AWS::LakeFormation::PrincipalPermissions");
    expect(grants.map(([name]) => name)).toEqual(
      expect.arrayContaining(["CatalogMakesDatabase", "DetectReadsTables", "ReportReadsTables"]),
    );
    expect(pkg.resources.get("Catalog")?.DependsOn).toContain("CatalogMakesDatabase");
    expect(pkg.resources.get("DetectReadsTables")?.DependsOn).toEqual(["Catalog"]);
    expect(pkg.resources.get("ReportReadsTables")?.Properties["Permissions"]).toEqual(["SELECT", "DESCRIBE"]);
  });

  it("is a plain CloudFormation template for those who do not use the framework", () => {
    const text = readFileSync(join(pkg.folder, "cloudformation-template-update-stack.json"), "utf8");
    const plain = JSON.stringify(plainTemplate(JSON.parse(text), (zip) => `${zip}-digest`));
    expect(plain).not.toContain("ServerlessDeploymentBucket");
    expect(plain).toContain(
      '"Code":{"S3Bucket":{"Ref":"ArtifactBucket"},"S3Key":{"Fn::Sub":"${ArtifactPrefix}ingest.zip-digest"}}',
    );
    expect(checkTemplate(JSON.parse(plain), { stage: "test", region: "us-east-1" })).toEqual([]);
  });

  it("bakes the checked settings into the functions", () => {
    const code = unzip(pkg, "report").get("functions/report.mjs")?.toString("utf8") ?? "";
    expect(code).toContain('people:"pseudonyms"');
  });
});

it("stops packaging at a mistake in strata.yml, and says where it is", async () => {
  await expect(packaged("organisation: Example\nbugdets: []\n")).rejects.toThrow(
    /bugdets \(line 2\): is not a known key; did you mean budgets\?/,
  );
  const twice = '{ model: nova-lite, rates: { input: "0.05" } }';
  await expect(packaged(`prices: { overrides: [${twice}, ${twice}] }\n`)).rejects.toThrow(/both set input of nova-lite/);
});
