import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Alert, alertOf, writtenAlert } from "../../src/anomaly/alert.ts";
import { NO_CONTRIBUTORS } from "../../src/anomaly/contributors.ts";
import { explainAlert } from "../../src/anomaly/explain-alert.ts";
import { incidentId } from "../../src/anomaly/silence.ts";
import { runStrata } from "../pipeline/run-strata.ts";
import { HOUR, incident, MINUTE, rule, START } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const page = incident({ state: "resolved", resolvedAt: START + HOUR });
const listed: Alert[] = [
  alertOf(
    rule(),
    page,
    {
      ...NO_CONTRIBUTORS,
      people: [{ name: "ann@example.com", share: 0.62 }],
      models: [{ name: "claude-sonnet-4-6", share: 0.97 }],
      errorCodes: [{ name: "ServiceUnavailableException", share: 0.9 }],
    },
    2,
  ),
  alertOf(
    rule(),
    incident({ key: "error_rate|team|core", scope: "team", name: "core", groupedUnder: incidentId(page) }),
    NO_CONTRIBUTORS,
    0,
  ),
];

describe("strata alerts", () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-alerts-list-"));
  // The second line as an older version wrote it.
  const { contributing_teams: _, contributing_errors: __, ...older } = listed[1] as Alert;
  writeFileSync(join(folder, "alerts.jsonl"), `${JSON.stringify(listed[0])}\n${JSON.stringify(older)}\n`);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("lists what was told: when, how urgent, its id, and what", async () => {
    const { stdout } = await runStrata(["alerts", "--data", folder]);
    expect(stdout.trim().split("\n")).toEqual([
      `2026-06-01 00:00  critical  ${listed[0]?.alert_id}`,
      "  Error rate above its limit: the organisation, 2026-05-31 23:45 to 2026-06-01 00:00 UTC: 30 % of 100 calls failed in 15 minutes, limit 10 %.",
      "",
      `1 alert, times in UTC. The numbers behind one: npx strata-bedrock alerts explain ID --data ${folder}`,
    ]);
  });

  it("lists with --all what another incident tells, too, and says so", async () => {
    const { stdout } = await runStrata(["alerts", "--all", "--data", folder]);
    expect(stdout).toContain(`${listed[1]?.alert_id}  open  told by another`);
    expect(stdout).toContain("2 alerts");
  });

  it("gives rows to spreadsheets and programs", async () => {
    const csv = (await runStrata(["alerts", "--data", folder, "--format", "csv"])).stdout.split(/\r?\n/);
    expect(csv[0]).toBe("alert_id,severity,opened_at,state,summary");
    expect(JSON.parse((await runStrata(["alerts", "--data", folder, "--format", "json"])).stdout)).toHaveLength(1);
  });

  it("explains one with numbers for people, and a command that finds this folder", async () => {
    const { stdout } = await runStrata(["alerts", "explain", listed[0]?.alert_id ?? "", "--data", folder]);
    const lines = new Map(stdout.split("\n").map((line) => [line.slice(0, 15).trim(), line.slice(15).trim()]));
    expect(lines.get("State")).toBe("over since 2026-06-01 01:00 UTC");
    expect(lines.get("Bad since")).toBe("2026-05-31 23:45 UTC");
    expect(lines.get("Worst value")).toBe("30 %");
    expect(lines.get("Who")).toBe("ann@example.com 62 %");
    expect(lines.get("server")).toBe("29");
    expect(lines.get("Error")).toBe("ServiceUnavailableException 90 %");
    expect(lines.get("Told")).toBe("2 messages");
    expect(lines.get("Explains")).toContain("team core");
    expect(lines.get("Look")).toMatch(
      new RegExp(`^npx strata-bedrock query anomalies/contributors --data ${folder} --param from=`),
    );
    expect([...lines.keys()]).not.toContain("Expected");
  });

  it("reads what an older release wrote, from a file and from a table", () => {
    const { contributing_teams: _, contributing_errors: __, ...older } = listed[0] as Alert;
    for (const row of [older, { ...older, contributing_teams: null, contributing_errors: null }])
      expect(explainAlert([writtenAlert(row)], older.alert_id).map(([name]) => name)).not.toContain("Error");
  });

  it("says what to do when there is no analysis", async () => {
    const { stderr, code } = await runStrata(["alerts", "--data", join(folder, "nothing")]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("Run npx strata-bedrock analyze");
  });
});

describe("strata backtest", () => {
  let made: FakeData;
  const outage = START + 14 * HOUR;
  beforeAll(async () => {
    const calls = traffic(2, 60).map(
      (call): FakeCall => (call.at >= outage && call.at < outage + 40 * MINUTE ? { ...call, error: "server" } : call),
    );
    made = await dataOf(calls);
    writeFileSync(join(made.folder, "summary.json"), "{}");
  });
  afterAll(() => made.close());

  it("shows what a rule would have told, by week, and what other thresholds would have done, as table and chart", async () => {
    const truth = join(made.folder, "truth.json");
    const known = { from: new Date(outage).toISOString(), to: new Date(outage + 40 * MINUTE).toISOString() };
    writeFileSync(truth, JSON.stringify([{ rule: "error_rate", ...known }]));
    const args = ["--rule", "error_rate", "--set", "threshold=0.2", "--truth", truth, "--data", made.folder];
    const { stdout } = await runStrata(["backtest", ...args]);
    expect(stdout).toContain("2026-06-01 to 2026-06-03: 1 alert, 3.50 a week");
    expect(stdout).toContain("precision 100 %, recall 100 %");
    expect(stdout).toContain("critical  error_rate-20260601T");
    expect(stdout).toMatch(/2026-06-01 │ +1 │/);
    expect(stdout).toMatch(/0\.2 │ +1 │ +3\.50? │ 100 % +│ 100 % +│ now │/);
    expect(stdout).toMatch(/^ +0\.2 #{40} 1$/m);
  });

  it("says without known truth how to give it", async () => {
    const { stdout } = await runStrata(["backtest", "--rule", "unpriced", "--data", made.folder]);
    expect(stdout).toContain("0 alerts, 0.00 a week");
    expect(stdout).toContain("--truth FILE names what really happened");
  });

  it.each([
    ["a rule that is not there", ["--rule", "errors"], 'there is no rule "errors"'],
    ["a number that a rule does not have", ["--set", "thresh=1"], '--set "thresh=1" cannot be used'],
    ["a number that is none", ["--set", "threshold=many"], '--set "threshold=many" cannot be used'],
    ["days without data", ["--from", "2027-01-01"], "there is no usage in that range"],
    ["a truth that is not there", ["--truth", "nowhere.json"], "nowhere.json"],
  ])("refuses %s", async (_name, args, message) => {
    const { stderr, code } = await runStrata(["backtest", ...args, "--data", made.folder]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
