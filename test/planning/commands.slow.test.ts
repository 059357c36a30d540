import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { forecastCommand } from "../../src/cli/forecast.ts";
import { planCommand } from "../../src/cli/plan/command.ts";
import { whatifCommand } from "../../src/cli/whatif/command.ts";
import { DEFAULT_MIX, defaultProfiles, useTiers } from "../../src/planning/capacity/defaults.ts";
import { savingsRules } from "../../src/planning/savings/rules.ts";
import { type CallSpec, type DataFolder, dataFolder } from "./data-folder.ts";

const calls: CallSpec[] = Array.from(
  { length: 20 },
  (_, index): CallSpec => ({
    at: `2026-10-${String(1 + (index % 10)).padStart(2, "0")}T${10 + (index % 3)}:00:00Z`,
    person: index % 2 === 0 ? "alice" : "=cmd()|\u202e",
    model: "claude-opus-4-8",
    tier: "premium",
    input: 100_000,
    output: 1_000,
  }),
);

let data: DataFolder;
beforeAll(async () => {
  data = await dataFolder(calls);
});
afterAll(() => data[Symbol.dispose]());

/** What a command prints. */
async function strata(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => void lines.push(parts.join(" ")));
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const program = new Command("strata").exitOverride();
    const codes: number[] = [];
    for (const add of [planCommand, whatifCommand, forecastCommand]) add(program, (code) => void codes.push(code));
    await program.parseAsync(args, { from: "user" });
    expect(codes).toEqual([0]);
    return lines.join("\n");
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

const folder = (): string[] => ["--data", data.folder];

describe("strata whatif", () => {
  it("answers a swap with sums, assumptions and callers", async () => {
    const text = await strata("whatif", "swap", "claude-opus-4-8", "claude-sonnet-5", "--share", "0.5", ...folder());
    // 20 × (0.5 + 0.025) now; half of the calls at 0.2 + 0.01.
    expect(text).toContain("20 calls: $10.50 now, $7.35 then");
    expect(text).toContain("saving $3.15 (30.0 %)");
    expect(text).toContain("nothing is said about its answers");
    expect(text).not.toContain("\u202e");
  });

  it("gives exact decimals as JSON and cells that no spreadsheet runs as CSV", async () => {
    const answer = JSON.parse(await strata("whatif", "discount", "7.5", ...folder(), "--format", "json"));
    expect([answer.before, answer.saving, answer.callers.length]).toEqual(["10.50", "0.7875", 2]);
    expect(await strata("whatif", "discount", "7.5", ...folder(), "--format", "csv")).toContain("'=cmd()|");
  });

  it("answers every other question", async () => {
    const config = join(data.folder, "cheaper.yml");
    writeFileSync(config, "prices:\n  overrides:\n    - model: claude-opus-4-8\n      rates: { input: 4 }\n");
    expect(await strata("whatif", "prices", config, ...folder())).toContain("saving $2.00");
    expect(await strata("whatif", "prices", config, "--config", config, ...folder())).toContain(
      "As analysed these calls cost $10.50; with the prices given here $8.50",
    );
    expect(await strata("whatif", "batch", "--who", "alice", ...folder())).toContain("saving $2.62 (50.0 %)");
    expect(await strata("whatif", "flex", ...folder())).toContain("not computed: 20 calls of claude-opus-4-8");
    expect(await strata("whatif", "routing", "--routing", "geo", ...folder())).toContain("saving -$1.05 (-10.0 %)");
    expect(await strata("whatif", "cache", ...folder())).toContain("prompt caching for repeated prefixes");
    expect(await strata("whatif", "achieved", "2026-10-06", "--days", "5", ...folder())).toContain(
      "2026-10-01 to 2026-10-05 against 2026-10-06 to 2026-10-10",
    );
  });

  it("runs every rule without a question, and says that findings overlap", async () => {
    const text = await strata("whatif", ...folder());
    expect(text).toContain("newer-and-cheaper");
    expect(text).toContain("Findings overlap: do not add them up");
    const report = JSON.parse(await strata("whatif", ...folder(), "--format", "json"));
    expect(report.estimated).toBe("10.50");
  });

  it.each([
    [["whatif", "swap", "claude-opus-4-8", "sonnet", "--share", "1.5"], '--share: "1.5" is not a number from 0 to 1'],
    [["whatif", "swap", "gpt-9", "sonnet"], 'whatif: there are no priced calls of "gpt-9" in 2026-10-01 to 2026-10-10'],
    [["whatif", "discount", "120"], 'discount: "120" is not a number from 0 to 100'],
    [["whatif", "routing", "--routing", "lunar"], '--routing: "lunar" is not known'],
    [["whatif", "achieved", "soon"], 'achieved: "soon" is not a day'],
    [["whatif", "--from", "2026-12-01"], "whatif: there is no usage from 2026-12-01 to 2026-10-10"],
    [["forecast", "--level", "100"], '--level: "100" is not below 100'],
    [["forecast", "--by", "planet"], '--by: "planet" is not known'],
  ])("refuses %j", async (args, message) => {
    await expect(strata(...args, ...folder())).rejects.toThrow(message);
  });
});

describe("strata forecast", () => {
  it("gives spent, expected and interval, for all or by team", async () => {
    const [row] = JSON.parse(await strata("forecast", ...folder(), "--format", "json"));
    expect(row).toMatchObject({ scope: "organisation", month: "2026-10", as_of: "2026-10-10", spent: "10.50", days_left: 21 });
    expect(Number(row.expected)).toBeCloseTo(10.5 + 21 * 1.05, 1);
    expect(await strata("forecast", "--by", "team", "--as-of", "2026-10-05", ...folder())).toContain("platform");
    expect(await strata("forecast", "--backtest", ...folder(), "--format", "csv")).toContain("straight line,0");
  });
});

describe("strata plan", () => {
  it("plans with documented defaults", async () => {
    const text = await strata("plan", "--developers", "100", "--model", "claude-sonnet-4-6", "--on", "2026-10-15");
    expect(text).toContain("$22,279.50 a month, $222.80 per developer");
    expect(text).toContain("limit_usd: 26740");
    expect(text).toContain("ask for 2,500,000 to 3,500,000 tokens per minute");
    expect(text).toContain("not computed: no hourly price is known");
  });

  it("plans with measured behaviour", async () => {
    const plan = JSON.parse(
      await strata(
        "plan",
        "--model",
        "claude-opus-4-8",
        "--on",
        "2026-10-15",
        "--from-data",
        data.folder,
        "--hourly-price",
        "10",
        "--format",
        "json",
      ),
    );
    expect(plan).toMatchObject({ developers: 2, behaviour: "2 people measured from 2026-10-01 to 2026-10-10" });
    // Ten days of 10.50 brought to a month.
    expect(Number(plan.cost.perMonth)).toBeCloseTo(10.5 * 3.04375, 1);
    expect(plan.breakEven[0]).toMatchObject({ cheaper: "on-demand", provisionedPerMonth: "7305.00" });
    expect(plan.measuredRates[0].perMinute.most).toBeGreaterThan(0);
  });

  it.each([
    [["plan", "--model", "sonnet"], "plan: --developers is missing"],
    [["plan", "--developers", "2.5"], '--developers: "2.5" is not a whole number'],
    [["plan", "--developers", "5", "--model", "gpt-9"], 'planning: no price is known for the model "gpt-9"'],
    [["plan", "--developers", "5", "--cache-hit", "2"], '--cache-hit: "2" is above 1'],
    [["plan", "--developers", "5", "--hourly-price", "cheap"], '--hourly-price: "cheap" is not a number'],
  ])("refuses %j", async (args, message) => {
    await expect(strata(...args)).rejects.toThrow(message);
  });
});

describe("docs/planning.md", () => {
  const docs = readFileSync(join(import.meta.dirname, "..", "..", "docs", "planning.md"), "utf8");

  it("states the defaults that are used", () => {
    for (const tier of useTiers) {
      const { activeDays, callsPerDay, tokensPerCall } = defaultProfiles[tier];
      const cells = [
        DEFAULT_MIX[tier],
        activeDays,
        callsPerDay,
        tokensPerCall.input,
        tokensPerCall.output,
        tokensPerCall.cacheRead,
        tokensPerCall.cacheWrite5m,
      ];
      expect(docs).toContain(`| ${tier} | ${cells.map((cell) => cell.toLocaleString("en-US")).join(" | ")} |`);
    }
  });

  it("lists every rule with its lever and confidence", () => {
    for (const { id, lever, confidence } of savingsRules)
      expect(docs).toMatch(new RegExp(`\\| ${id} \\| ${lever} \\| .* \\| ${confidence} \\|`));
  });
});
