import { patternFaults } from "./event-pattern.ts";
import { at } from "./measures.ts";
import { STAGE } from "./stage.ts";
import { isRecord, listOf, type Resource, type Target } from "./template.ts";

/** The template with every value filled in. */
export interface Resolved {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly target: Target;
}

/** @returns what is wrong, by resource; `most` is the rule's own number */
export type Check = (resolved: Resolved, most: number) => (readonly [resource: string, wrong: string])[];

const ofType = ({ resources }: Resolved, type: string): [string, Resource][] =>
  [...resources].filter(([, resource]) => resource.Type === type);

const property = (resource: Resource | undefined, path: string): unknown => at(resource?.Properties, path);
const size = (value: unknown): number => JSON.stringify(value)?.length ?? 0;
const statementsOf = (policy: unknown): Readonly<Record<string, unknown>>[] =>
  isRecord(policy) ? listOf(policy["Statement"]).filter(isRecord) : [];

/** Every policy document, wherever it stands. */
function policies(resource: Resource): unknown[] {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) {
      if (Array.isArray(value["Statement"])) found.push(value);
      else Object.values(value).forEach(visit);
    }
  };
  visit(resource.Properties);
  return found;
}

const oneResource =
  (type: string, list: string): Check =>
  (resolved) =>
    ofType(resolved, type).flatMap(([name, resource]) => {
      const holders = listOf(property(resource, list)).length;
      const named = new Set(
        statementsOf(property(resource, "PolicyDocument")).flatMap(({ Resource }) => listOf(Resource).map(String)),
      );
      return [
        ...(holders === 1 ? [] : [[name, `is for ${holders} at once`] as const]),
        ...(named.size === 1 ? [] : [[name, `names ${named.size} resources, 1 is allowed`] as const]),
      ];
    });

/** Sums up `sizeOf` over resources of a type by what they belong to. */
function together(resolved: Resolved, type: string, key: string, sizeOf: (resource: Resource) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [, resource] of ofType(resolved, type)) {
    const owner = String(property(resource, key) ?? "default");
    sums.set(owner, (sums.get(owner) ?? 0) + sizeOf(resource));
  }
  return sums;
}

const above = (sums: ReadonlyMap<string, number>, most: number): [string, string][] =>
  [...sums].filter(([, sum]) => sum > most).map(([owner, sum]) => [owner, `comes to ${sum}, ${most} are allowed`]);

/** What Lambda adds around a permission's parts in a function's policy: version, ids, condition. */
const PERMISSION_FRAME = 260;

export const CHECKS: Readonly<Record<string, Check>> = {
  stage: ({ target: { stage } }) => (STAGE.test(stage) ? [] : [["the template", `"${stage}" has ${stage.length} characters`]]),
  "event-pattern": (resolved) =>
    ofType(resolved, "AWS::Events::Rule").flatMap(([name, resource]) => {
      const pattern = property(resource, "EventPattern");
      return pattern === undefined ? [] : patternFaults(pattern).map((fault) => [name, fault] as const);
    }),
  "rules-per-bus": (resolved, most) =>
    above(
      together(resolved, "AWS::Events::Rule", "EventBusName", () => 1),
      most,
    ),
  "bus-policy": (resolved, most) =>
    above(
      together(resolved, "AWS::Events::EventBusPolicy", "EventBusName", (resource) => size(property(resource, "Statement")) + 80),
      most,
    ),
  "sns-one-resource": oneResource("AWS::SNS::TopicPolicy", "Topics"),
  "sqs-one-resource": oneResource("AWS::SQS::QueuePolicy", "Queues"),
  sids: ({ resources }) =>
    [...resources].flatMap(([name, resource]) =>
      policies(resource).flatMap((policy) => {
        const ids = statementsOf(policy).flatMap(({ Sid }) => (typeof Sid === "string" ? [Sid] : []));
        const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
        return twice.map((id) => [name, `has two statements with the id ${id}`] as const);
      }),
    ),
  "kms-lockout": (resolved) =>
    ofType(resolved, "AWS::KMS::Key").flatMap(([name, resource]) =>
      statementsOf(property(resource, "KeyPolicy")).some(
        ({ Effect, Principal, Action, Condition }) =>
          Effect === "Allow" &&
          Condition === undefined &&
          isRecord(Principal) &&
          listOf(Principal["AWS"]).some((arn) => String(arn).endsWith(":root")) &&
          listOf(Action).includes("kms:*"),
      )
        ? []
        : [[name, "lets nobody of the account administer the key"] as const],
    ),
  "lambda-policy": (resolved, most) =>
    above(
      together(
        resolved,
        "AWS::Lambda::Permission",
        "FunctionName",
        (resource) => PERMISSION_FRAME + size(property(resource, "SourceArn")) + 2 * size(property(resource, "FunctionName")),
      ),
      most,
    ),
  concurrency: (resolved, most) => {
    const reserved = ofType(resolved, "AWS::Lambda::Function").reduce(
      (sum, [, resource]) => sum + Number(property(resource, "ReservedConcurrentExecutions") ?? 0),
      0,
    );
    return reserved > most ? [["the template", `come to ${reserved}, ${most} are allowed`]] : [];
  },
  visibility: (resolved) =>
    ofType(resolved, "AWS::Lambda::EventSourceMapping").flatMap(([, mapping]) => {
      const source = String(property(mapping, "EventSourceArn"));
      const queue = ofType(resolved, "AWS::SQS::Queue").find(([, { Properties }]) =>
        source.endsWith(`:${Properties?.["QueueName"]}`),
      );
      const runner = ofType(resolved, "AWS::Lambda::Function").find(([, { Properties }]) =>
        String(property(mapping, "FunctionName")).endsWith(String(Properties?.["FunctionName"])),
      );
      if (!queue || !runner) return [];
      const stays = Number(property(queue[1], "VisibilityTimeout") ?? 30);
      const runs = Number(property(runner[1], "Timeout") ?? 3);
      return stays >= 6 * runs ? [] : [[queue[0], `is ${stays} seconds, ${6 * runs} are needed`] as const];
    }),
  retained: ({ resources }) =>
    [...resources].flatMap(([name, { DeletionPolicy }]) =>
      DeletionPolicy === "Retain" ? [[name, "has the DeletionPolicy Retain"] as const] : [],
    ),
  "alarm-window": (resolved) =>
    ofType(resolved, "AWS::CloudWatch::Alarm").flatMap(([name, resource]) => {
      const metrics = listOf(property(resource, "Metrics"));
      const period = Math.max(
        Number(property(resource, "Period") ?? 0),
        ...metrics.map(
          (metric) =>
            Number(at(metric, "MetricStat.Stat") === undefined ? at(metric, "Period") : at(metric, "MetricStat.Period")) || 0,
        ),
      );
      const [looks, most] = [period * Number(property(resource, "EvaluationPeriods")), period >= 3600 ? 604_800 : 86_400];
      return looks > most ? [[name, `is ${looks} seconds, ${most} are allowed`] as const] : [];
    }),
  "dead-letters": (resolved) =>
    ofType(resolved, "AWS::SQS::Queue").flatMap(([name, resource]) => {
      const target = property(resource, "RedrivePolicy.deadLetterTargetArn");
      const isFifo = (text: unknown): boolean => String(text).endsWith(".fifo");
      return target === undefined || isFifo(target) === isFifo(property(resource, "QueueName"))
        ? []
        : [[name, "has a dead-letter queue of the other kind"] as const];
    }),
};
