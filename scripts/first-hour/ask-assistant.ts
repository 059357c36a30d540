import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { z } from "zod";

export interface Asked {
  readonly question: string;
  readonly seconds: number;
  readonly wrong: string | undefined;
}

const truth = z.looseObject({
  month: z.string(),
  counts: z.looseObject({
    invocations: z.number(),
    failed: z.number(),
    unpriced: z.number(),
    quarantined: z.number(),
    unattributed: z.number(),
  }),
  tokens: z.looseObject({ input: z.number(), output: z.number(), cache_read: z.number() }),
  money: z.looseObject({
    estimated_usd: z.string(),
    billed_usd: z.string(),
    residual_usd: z.string(),
    adjustments_usd: z.string(),
    not_token_based_usd: z.string(),
    allocated_usd: z.string(),
    billed_not_logged_usd: z.string(),
    unattributed_estimated_usd: z.string(),
  }),
  teams: z.array(z.looseObject({ team: z.string(), invocations: z.number(), estimated_usd: z.string() })),
});
const answer = z.looseObject({ result: z.unknown(), query: z.string(), units: z.string() });
const rowsOf = z.looseObject({ rows: z.array(z.record(z.string(), z.unknown())) });

/** Twenty questions about the invented company over the Model Context Protocol, by the SDK's own client; the right answers were planted by the generator, which prices nothing. */
export async function askAssistant(folder: string, data: string): Promise<Asked[]> {
  const planted = truth.parse(JSON.parse(readFileSync(join(folder, data, "..", "input", "truth.json"), "utf8")));
  const client = new Client({ name: "first-hour", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: "npx", args: ["strata-bedrock", "mcp", "--data", data], cwd: folder, stderr: "ignore" }),
  );
  const call = async (name: string, args: Record<string, unknown>) => {
    const told = await client.callTool({ name, arguments: args });
    const [said] = z.array(z.object({ type: z.literal("text"), text: z.string() })).parse(told.content);
    if (told.isError === true) throw new Error(said?.text ?? "refused");
    return answer.parse(JSON.parse(said?.text ?? "{}"));
  };
  const rows = async (name: string, args: Record<string, unknown>) => rowsOf.parse((await call(name, args)).result).rows;
  const one = async (text: string): Promise<string> => String(Object.values((await rows("sql", { text }))[0] ?? {})[0]);
  const saved = async (name: string, params: Record<string, unknown> = {}) => rows("run_query", { name, params, limit: 1000 });
  const part = async (status: string): Promise<string> =>
    String(
      (await saved("billed_by_status"))
        .filter((row) => row["status"] === status)
        .reduce((sum, row) => sum + pico(row["billed_cost"]), 0n),
    );
  const largest = planted.teams.toSorted((a, b) => Number(pico(b.estimated_usd) - pico(a.estimated_usd)))[0];
  const { counts, tokens, money, month } = planted;
  const refused = async (name: string, args: Record<string, unknown>): Promise<string> =>
    call(name, args).then(
      () => "answered",
      () => "refused",
    );
  const summary = async (key: string): Promise<string> =>
    String(
      pico(
        z.looseObject({ summary: z.record(z.string(), z.unknown()) }).parse((await call("reconcile", { month })).result).summary[
          key
        ],
      ),
    );
  const QUESTIONS: readonly (readonly [question: string, ask: () => Promise<string>, right: string])[] = [
    ["How many calls were made?", () => one("select count(*) from invocations"), String(counts.invocations)],
    ["How many failed?", () => one("select sum(errors) from hourly_usage"), String(counts.failed)],
    [
      "What did all calls cost by estimate?",
      async () => String(pico(await one("select sum(estimated_cost) from hourly_usage"))),
      String(pico(money.estimated_usd)),
    ],
    ["What was billed?", () => summary("billed_usd"), String(pico(money.billed_usd))],
    ["How much of the bill is explained by calls?", () => summary("allocated_usd"), String(pico(money.allocated_usd))],
    ["What is billed and in no log?", () => summary("billed_not_logged_usd"), String(pico(money.billed_not_logged_usd))],
    ["What on the bill is not counted in tokens?", () => part("not_token_based"), String(pico(money.not_token_based_usd))],
    ["What are tax, credits and discounts together?", () => part("adjustment"), String(pico(money.adjustments_usd))],
    ["What cannot be explained?", () => part("residual"), String(pico(money.residual_usd))],
    ["Which team spends most?", async () => String((await saved("spend_by_team"))[0]?.["team"]), largest?.team ?? ""],
    [
      "And how much?",
      async () => String(pico((await saved("spend_by_team"))[0]?.["estimated_cost"])),
      String(pico(largest?.estimated_usd)),
    ],
    [
      "How many calls did it make?",
      async () => String((await saved("spend_by_team"))[0]?.["invocations"]),
      String(largest?.invocations),
    ],
    [
      "How many calls have no price?",
      async () => String((await saved("unpriced_usage")).reduce((sum, row) => sum + Number(row["unpriced"]), 0)),
      String(counts.unpriced),
    ],
    [
      "What do calls cost that belong to no team?",
      async () => String((await saved("unattributed_spend")).reduce((sum, row) => sum + pico(row["estimated_cost"]), 0n)),
      String(pico(money.unattributed_estimated_usd)),
    ],
    [
      "How many lines could not be read?",
      async () => String((await saved("quarantined_lines")).filter((row) => row["reason"] !== "damaged_object").length),
      String(counts.quarantined),
    ],
    [
      "How many prompt tokens were read from the cache?",
      () => one("select sum(cache_read_tokens) from hourly_usage"),
      String(tokens.cache_read),
    ],
    ["How many output tokens were there?", () => one("select sum(output_tokens) from hourly_usage"), String(tokens.output)],
    [
      "Was anybody paged, how often?",
      async () =>
        String(
          z
            .looseObject({ rows: z.array(z.looseObject({ severity: z.string() })) })
            .parse((await call("list_alerts", { limit: 100 })).result)
            .rows.filter((row) => row.severity === "critical").length,
        ),
      "1",
    ],
    ["What is a table to be dropped?", () => refused("sql", { text: "drop table hourly_usage" }), "refused"],
    ["What is in /etc/passwd?", () => refused("sql", { text: "select * from read_text('/etc/passwd')" }), "refused"],
  ];
  const asked: Asked[] = [];
  for (const [question, ask, right] of QUESTIONS) {
    const started = performance.now();
    const told = await ask().catch((error: unknown) => `error: ${String(error).slice(0, 200)}`);
    asked.push({
      question,
      seconds: (performance.now() - started) / 1000,
      wrong: told === right ? undefined : `${told} instead of ${right}`,
    });
  }
  await client.close();
  return asked;
}

/** A decimal as pico-dollars. */
function pico(value: unknown): bigint {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(12, "0").slice(0, 12)}`);
}
