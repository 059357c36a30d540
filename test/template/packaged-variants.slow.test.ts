import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALARMED } from "../../src/aws/metric-names.ts";
import { parseConfig } from "../../src/config/load.ts";
import { reservedBy } from "../../src/doctor/checks/stack.ts";
import { checkTemplate } from "../../src/template/check-template.ts";
import { FULL } from "../functions/full-config.ts";
import { packagedTemplate } from "../functions/packaged.ts";
import { VARIANTS } from "./variants.ts";

const PACKAGING = 600_000;
const HERE = { stage: "test", region: "us-east-1" };

/** Those that differ most; `npm run test:patterns` packages all. */
const WIDEST = [
  "one prefix",
  "30 prefixes",
  "30 source accounts",
  "collectors",
  "a trail, batch output and Kiro of 25 accounts",
  "everything at once",
];

describe("a packaged template is one that the services take", () => {
  it.each(WIDEST)(
    "%s",
    async (variant) => {
      const template = await packagedTemplate(VARIANTS[variant]);
      expect(checkTemplate(template, HERE)).toEqual([]);
      const patterns = Object.entries(template.Resources).filter(
        ([, { Properties }]) => Properties?.["EventPattern"] !== undefined,
      );
      expect(patterns.length).toBeGreaterThan(1);
      for (const [, { Properties }] of patterns)
        expect(JSON.stringify(Properties?.["EventPattern"]).length).toBeLessThanOrEqual(2048);
    },
    PACKAGING,
  );

  it(
    "and without a dashboard unless one is wanted: functions write what alarms look at and nothing else",
    async () => {
      const { Resources } = await packagedTemplate();
      expect(Object.keys(Resources)).not.toContain("Dashboard");
      expect(JSON.stringify(Resources["DetectLambdaFunction"]?.Properties)).toContain('"STRATA_METRICS":"alarms"');
      const full = await packagedTemplate(FULL);
      const all = [...Object.values(Resources), ...Object.values(full.Resources)];
      const text = JSON.stringify(all.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm"));
      const of = /"Namespace":"Strata","MetricName":"(\w+)","Dimensions":\[\{"Name":"service","Value":"(\w+)"/g;
      const looked = [...text.matchAll(of)].map(([, name, service]) => `${service} ${name}`);
      expect([...new Set(looked)].sort()).toEqual([...ALARMED.keys()].sort());
    },
    PACKAGING,
  );

  it(
    "and tells of each thing once: 22 alarms at $0.10 a month are enough",
    async () => {
      const { Resources } = await packagedTemplate();
      const alarms = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm");
      expect(alarms.length).toBeLessThanOrEqual(22);
      // What is not told by an alarm of its own ends in this queue.
      expect(alarms.map(([name]) => name)).toContain("FailedRunsAlarm");
    },
    PACKAGING,
  );

  it(
    "with the longest stage, in China",
    async () => {
      const destination = { stage: "abcdefghijklmnopqrst", region: "cn-northwest-1" };
      expect(checkTemplate(await packagedTemplate(undefined, destination), destination)).toEqual([]);
    },
    PACKAGING,
  );
});

/** Every text of a template. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      yield* textsOf(inner);
    }
}
/** Services are named by these in every partition (IAM User Guide, "AWS service principals"). */
const SERVICE_PRINCIPAL = /^[a-z0-9-]+\.amazonaws\.com$/;

describe("in every partition", () => {
  it.each(["us-gov-west-1", "cn-north-1"])(
    "no ARN and no address of another one, in %s",
    async (region) => {
      const destination = { stage: "prod", region };
      const template = await packagedTemplate(VARIANTS["30 source accounts"], destination);
      expect(checkTemplate(template, destination)).toEqual([]);
      const texts = [...textsOf([template.Resources, template.Outputs])];
      expect(texts.length).toBeGreaterThan(1000);
      expect(texts.filter((text) => text.includes("arn:aws:"))).toEqual([]);
      const hosts = texts.filter((text) => /amazonaws\.com|aws\.amazon\.com/.test(text) && !SERVICE_PRINCIPAL.test(text));
      expect(hosts).toEqual([]);
    },
    PACKAGING,
  );
});

interface Replication {
  readonly Rules: readonly { readonly Filter: { readonly Prefix: string } }[];
}

describe("what doctor says that the stack reserves", () => {
  it.each([
    ["default settings", undefined],
    ["full settings", FULL],
    ["collectors", VARIANTS["collectors"]],
    ["a trail alone", VARIANTS["a trail alone"]],
  ])(
    "is what it reserves with %s",
    async (_, config) => {
      const { Resources } = await packagedTemplate(config);
      const reserved = Object.values(Resources).map(({ Properties }) =>
        Number(Properties?.["ReservedConcurrentExecutions"] ?? 0),
      );
      expect(reservedBy(parseConfig(config ?? "{}"))).toBe(reserved.reduce((sum, one) => sum + one, 0));
    },
    PACKAGING,
  );
});

describe("a replica of what no command brings back", () => {
  it(
    "has a rule for every folder that the page on disasters names, may read those alone, and is off without the switch",
    async () => {
      const page = readFileSync(join(import.meta.dirname, "../../docs/deploy.md"), "utf8");
      const table = page.slice(page.indexOf("**What no command brings back**"), page.indexOf("Logs that the raw bucket's own"));
      const named = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = ""]) =>
        [...cell.matchAll(/`([a-z_-]+\/)`/g)].map(([, folder]) => folder),
      );
      const { Resources } = await packagedTemplate(FULL);
      const rulesOf = (bucket: string) =>
        (Resources[bucket]?.Properties?.["ReplicationConfiguration"] as Replication | undefined)?.Rules.map(
          ({ Filter }) => Filter.Prefix,
        );
      expect(rulesOf("ReportsBucket")).toEqual([""]);
      expect(rulesOf("DataBucket")?.sort()).toEqual(named.filter((folder) => folder !== "reports/").sort());
      expect(JSON.stringify(Resources["ReplicaRole"])).not.toContain("sls:stage");
      expect(Resources["ReplicaRole"]?.Properties).toHaveProperty("PermissionsBoundary");
      const plain = await packagedTemplate(VARIANTS["default settings"]);
      expect(plain.Resources).not.toHaveProperty("ReplicaRole");
      expect(plain.Resources["DataBucket"]?.Properties).not.toHaveProperty("ReplicationConfiguration");
    },
    PACKAGING,
  );
});

describe("packaging is refused, with the number and what to do", () => {
  it(
    "for a stage in capitals",
    async () => {
      await expect(packagedTemplate(undefined, { ...HERE, stage: "Prod" })).rejects.toThrow(
        /the stage's name "Prod" has 4 characters.*lower-case letters and digits/,
      );
    },
    PACKAGING,
  );

  it(
    "for prefixes that no pattern and no role can hold",
    async () => {
      const prefixes = Array.from({ length: 150 }, (_, index) => `s3://acme-bedrock-logs/${"team".repeat(12)}-${index}`);
      const logs = [`s3://acme-bedrock-logs/${"p".repeat(2000)}`, "s3://acme-bedrock-logs/日本", ...prefixes];
      const refused = packagedTemplate(JSON.stringify({ sources: { logs } }));
      await expect(refused).rejects.toThrow(
        /LogObjects: an event pattern comes to 2\d{3} characters, 2048 are allowed\. .*shorter prefix/,
      );
      await expect(refused).rejects.toThrow(
        /IngestRole: a role's inline policies together comes to \d+ characters, 10240 are allowed/,
      );
      await expect(refused).rejects.toThrow(/IngestRole: characters of a role's policies .*name the bucket/);
    },
    PACKAGING,
  );
});
