import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLES } from "../pipeline/run-strata.ts";
import { strataHere } from "../pipeline/strata-here.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-retry-"));
const at = (...names: string[]): string => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Calls of one team on two days; the bad one has no account. */
const record = (index: number, day: string): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    timestamp: `2026-10-${day}T1${index % 10}:00:00Z`,
    accountId: "111122223333",
    region: "us-east-1",
    requestId: `${day}-${index}`,
    operation: "Converse",
    modelId: "anthropic.claude-sonnet-4-6",
    identity: { arn: "arn:aws:sts::111122223333:assumed-role/App/alice@example.com" },
    input: { inputTokenCount: 100_000 },
    output: { outputTokenCount: 5000 },
  });
const lines = (day: string): string[] => Array.from({ length: 20 }, (_, index) => record(index, day));
const damage = (line: string): string => line.replace('"accountId":"111122223333"', '"accountId":"x"');

beforeAll(() => {
  mkdirSync(at("logs"));
  writeFileSync(at("logs", "day5.jsonl"), [...lines("05").slice(0, 15), ...lines("05").slice(15).map(damage)].join("\n"));
  writeFileSync(at("logs", "day6.jsonl"), lines("06").join("\n"));
  utimesSync(at("logs", "day5.jsonl"), new Date("2026-10-06"), new Date("2026-10-06"));
});

/** Every file of a data folder that does not say when it was made, and the summary. */
function contents(of: string): Record<string, string> {
  const files = readdirSync(of, { recursive: true, encoding: "utf8" }).map((path) => join(of, path));
  return Object.fromEntries(
    files
      .filter((path) => statSync(path).isFile())
      .map((path) => [relative(of, path), readFileSync(path).toString("base64")] as const)
      .sort(),
  );
}
const analyze = (out: string, ...more: string[]) => strataHere(["analyze", at("logs"), "--out", at(out), ...more]);

describe("strata quarantine retry", () => {
  it("leaves what a new analysis would: usage, the bill's split, alerts, reports and the summary follow", async () => {
    const bill = ["--cur", join(SAMPLES, "cur2", "cur2-with-iam-principal.csv")];
    await analyze("data", ...bill);
    const broken = contents(at("data"));
    // Mended on another day than it was delivered.
    const summary = JSON.parse(readFileSync(at("data", "summary.json"), "utf8"));
    expect(summary).toMatchObject({ records: 40, invocations: 35, quarantined: 5 });

    writeFileSync(at("logs", "day5.jsonl"), lines("05").join("\n"));
    const retry = ["quarantine", "retry", "--data", at("data"), "--logs", at("logs")];
    const { code, stderr } = await strataHere(retry);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("5 entries in 1 batches, 0 of those batches' entries remain");
    await analyze("fresh", ...bill);
    const [retried, fresh] = [contents(at("data")), contents(at("fresh"))];
    expect(JSON.parse(readFileSync(at("data", "summary.json"), "utf8"))).toEqual(
      JSON.parse(readFileSync(at("fresh", "summary.json"), "utf8")),
    );
    expect(Object.keys(retried)).toEqual(Object.keys(fresh));
    const differing = Object.keys(fresh).filter((path) => retried[path] !== fresh[path]);
    expect(differing).toEqual([]);
    // It was not the same before in any of them.
    for (const table of ["hourly_usage", "logged_charges", "reports/month=2026-10/report.html", "summary.json"]) {
      const of = (all: Record<string, string>) => Object.entries(all).filter(([path]) => path.startsWith(table));
      expect(of(retried), table).not.toEqual(of(broken));
    }
    const again = await strataHere(retry);
    expect([again.code, again.stdout]).toEqual([0, "Nothing is in the quarantine."]);
  });

  it("asks for the days again when the analysis was of some days only", async () => {
    writeFileSync(at("logs", "day5.jsonl"), [...lines("05").slice(0, 15), ...lines("05").slice(15).map(damage)].join("\n"));
    await analyze("some", "--from", "2026-10-05", "--to", "2026-10-05");
    const retry = ["quarantine", "retry", "--data", at("some"), "--logs", at("logs")];
    const refused = await strataHere(retry);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("holds an analysis of some days only: 20 records");
    expect(refused.stderr).toContain("Give the same --from and --to");
    writeFileSync(at("logs", "day5.jsonl"), lines("05").join("\n"));
    const { code } = await strataHere([...retry, "--from", "2026-10-05", "--to", "2026-10-05"]);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(at("some", "summary.json"), "utf8"))).toMatchObject({ invocations: 20, quarantined: 0 });
  });
});
