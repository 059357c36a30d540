import type { Command } from "commander";
import { DEFAULT_DATA } from "../../aim-commands.ts";
import type { FurtherSource } from "../../config/further-sources.ts";
import { dayOption } from "../shared/options.ts";
import { readAlerts } from "../shared/read-alerts.ts";
import { configuredInputs } from "./configured-inputs.ts";
import { FAIL_ON, failures } from "./fail-on.ts";
import { runAnalyze } from "./run-analyze.ts";
import { showSummary } from "./show-summary.ts";
import { Timings, timingsText } from "./timings.ts";

const FURTHER: Readonly<Record<FurtherSource, string>> = {
  cloudtrail: "CloudTrail objects: calls that no log has, and the client of every call",
  batch: "output of batch inference jobs, with descriptions of the jobs",
  kiro: "daily user reports of Kiro: credits, plans and overage",
};

interface Options extends Partial<Record<FurtherSource, string[]>> {
  cur?: string[];
  telemetry?: string[];
  config?: string;
  from?: string;
  to?: string;
  out: string;
  counts?: boolean;
  json?: boolean;
  timings?: boolean;
  failOn: string[];
}

export function analyzeCommand(program: Command, done: (code: number) => void): void {
  const command = program
    .command("analyze [path...]")
    .option("--cur <path...>", "CUR 2.0 export: folder or files (Parquet, CSV, CSV.gz)")
    .option("--telemetry <path...>", "what OpenTelemetry collectors wrote: sessions, commits and tools of the calls");
  for (const [source, says] of Object.entries(FURTHER)) command.option(`--${source} <path...>`, says);
  command
    .option("--config <file>", "strata.yml; everything has a default")
    .option("--from <date>", "first day of events, YYYY-MM-DD")
    .option("--to <date>", "last day of events, YYYY-MM-DD")
    .option("--out <dir>", "where the results go; what an earlier run wrote there is replaced", DEFAULT_DATA)
    .option("--counts", "ask CloudWatch what Bedrock counted (cloudwatch:GetMetricData) and say what is missing from the log")
    .option("--json", "print summary.json instead of the overview")
    .option("--timings", "say how long each phase took, on the clock and of the processor; with --json in `timings`")
    .option(
      "--fail-on <finding>",
      `exit with 1 on: ${FAIL_ON.join(", ")}; repeatable`,
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addHelpText(
      "after",
      `
Paths are folders, files or quoted globs: Bedrock's own objects (.json.gz), plain .json or .jsonl, and CloudWatch Logs exports;
or s3://bucket/prefix, read with the credentials and the region of your AWS profile. --cur takes s3:// too.
A bill alone (--cur without paths) gives statement, shares, discounts and FOCUS.
Without paths, sources.logs and sources.cur of strata.yml in this folder (or of --config) say where logs and bill lie.

Examples:
  $ strata analyze ./logs
  $ strata analyze ./logs --cur ./cur --config strata.yml --out ./data
  $ strata analyze s3://my-logs/bedrock --cur s3://my-bills/cur/strata-cur --from 2026-10-01
  $ strata analyze ./logs --telemetry ./otel
  $ strata analyze ./logs --cur ./cur --cloudtrail ./trail --batch ./batch-output --kiro ./user-activity-reports
  $ strata analyze
  $ strata analyze "./logs/**/2026/10/*/*/*.json.gz" --from 2026-10-01 --to 2026-10-15 --json
  $ strata analyze ./logs --cur ./cur --fail-on quarantined --fail-on residual`,
    )
    .action(async (paths: string[], options: Options) => {
      const wanted = failures(options.failOn);
      const timings = options.timings ? new Timings() : undefined;
      const summary = await runAnalyze({
        ...configuredInputs({
          paths,
          cur: options.cur ?? [],
          telemetry: options.telemetry ?? [],
          cloudtrail: options.cloudtrail ?? [],
          batch: options.batch ?? [],
          kiro: options.kiro ?? [],
          config: options.config,
        }),
        from: dayOption("--from", options.from),
        to: dayOption("--to", options.to),
        out: options.out,
        quiet: options.json === true,
        counts: options.counts,
        timings,
      });
      const phases = timings?.all();
      if (options.json) console.log(JSON.stringify({ ...summary, ...(phases && { timings: phases }) }, null, 2));
      else {
        console.log(showSummary(summary, readAlerts(options.out), options.out));
        if (phases) console.log(`\n${timingsText(phases)}`);
      }
      const found = wanted(summary);
      for (const finding of found) console.error(`strata: --fail-on ${finding}`);
      done(
        found.length > 0 ||
          summary.problems.some((problem) => problem.kind === "lost") ||
          (summary.records === 0 && summary.billed_usd === null)
          ? 1
          : 0,
      );
    });
}
