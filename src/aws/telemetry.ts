import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { StrataError } from "../errors.ts";
import { formatUsd } from "../money.ts";
import type { QueryMetering } from "./athena-run.ts";
import { stageName } from "./deployment.ts";
import { ALARMED, METRIC_NAMESPACE, METRICS, type MetricName } from "./metric-names.ts";

/** Structured log and embedded metrics of one function. Nothing from a record but its place is ever logged. */
export interface Telemetry {
  readonly log: Logger;
  count(name: MetricName, value: number): void;
  /** Values of a whole hour in the past, dated to it. @param time milliseconds, at most two weeks ago */
  countAt(time: number, values: Readonly<Partial<Record<MetricName, number>>>): void;
  /** What an Athena query did. */
  query(metering: QueryMetering): void;
  /** An error as a log entry: message, place and hint; never the error's cause, which may hold a service's answer. */
  failed(error: unknown, what: string): void;
  /** Writes the metrics. Call it once at the end of an invocation. */
  flush(): void;
}

/** @param stage of the stack that the function belongs to */
export function telemetry(service: string, stage: string = stageName()): Telemetry {
  const log = new Logger({ serviceName: service, persistentLogAttributes: { stage } });
  const emf = { namespace: METRIC_NAMESPACE, serviceName: service, defaultDimensions: { stage } };
  const metrics = new Metrics(emf);
  const wanted = wantedMetrics(service);
  return {
    log,
    count: (name, value) => {
      if (wanted(name, value)) metrics.addMetric(name, METRICS[name].unit, value);
    },
    countAt(time, values) {
      const dated = new Metrics(emf);
      dated.setTimestamp(time);
      for (const [name, value] of Object.entries(values))
        if (isMetric(name) && wanted(name, value)) dated.addMetric(name, METRICS[name].unit, value);
      if (dated.hasStoredMetrics()) dated.publishStoredMetrics();
    },
    query(metering) {
      log.info("query", { ...metering, cost: formatUsd(metering.cost) });
      const usd = Number(formatUsd(metering.cost));
      if (wanted("AthenaBytes", metering.bytesScanned)) metrics.addMetric("AthenaBytes", "Bytes", metering.bytesScanned);
      if (wanted("AthenaUsd", usd)) metrics.addMetric("AthenaUsd", "None", usd);
    },
    failed(error, what) {
      const known = error instanceof StrataError;
      log.error(what, {
        error: known ? error.message : error instanceof Error ? error.name : "unknown",
        ...(known && error.hint ? { hint: error.hint } : {}),
      });
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

/** Each metric costs $0.30 a month: without the dashboard only those are written that an alarm looks at, when they are not zero. */
function wantedMetrics(service: string): (name: MetricName, value: number) => boolean {
  if (process.env["STRATA_METRICS"] !== "alarms") return () => true;
  return (name, value) => value !== 0 && ALARMED.has(`${service} ${name}`);
}

const isMetric = (name: string): name is MetricName => Object.hasOwn(METRICS, name);
