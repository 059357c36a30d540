import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { environmentFor } from "./clients.ts";
import { ROOT } from "./world.ts";

/** Where figures are asked for: a data folder, or a deployed stage behind an endpoint. */
export type Place = { readonly data: string } | { readonly endpoint: string; readonly stage: string };

/** What both must agree on to the last digit: usage by month, team and model; every billed dollar by what became of it. */
const QUESTIONS = {
  usage: `select substr(cast(dt as varchar), 1, 7) as month, team, coalesce(model, '') as model, sum(invocations) as calls, sum(errors) as errors,
      sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(cache_read_tokens) as cache_read_tokens,
      sum(estimated_cost) as estimated, sum(list_cost) as listed
    from hourly_usage
    group by 1, 2, 3
    order by 1, 2, 3`,
  bill: `select period, status, coalesce(reason, '') as reason, coalesce(team, '') as team, coalesce(model, '') as model, coalesce(token_type, '') as token_type,
      count(*) as charges, sum(billed_cost) as billed, sum(net_cost) as net, sum(billed_tokens) as billed_tokens, sum(logged_tokens) as logged_tokens
    from allocated_charges
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6`,
  // Only days that have logs: without them the engine lists each hour since September 2023.
  calls: `select count(*) as calls, count(distinct request_id) as requests, sum(estimated_cost) as estimated from invocations
    where dt in (:days)`,
} as const;

/** What comes of the sources beside them: sessions with their dollars, calls that no log has, batch jobs, Kiro. */
const MORE_QUESTIONS = [
  `select session_id, seen, match, count(*) as calls, sum(estimated_cost) as estimated, sum(claimed_cost) as claimed,
      sum(cache_write_1h_tokens) as cache_write_1h_tokens
    from traced_calls
    group by 1, 2, 3
    order by 1, 2, 3`,
  `select product, token_source, count(*) as calls, sum(input_tokens) as input_tokens
    from api_calls
    where token_source <> 'log' or product <> 'bedrock'
    group by 1, 2
    order by 1, 2`,
  `select count(*) as jobs, sum(records) as records, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens from batch_jobs`,
  `select count(*) as reports, sum(credits) as credits from kiro_usage`,
];

export type Figures = Readonly<Record<keyof typeof QUESTIONS, readonly Readonly<Record<string, unknown>>[]>>;

/** @param days those that have logs, YYYY-MM-DD */
export async function figures(place: Place, days: readonly string[]): Promise<Figures> {
  return {
    usage: await ask(place, QUESTIONS.usage),
    bill: await ask(place, QUESTIONS.bill),
    calls: await ask(place, QUESTIONS.calls.replace(":days", days.map((day) => `date '${day}'`).join(", "))),
  };
}

/** Answers to those, in their order; an answer has a row at least. */
export async function moreFigures(place: Place): Promise<Record<string, unknown>[][]> {
  const answers: Record<string, unknown>[][] = [];
  for (const question of MORE_QUESTIONS) answers.push(await ask(place, question));
  return answers;
}

async function ask(place: Place, sql: string): Promise<Record<string, unknown>[]> {
  const where = "data" in place ? ["--data", place.data] : ["--athena", "--stage", place.stage];
  const { stdout } = await strata(["sql", sql, "--format", "json", ...where], place);
  return JSON.parse(stdout.slice(stdout.indexOf("[")));
}

/** The command line as a process of its own, as people run it. @throws Error with what it said when it ends with anything but 0 */
export async function strata(args: readonly string[], place: Place): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, "bin/strata.js"), ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1", ...("endpoint" in place ? environmentFor(place.endpoint) : {}) },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (status !== 0) throw new Error(`strata ${args[0]} ended with ${status}: ${stderr || stdout}`);
  return { stdout, stderr };
}

/** The same files through the pipeline on this machine. */
export function analyzeHere(
  { logs, cur, config }: { logs: string; cur: string; config: string },
  out: string,
  more: readonly { readonly name: string; readonly folder: string }[] = [],
): void {
  const sources = [logs, "--cur", cur, ...more.flatMap(({ name, folder }) => [`--${name}`, folder])];
  const args = ["analyze", ...sources, "--config", config, "--out", out, "--json"];
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "bin/strata.js"), ...args], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`strata analyze ended with ${status}: ${stderr}`);
}
