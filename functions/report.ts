import { atStage } from "../src/aim-commands.ts";
import { catalogPlaces } from "../src/aws/catalog-places.ts";
import { configInForce } from "../src/aws/config-in-force.ts";
import { setting, stageName, systemClock, topics } from "../src/aws/deployment.ts";
import { keptAnswers } from "../src/aws/kept-answers.ts";
import { runTold } from "../src/aws/run-told.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { SnsSink } from "../src/aws/sns-sink.ts";
import { stack } from "../src/aws/stack.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { monthsWaiting } from "../src/billing/months-waiting.ts";
import { workWithin } from "../src/bounded-work.ts";
import { monthsToReport, rememberClosed } from "../src/pipeline/report-months.ts";
import { keepNotice, sendNotices } from "../src/report/announcements.ts";
import { keptCalls } from "../src/report/kept-calls.ts";
import { writeReport } from "../src/report/write-report.ts";

/** A statement is not begun with less than this: some thirty queries. Milliseconds. */
const LEAST_TIME = 120_000;

interface ReportEvent {
  /** YYYY-MM; every month that is due unless given. */
  readonly month?: string;
  /** Closes that month, though not every line of its bill carries an invoice. */
  readonly final?: boolean;
}

/** Every morning: the statements that are due. A month closes when its bill is final, and is announced then. */
export const handler = async (
  { month, final }: ReportEvent = {},
  context?: LambdaContext,
): Promise<{ keys: readonly string[] }> => {
  const own = stack("report", context);
  const { telemetry, data, warehouse } = own;
  return runTold(own, "report failed", async () => {
    const config = await configInForce(data, telemetry, systemClock.now());
    const store = new S3Store(setting("reports"));
    const answers = keptAnswers({ warehouse, places: catalogPlaces(data), store, key: "reports/answers.json" });
    const now = systemClock.now();
    const input = { answers, reports: store, config, now };
    const calls = keptCalls({ store, config, answers, now });
    const keys: string[] = [];
    const write = async (each: string): Promise<void> => {
      const written = await writeReport({
        warehouse,
        store,
        config,
        month: each,
        calls,
        aim: (page) => atStage(page, stageName()),
        jobs: config.sources.batch.length + config.sources.cloudtrail.length > 0,
        ...(month !== undefined && final === true ? { final } : {}),
        onNotice: (notice) => keepNotice(store, notice),
      });
      keys.push(...written.keys);
      if (written.status !== "provisional") await rememberClosed(input, each);
      telemetry.log.info("report", { month: each, status: written.status, files: written.keys.length });
    };
    // A month that is half reconciled has no statement until it is whole, unless somebody asks for it.
    const waiting = month === undefined ? await monthsWaiting(data) : [];
    const due = (month === undefined ? await monthsToReport(input) : [month])
      .filter((each) => !waiting.includes(each))
      // The running month first. What the time is not enough for is due again tomorrow, since it is not published.
      .toReversed();
    const { left, failed } = await workWithin({ pieces: due, work: write, timeLeft: own.timeLeft, least: LEAST_TIME });
    telemetry.count("ReportsWritten", keys.length);
    telemetry.count("MonthsWaiting", waiting.length + left.length + failed.length);
    for (const { piece, error } of failed) telemetry.failed(error, `the statement of ${piece} could not be written`);
    const sent = await sendNotices(store, new SnsSink({ topics: topics() }), config.report.link_hours);
    if (sent > 0) telemetry.log.info("statements announced", { sent });
    const [first] = failed;
    if (first) throw first.error;
    return { keys };
  });
};
