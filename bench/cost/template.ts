import type { Packaged } from "../../test/functions/packaged.ts";
import { type FunctionSize, lambdaUsage, type Run } from "./account.ts";
import { plus, type Usage } from "./usage.ts";

/** What a packaged stack has that costs without traffic, and how its queue feeds ingest. */
export interface Stack {
  readonly functions: readonly string[];
  readonly batchSize: number;
  /** Seconds. */
  readonly window: number;
  readonly logDays: number;
  readonly watching: Usage;
  readonly key: Usage;
  /** A run of the function that reads the Price List, which is not run here: all of its time. */
  prices(size: FunctionSize): Usage;
  /** KMS requests of the ingest queue in so many seconds. */
  queueKeyRequests(seconds: number): number;
}

const HOURS = 720;

/** @param hours of a month in which each own metric is sent, by `service name` */
export function stackOf({ resources }: Packaged, hours: ReadonlyMap<string, number>): Stack {
  const of = (type: string): Readonly<Record<string, unknown>>[] =>
    [...resources.values()].flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const [source = {}] = of("AWS::Lambda::EventSourceMapping");
  const queue: Readonly<Record<string, unknown>> = resources.get("IngestQueue")?.Properties ?? {};
  // A metric math alarm is billed for each metric that it reads.
  const alarms = of("AWS::CloudWatch::Alarm").map(({ Metrics }) =>
    Array.isArray(Metrics) ? Metrics.filter((metric) => Object(metric).MetricStat !== undefined).length : 1,
  );
  const [group = {}] = of("AWS::Logs::LogGroup");
  const metricHours = [...hours.values()].reduce((sum, each) => sum + each, 0);
  return {
    functions: [...resources].flatMap(([name, { Type }]) =>
      Type === "AWS::Lambda::Function" ? [name.replace(/LambdaFunction$/, "").toLowerCase()] : [],
    ),
    batchSize: Number(source["BatchSize"] ?? 10),
    window: Number(source["MaximumBatchingWindowInSeconds"] ?? 0),
    logDays: Number(group["RetentionInDays"] ?? 30),
    watching: plus({
      metric_month: metricHours / HOURS,
      alarm_month: alarms.reduce((sum, metrics) => sum + metrics, 0),
      dashboard_month: of("AWS::CloudWatch::Dashboard").length,
    }),
    key: { kms_key_month: of("AWS::KMS::Key").length },
    prices: (size) => lambdaUsage(size, 60, 60),
    // SQS Developer Guide, "Estimating AWS KMS costs": requests = seconds / reuse period * (2 * producers + consumers).
    queueKeyRequests: (seconds) => (seconds / Number(queue["KmsDataKeyReusePeriodSeconds"] ?? 300)) * (2 * 1 + 1),
  };
}

/** Own metrics that runs sent, as `service name`, read from what they printed (CloudWatch embedded metric format). */
export function metricsOf(runs: readonly Run[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of runs.flatMap(({ log }) => log.split("\n"))) {
    if (!line.includes('"_aws"')) continue;
    const told = JSON.parse(line);
    for (const { Metrics } of told._aws.CloudWatchMetrics) for (const { Name } of Metrics) found.add(`${told.service} ${Name}`);
  }
  return found;
}
