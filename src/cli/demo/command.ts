import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { thousands } from "../../figures.ts";
import { generate } from "../../generate/generate.ts";
import { newResult } from "../../local/data-folder.ts";
import { DuckDbWarehouse } from "../../local/duckdb.ts";
import { PROGRAM } from "../../program.ts";
import { loadWork, type Work } from "../../report/load-work.ts";
import { periodOf } from "../../report/period.ts";
import { runAnalyze } from "../analyze/run-analyze.ts";
import { showSummary } from "../analyze/show-summary.ts";
import { fitTable } from "../shared/fit-table.ts";
import { ink } from "../shared/ink.ts";
import { numberOption, oneOf } from "../shared/options.ts";
import { progress } from "../shared/progress.ts";
import { readAlerts } from "../shared/read-alerts.ts";
import { demoChecks } from "./demo-check.ts";
import { elsewhereChecks, type FoundElsewhere, loadElsewhere } from "./demo-elsewhere.ts";
import type { Check } from "./demo-same.ts";

export function demoCommand(program: Command, done: (code: number) => void): void {
  program
    .command("demo")
    .option("--dir <dir>", "where to work", "demo")
    .option("--seed <n>", "another seed, another company", "1")
    .option("--scale <factor>", "1 is about 215,000 invocations", "1")
    .option("--cur-format <format>", "parquet or csv", "parquet")
    .option("--json", "print the comparison as JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ strata demo
  $ strata demo --scale 0.1 --seed 7 --dir ./small`,
    )
    .action(async (options: { dir: string; seed: string; scale: string; curFormat: string; json?: boolean }) => {
      const started = performance.now();
      const quiet = options.json === true;
      const input = join(options.dir, "input");
      const out = join(options.dir, "data");
      newResult(out).end();
      rmSync(input, { recursive: true, force: true });
      const writing = progress("Inventing a company", quiet);
      const truth = await generate({
        out: input,
        seed: numberOption("--seed", options.seed),
        scale: numberOption("--scale", options.scale),
        curFormat: oneOf("--cur-format", options.curFormat, ["parquet", "csv"]),
        onProgress: (done, of, what) => writing.update(`${what}, ${done} of ${of}`, { done, of }),
      });
      writing.done(
        `${truth.counts.developers} developers, ${thousands(truth.counts.invocations)} invocations, ${thousands(truth.bill.lines)} bill lines`,
      );
      const summary = await runAnalyze({
        paths: [join(input, "logs")],
        cur: [join(input, "cur")],
        telemetry: [join(input, "otel")],
        cloudtrail: [join(input, "trail")],
        batch: [join(input, "batch")],
        kiro: [join(input, "kiro")],
        config: join(input, "strata.yml"),
        out,
        quiet,
      });
      const alerts = readAlerts(out);
      const { work, elsewhere } = await foundIn(out, truth.month);
      const checks = [...demoChecks(truth, summary, alerts, work), ...elsewhereChecks(truth, elsewhere)];
      const wrong = checks.filter((check) => !check.holds);
      if (options.json) console.log(JSON.stringify({ checks, summary }, null, 2));
      else {
        console.log(`\n${showSummary(summary, alerts, out)}\n\n${ink.bold("Planted and found")}\n${comparison(checks)}`);
        const seconds = ((performance.now() - started) / 1000).toFixed(0);
        console.log(
          wrong.length === 0
            ? ink.green(`\nEverything that was planted was found, nothing else paged (${seconds} s).`)
            : ink.red(
                `\n${wrong.length} of ${checks.length} checks do not hold: ${wrong.map((check) => check.what.trim()).join(", ")} (${seconds} s).`,
              ),
        );
        console.log(
          `Open ${join(out, summary.reports.find((file) => file.endsWith(".html")) ?? "reports")} in a browser. Ask more: ${PROGRAM} query --data ${out}`,
        );
      }
      done(wrong.length === 0 ? 0 : 1);
    });
}

async function foundIn(folder: string, month: string): Promise<{ work: Work | undefined; elsewhere: FoundElsewhere }> {
  const warehouse = await DuckDbWarehouse.open(folder);
  try {
    return { work: await loadWork(warehouse, periodOf(month)), elsewhere: await loadElsewhere(warehouse) };
  } finally {
    warehouse.close();
  }
}

function comparison(checks: readonly Check[]): string {
  const rows = checks.map(({ what, planted, found, holds }) => [what, planted, found, holds ? "same" : "DIFFERS"]);
  return fitTable({ head: ["", "planted", "found", ""], rows, numeric: [false, false, false, false] });
}
