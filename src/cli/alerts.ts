import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { atFolder, DEFAULT_DATA } from "../aim-commands.ts";
import type { Alert } from "../anomaly/alert.ts";
import { explainAlert } from "../anomaly/explain-alert.ts";
import { type Learning, learningText } from "../anomaly/learning.ts";
import { acknowledge, mute, unmute } from "../anomaly/mutes.ts";
import { SCOPES } from "../config/alert-rule.ts";
import { printable } from "../errors.ts";
import { counted } from "../figures.ts";
import { summarySchema } from "../pipeline/summary-schema.ts";
import { PROGRAM } from "../program.ts";
import { shellWord } from "../shell-word.ts";
import { entryOf } from "./shared/alert-entry.ts";
import { wrap } from "./shared/fit-table.ts";
import { ink } from "./shared/ink.ts";
import { readAlerts } from "./shared/read-alerts.ts";
import { FORMATS, formatOf, renderRows } from "./shared/rows.ts";
import { stageData } from "./shared/stage-places.ts";

export function alertsCommand(program: Command): void {
  const command = program
    .command("alerts")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--all", "also those that another incident explains, and muted ones")
    .option("--format <format>", FORMATS.join(", "), "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata alerts --data ./data
  $ strata alerts --all --data ./data --format json
  $ strata alerts explain error_rate-20261124T0310-1rat4at --data ./data`,
    )
    .action((options: { data: string; all?: boolean; format: string }) => {
      const format = formatOf(options.format);
      const alerts = readAlerts(options.data).filter(
        (alert) => options.all || (alert.grouped_under === null && alert.muted === null),
      );
      if (format === "json") {
        console.log(JSON.stringify(alerts, null, 2));
        return;
      }
      if (format === "csv") {
        const rows = alerts.map(({ alert_id, severity, opened_at, state, summary }) => ({
          alert_id,
          severity,
          opened_at: opened_at.slice(0, 16),
          state,
          summary,
        }));
        const columns = ["alert_id", "severity", "opened_at", "state", "summary"].map((name) => ({ name, type: "varchar" }));
        console.log(renderRows({ columns, rows }, format));
        return;
      }
      console.log(atFolder(listOf(alerts), options.data));
      const learning = learningText(readLearning(options.data));
      if (learning !== undefined) console.log(learning);
    });
  stageCommands(command);
  command
    .command("explain <id>")
    .description("the numbers behind one alert, and the query to run next")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--json", "print it as JSON")
    .action((id: string, _options: unknown, explain: Command) => {
      const options = explain.optsWithGlobals<{ data: string; json?: boolean }>();
      const lines = explainAlert(readAlerts(options.data), id);
      if (options.json) {
        console.log(JSON.stringify(Object.fromEntries(lines), null, 2));
        return;
      }
      const width = Math.max(...lines.map(([label]) => label.length)) + 2;
      const columns = (process.stdout.columns ?? Number.POSITIVE_INFINITY) - width;
      for (const [label, text] of lines) {
        const whole = atFolder(printable(text), options.data);
        // A command stays one line, to be copied as it is.
        const shown =
          whole.startsWith(PROGRAM) || columns < NARROWEST
            ? whole
            : wrap(whole.replaceAll(" %", "\u00a0%"), columns)
                .replaceAll("\u00a0%", " %")
                .replaceAll("\n", `\n${" ".repeat(width)}`);
        console.log(`${label.padEnd(width)}${shown}`);
      }
    });
}

/** Columns below which a text is not worth breaking. */
const NARROWEST = 30;

/** What changes at once, without a deployment: strata.yml says what is to last. */
function stageCommands(command: Command): void {
  const stage = "stage of the stack";
  command
    .command("mute [id]")
    .description("send nothing about an incident, or about what rule, scope and name select, for some time; it is still recorded")
    .requiredOption("--stage <stage>", stage)
    .option("--rule <rule>", "only this rule; * allowed")
    .option("--scope <scope>", SCOPES.join(", "))
    .option("--name <name>", "only this team, account, model or person; * allowed")
    .option("--for <length>", "15m, 8h or 2d, at most 31d", "8h")
    .requiredOption("--reason <text>", "shown where the alert is listed")
    .addHelpText(
      "after",
      `
Examples:
  $ strata alerts mute error_rate-20261124T0310-1rat4at --stage prod --reason "known, being repaired"
  $ strata alerts mute --rule tokens_hourly --scope team --name "load-test*" --for 2d --stage prod --reason "load test"`,
    )
    .action(async (id: string | undefined, _options: unknown, given: Command) => {
      const options = given.optsWithGlobals<MuteOptions>();
      const { rule, scope, name, reason } = options;
      const until = await mute(await stageData(options.stage), { id, rule, scope, name, for: options.for, reason }, Date.now());
      console.log(
        `Muted until ${until}; the detectors of ${printable(options.stage)} know at their next run. Undo: ${PROGRAM} alerts unmute --stage ${shellWord(options.stage)}`,
      );
    });
  command
    .command("unmute [id]")
    .description("take back what was muted or acknowledged by command: about one incident, or all of it")
    .requiredOption("--stage <stage>", stage)
    .action(async (id: string | undefined, _options: unknown, given: Command) => {
      const gone = await unmute(await stageData(given.optsWithGlobals<{ stage: string }>().stage), id);
      console.log(gone === 0 ? "Nothing was muted by command." : `${gone} taken back.`);
    });
  command
    .command("acknowledge <id>")
    .description("say that somebody looks after an incident: no more reminders, only escalation and the end")
    .requiredOption("--stage <stage>", stage)
    .requiredOption("--by <name>", "who")
    .action(async (id: string, _options: unknown, given: Command) => {
      const { stage: where, by } = given.optsWithGlobals<{ stage: string; by: string }>();
      await acknowledge(await stageData(where), id, by);
      console.log(`Acknowledged by ${printable(by)}.`);
    });
}

interface MuteOptions {
  readonly stage: string;
  readonly rule?: string;
  readonly scope?: string;
  readonly name?: string;
  readonly for: string;
  readonly reason: string;
}

function listOf(alerts: readonly Alert[]): string {
  if (alerts.length === 0) return "No alerts.";
  const lines = alerts.flatMap((alert) => entryOf(alert, `${alert.state === "open" ? "  open" : ""}${untold(alert)}`));
  return [
    ...lines,
    "",
    `${counted(alerts.length, "alert")}, times in UTC. The numbers behind one: ${PROGRAM} alerts explain ID`,
  ].join("\n");
}

function untold(alert: Alert): string {
  if (alert.grouped_under !== null) return ink.dim("  told by another");
  return alert.muted === null ? "" : ink.dim("  muted");
}

/** Rules that could not judge when the folder was written; a summary of before says nothing of them. */
function readLearning(folder: string): Learning[] {
  try {
    return summarySchema
      .pick({ learning: true })
      .loose()
      .parse(JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"))).learning;
  } catch {
    return [];
  }
}
