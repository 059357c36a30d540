/**
 * The first hour of the four users, from the packed package in an empty folder: their commands, then every command that anything printed, run as it was
 * printed. npm run try:hour -- [--scale 1] [--write]; --write puts the log into docs/first-hour.md. Ends with 1 if a command does not do what is printed.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { queryNames } from "../../src/query/files.ts";
import { installPacked } from "../install-packed.ts";
import { askAssistant } from "./ask-assistant.ts";
import { fill, type Known, outcomeOf } from "./expectations.ts";
import { printedCommands } from "./printed-commands.ts";
import { sessions } from "./sessions.ts";
import { type Ran, shellIn } from "./shell.ts";
import { type Entry, logOf } from "./write-log.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({ options: { scale: { type: "string", default: "1" }, write: { type: "boolean" } } });
const started = new Date();
const work = mkdtempSync(join(tmpdir(), "strata-first-hour-"));
const folder = join(work, "newcomer");
const home = join(work, "home");
mkdirSync(join(home, ".config/fish/completions"), { recursive: true });
const run = shellIn(folder, home);
const entries: Entry[] = [];
const printed = new Map<string, string>();

function note(user: string, ran: Ran, wrong: string | undefined, from?: string): void {
  entries.push({ user, ...ran, wrong, ...(from === undefined ? {} : { from }) });
  const state = wrong === undefined ? "ok  " : "WRONG";
  console.log(
    `${state} ${ran.seconds.toFixed(1).padStart(6)} s  ${ran.command}${wrong === undefined ? "" : `\n      ${wrong}\n${ran.output.slice(0, 1500)}`}`,
  );
  for (const command of printedCommands(ran.output)) if (!printed.has(command)) printed.set(command, ran.command);
}

const at = performance.now();
installPacked(folder);
const installed = (performance.now() - at) / 1000;
console.log(`installed in ${installed.toFixed(1)} s`);
const [first, ...others] = sessions("2026-10");
const demo = await run(`npx strata-bedrock demo${values.scale === "1" ? "" : ` --scale ${values.scale}`}`);
note(first?.user ?? "", demo, demo.code === 0 ? undefined : `exit code ${demo.code}`);
for (const [from, to] of [
  ["logs", "logs"],
  ["cur", "cur"],
  ["otel", "otel"],
  ["trail", "trail"],
  ["batch", "batch-output"],
  ["kiro", "user-activity-reports"],
] as const)
  cpSync(join(folder, "demo/input", from), join(folder, to), { recursive: true });

// What a reader writes down of what is known to have happened, in the form that backtest asks for.
writeFileSync(
  join(folder, "known.json"),
  JSON.stringify([{ rule: "error_rate", from: "2026-10-19T14:25:00Z", to: "2026-10-19T15:15:00Z" }]),
);

/** Of the folder that the command asks, where that has alerts: a company of another size has others. */
function known(command: string): Known {
  const asked = join(folder, /--data (\S+)/.exec(command)?.[1] ?? "", "alerts.jsonl");
  return {
    alerts: readFileSync(existsSync(asked) ? asked : join(folder, "demo/data/alerts.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => z.object({ alert_id: z.string() }).parse(JSON.parse(line)).alert_id),
  };
}
for (const { user, steps } of [...(first ? [first] : []), ...others]) {
  for (const { command, shows, code = 0 } of steps) {
    const ran = await run(fill(command, known(command)));
    const wrong =
      ran.code !== code
        ? `exit code ${ran.code} instead of ${code}`
        : shows && !shows.test(ran.output)
          ? `does not show ${shows}`
          : undefined;
    note(user, ran, wrong);
  }
}
const analyst = others.at(-1)?.user ?? "";
for (const name of queryNames("saved")) {
  const ran = await run(`npx strata-bedrock query ${name.slice(6)} --data demo/data`);
  // Rows, or a reason.
  note(
    analyst,
    ran,
    ran.code !== 0
      ? `exit code ${ran.code}`
      : /\d rows?\b|^Empty: |^No call has/m.test(ran.output)
        ? undefined
        : "neither rows nor a reason",
  );
}
for (const { question, seconds, wrong } of await askAssistant(folder, "demo/data"))
  note(analyst, { command: `asked over mcp: ${question}`, code: 0, seconds, output: "" }, wrong);

// What was never typed above, but printed somewhere a reader looks.
const documents = ["README.md", "docs/mcp.md", "docs/queries.md"].map(
  (name) => [name, readFileSync(join(ROOT, name), "utf8")] as const,
);
const page = readFileSync(join(folder, "demo/data/reports/month=2026-10/report.html"), "utf8");
for (const [name, text] of [...documents, ["report.html", page] as const])
  for (const command of printedCommands(text)) if (!printed.has(command)) printed.set(command, name);
const commands = [
  ...(entries.find(({ command }) => command.endsWith("--help"))?.output ?? "").matchAll(/^ {2}([a-z]+) (?=.*)/gm),
].map(([, name = ""]) => name);
for (const name of commands.filter((one) => one !== "npx")) {
  const ran = await run(`npx strata-bedrock ${name} --help`);
  note("Printed commands", ran, ran.code === 0 && ran.output.includes("Usage:") ? undefined : `exit code ${ran.code}`);
}
const done = new Set(entries.map(({ command }) => command));
// Commands that these print in turn are run as well: the map grows while it is walked.
for (const [command, from] of printed) {
  const filled = fill(command, known(command));
  if (done.has(filled) || /strata-bedrock demo(?! --scale)/.test(filled)) continue;
  done.add(filled);
  const { until, judge } = outcomeOf(filled);
  const ran = await run(filled, until);
  note("Printed commands", ran, judge(ran), from);
}

const wrong = entries.filter((entry) => entry.wrong !== undefined);
console.log(`${entries.length} commands and questions, ${wrong.length} wrong`);
const log = logOf(entries, {
  started,
  installed,
  scale: values.scale,
  cores: availableParallelism(),
  load: loadavg()[0] ?? 0,
  node: process.version,
});
if (values.write) writeFileSync(join(ROOT, "docs", "first-hour.md"), log);
rmSync(work, { recursive: true, force: true });
process.exit(wrong.length === 0 ? 0 : 1);
