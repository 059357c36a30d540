// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
import { describe, expect, it } from "vitest";
import { checkTemplate, SERVICE_RULES } from "../../src/template/check-template.ts";
import { patternFaults } from "../../src/template/event-pattern.ts";
import type { Template } from "../../src/template/template.ts";

const HERE = { stage: "test", region: "us-east-1" };
const idsOf = (template: Template): string[] => checkTemplate(template, HERE).map(({ rule }) => rule);
const one = (Type: string, Properties: Record<string, unknown>, rest = {}): Template => ({
  Resources: { It: { Type, Properties, ...rest } },
});

/** `{a: {b: value}}` for `a.b`; a star is a list of one. */
const nested = (path: string, value: unknown): Record<string, unknown> => {
  const [head = "", ...rest] = path.split(".");
  if (rest[0] === "*") return { [head]: [nested(rest.slice(1).join("."), value)] };
  return { [head]: rest.length === 0 ? value : nested(rest.join("."), value) };
};

/** Something of which there is one too much. */
function tooMuch(measure: string, max: number): unknown {
  switch (measure) {
    case "number":
      return max + 1;
    case "items":
      return Array.from({ length: max + 1 }, (_, index) => ({ index }));
    case "environment":
      return { NAME: "x".repeat(max) };
    case "dashboard-metrics":
      return JSON.stringify({ widgets: [{ properties: { metrics: Array.from({ length: max + 1 }, () => []) } }] });
    default:
      return "x".repeat(max + 1);
  }
}

describe("every rule that measures refuses what is above its number and takes what is not", () => {
  const measured = SERVICE_RULES.filter(({ measure, type }) => measure !== "check" && type !== "*template");
  it.each(measured.map((rule) => [rule.id, rule] as const))("%s", (_, { id, type, at = "", measure, max, min, pattern }) => {
    const broken = (value: unknown): string[] => idsOf(one(type, nested(at, value)));
    if (pattern !== undefined) expect(broken("not allowed: \u65e5")).toContain(id);
    if (max !== undefined) {
      expect(broken(tooMuch(measure, max))).toContain(id);
      const little: Readonly<Record<string, unknown>> = { items: [], number: max, "dashboard-metrics": '{"widgets":[]}' };
      expect(broken(little[measure] ?? "")).not.toContain(id);
    }
    if (min !== undefined) expect(broken(min - 1)).toContain(id);
    expect(pattern ?? max ?? min).toBeDefined();
  });

  it("names place, number, what to do and who says so", () => {
    const [refusal] = checkTemplate(one("AWS::SQS::Queue", { QueueName: "q".repeat(81) }), HERE);
    expect(refusal).toMatchObject({ rule: "sqs-queue-name", resource: "It", source: expect.stringContaining("SQS") });
    expect(refusal?.message).toContain("(81 characters)");
    expect(refusal?.hint).not.toBe("");
  });

  it("has a source, a hint and an id of its own for each rule, and no word that nobody reads", () => {
    const words = ["id", "type", "measure", "at", "min", "max", "unit", "pattern", "check", "what", "hint", "source"];
    for (const rule of SERVICE_RULES) expect(words, rule.id).toEqual(expect.arrayContaining(Object.keys(rule)));
    for (const { source, hint, what } of SERVICE_RULES) for (const text of [source, hint, what]) expect(text).not.toBe("");
    expect(new Set(SERVICE_RULES.map(({ id }) => id)).size).toBe(SERVICE_RULES.length);
  });
});

const queues = (count: number): Template["Resources"] =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`Q${index}`, { Type: "AWS::SQS::Queue", Properties: {} }]));
const WHOLE: readonly (readonly [string, Template])[] = [
  ["cfn-resources", { Resources: queues(501) }],
  ["cfn-outputs", { Resources: {}, Outputs: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`O${i}`, {}])) }],
  ["cfn-parameters", { Resources: {}, Parameters: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`P${i}`, {}])) }],
  ["cfn-body", one("Custom::Text", { text: "x".repeat(1_000_001) })],
  ["cfn-description", { Resources: {}, Description: "é".repeat(513) }],
];

const allow = (Resource: unknown, Sid = "A") => ({ Sid, Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource });
const policyOf = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const ingest = (VisibilityTimeout: number): Template => ({
  Resources: {
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "in", VisibilityTimeout } },
    Ingest: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "ingest", Timeout: 300 } },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] }, FunctionName: { "Fn::GetAtt": ["Ingest", "Arn"] } },
    },
  },
});

const CHECKED: readonly (readonly [string, Template])[] = [
  ["sns-policy-resource", one("AWS::SNS::TopicPolicy", { Topics: ["a", "b"], PolicyDocument: policyOf(allow(["a", "b"])) })],
  ["sns-policy-resource", one("AWS::SNS::TopicPolicy", { Topics: ["a"], PolicyDocument: policyOf(allow("a"), allow("b", "B")) })],
  ["sqs-policy-resource", one("AWS::SQS::QueuePolicy", { Queues: ["a", "b"], PolicyDocument: policyOf(allow("a")) })],
  ["policy-sids", one("AWS::SQS::QueuePolicy", { Queues: ["a"], PolicyDocument: policyOf(allow("a"), allow("a")) })],
  [
    "kms-lockout",
    one("AWS::KMS::Key", {
      KeyPolicy: policyOf({ Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:role/x" }, Action: "kms:*" }),
    }),
  ],
  ["events-pattern", one("AWS::Events::Rule", { EventPattern: { detail: { $or: [{ a: ["b"] }] } } })],
  [
    "events-rules",
    {
      Resources: Object.fromEntries(
        Array.from({ length: 301 }, (_, i) => [`R${i}`, { Type: "AWS::Events::Rule", Properties: {} }]),
      ),
    },
  ],
  [
    "events-bus-policy",
    one("AWS::Events::EventBusPolicy", {
      EventBusName: "b",
      Statement: { Principal: { AWS: Array.from({ length: 330 }, (_, i) => `arn:aws:iam::${i + 100_000_000_000}:root`) } },
    }),
  ],
  [
    "lambda-policy-size",
    {
      Resources: Object.fromEntries(
        Array.from({ length: 60 }, (_, i) => [
          `P${i}`,
          {
            Type: "AWS::Lambda::Permission",
            Properties: { FunctionName: "f", SourceArn: `arn:aws:events:us-east-1:1:rule/${"r".repeat(60)}${i}` },
          },
        ]),
      ),
    },
  ],
  ["lambda-concurrency", one("AWS::Lambda::Function", { ReservedConcurrentExecutions: 901 })],
  ["sqs-six-times", ingest(1799)],
  ["retained", one("AWS::S3::Bucket", {}, { DeletionPolicy: "Retain" })],
  ["cw-alarm-window", one("AWS::CloudWatch::Alarm", { Period: 300, EvaluationPeriods: 289 })],
  ["cw-alarm-window", one("AWS::CloudWatch::Alarm", { Period: 3600, EvaluationPeriods: 169 })],
  [
    "dlq-kind",
    one("AWS::SQS::Queue", { QueueName: "a.fifo", RedrivePolicy: { deadLetterTargetArn: "arn:aws:sqs:us-east-1:1:dead" } }),
  ],
];

describe("the template as a whole", () => {
  it.each(WHOLE)("%s", (id, template) => expect(idsOf(template)).toContain(id));
});

describe("rules that a schema cannot hold", () => {
  it.each(CHECKED)("%s", (id, template) => expect(idsOf(template)).toContain(id));

  it("are all broken here by a template of their own", () => {
    const broken = new Set([...WHOLE, ...CHECKED].map(([id]) => id));
    // Of the stage, not of the template: below.
    broken.add("stage-name");
    const own = SERVICE_RULES.filter(({ measure, type }) => measure === "check" || type === "*template").map(({ id }) => id);
    expect(own.filter((id) => !broken.has(id))).toEqual([]);
  });

  it("knows a check for each rule that has one", () => {
    expect(() => checkTemplate({ Resources: {} }, HERE)).not.toThrow();
    expect(idsOf(ingest(1800))).toEqual([]);
    expect(checkTemplate({ Resources: {} }, { stage: "Prod", region: "us-east-1" }).map(({ rule }) => rule)).toEqual([
      "stage-name",
    ]);
  });

  it("sees through what CloudFormation fills in", () => {
    const name = { "Fn::Sub": "strata-${Stage}-${AWS::AccountId}-${AWS::Region}" };
    const template: Template = {
      ...one("AWS::S3::Bucket", { BucketName: name }),
      Parameters: { Stage: { Default: "x".repeat(40) } },
    };
    expect(checkTemplate(template, HERE)[0]?.message).toContain("(70 characters)");
  });
});

describe("what the matcher refuses of a pattern", () => {
  it.each<[string, unknown, RegExp | undefined]>([
    ["one alternative", { $or: [{ a: ["b"] }] }, /\$or has 1 member/],
    ["two alternatives", { $or: [{ a: ["b"] }, { c: [{ exists: true }] }] }, undefined],
    ["nothing", {}, /empty/],
    ["an empty list", { a: [] }, /empty list/],
    ["a value without a list", { a: "b" }, /must be a list/],
    ["an unknown operator", { a: [{ prefixes: "b" }] }, /no operator/],
    ["two operators", { a: [{ prefix: "b", suffix: "c" }] }, /more than one operator/],
    ["two stars in a row", { a: [{ wildcard: "a**b" }] }, /two stars/],
    ["a lone backslash", { a: [{ wildcard: "a\\b" }] }, /backslash/],
    ["a star that is meant", { a: [{ wildcard: "a\\*\\*b*" }] }, undefined],
    ["too many combinations", { $or: Array.from({ length: 1001 }, (_, index) => ({ a: [String(index)] })) }, /1001 combinations/],
  ])("%s", (_, pattern, fault) => {
    const faults = patternFaults(pattern);
    if (fault === undefined) expect(faults).toEqual([]);
    else expect(faults.join()).toMatch(fault);
  });
});
