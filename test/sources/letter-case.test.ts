import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { createAnswers } from "../../src/serve/answer.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { ACCOUNT, type Analysed, analysed, clientEvent, logged, SSO, trailEvent } from "./company.ts";

const SPELLINGS = ["Alice@Example.com", "alice@example.com", "ALICE@EXAMPLE.COM"];
const ALICE = "alice@example.com";
const GATEWAY = `arn:aws:sts::${ACCOUNT}:assumed-role/Gateway/i-0abc`;
const KIRO = `AWSLogs/${ACCOUNT}/KiroLogs/user_report/us-east-1/2026/10/06/00/KIRO_IDE_${ACCOUNT}_user_report_202610060000.csv`;
// Nova Lite: $0.06 a million tokens in. Each call costs $22 by itself: three of them are the $66 day.
const million = { input: { inputTokenCount: 366_666_667 }, output: { outputTokenCount: 0 } };
const LOGS = [
  ...SPELLINGS.map((name, index) => logged(`sso-${index}`, { identity: { arn: `${SSO}/${name}` }, ...million })),
  logged("told", { identity: { arn: GATEWAY } }),
  logged("bob", { identity: { arn: `${SSO}/Bob@Example.com` } }),
];

describe("Alice@, alice@ and ALICE@ are one person", () => {
  let company: Analysed;
  beforeAll(async () => {
    company = await analysed({
      logs: LOGS,
      telemetry: [clientEvent("told", { "user.email": SPELLINGS[2] ?? "" })],
      trail: SPELLINGS.map((name, index) =>
        trailEvent(`sso-${index}`, { userIdentity: { type: "AssumedRole", arn: `${SSO}/${name}`, accountId: ACCOUNT } }),
      ),
      kiro: {
        [KIRO]: `Date,UserId,Credits_Used,User_Email\n2026-10-05,0a1b,12.5,${SPELLINGS[0]}\n2026-10-05,0A1B,1,${SPELLINGS[1]}\n`,
      },
      config: `
attribution: { teams: { red: { members: [${SPELLINGS[0]}] } } }
budgets: [{ scope: person, name: ${SPELLINGS[2]}, period: day, limit_usd: 40 }]
report: { savings: false }
`,
    });
  });
  afterAll(() => company.close());

  test("for calls, budgets and Kiro", async () => {
    expect(await company.sql("select person, team, count(*) as n from invocations group by 1, 2 order by 1")).toEqual([
      { person: ALICE, team: "red", n: 3 },
      { person: ALICE, team: "unattributed", n: 1 },
      { person: "bob@example.com", team: "unattributed", n: 1 },
    ]);
    const { standings } = JSON.parse(readFileSync(join(company.folder, "current/budget-status.json"), "utf8"));
    expect(standings.filter(({ period }: { period: string }) => period === "day")).toMatchObject([
      { name: ALICE, limit_usd: "40.00", used_usd: "66.00000006", state: "reject" },
      { name: "bob@example.com", limit_usd: null },
    ]);
    expect(await company.query("saved/kiro_people")).toMatchObject([{ person: ALICE }]);
  });

  test.each(SPELLINGS)("for the page's filter: %s", async (name) => {
    const warehouse = await DuckDbWarehouse.open(company.folder, { threads: 1 });
    const answers = createAnswers(warehouse, parseConfig("report: { savings: false }"));
    const url = `http://127.0.0.1/by_person.csv?from=2026-10-01&to=2026-10-31&person=${encodeURIComponent(name)}`;
    const { status, body } = await answers(new URL(url));
    warehouse.close();
    expect(status, body).toBe(200);
    expect(body).toContain(ALICE);
    expect(body).not.toContain("bob@");
  });

  test.each(SPELLINGS)("for whatif and questions: %s", async (name) => {
    const asked = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await strataHere([...args, "--data", company.folder]);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    // Four calls: 1,100 million tokens and a thousand.
    expect(JSON.parse(await asked("whatif", "batch", "--who", name, "--format", "json"))).toMatchObject({ calls: 4 });
  });

  test("and for forget, last of all: no spelling is left in any file", async () => {
    const { code, stderr } = await strataHere(["forget", SPELLINGS[0] ?? "", "--as", "person-1", "--data", company.folder]);
    expect(code, stderr).toBe(0);
    const files = readdirSync(company.folder, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".xlsx"))
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.filter((name) => !name.endsWith(".parquet")))
      expect(readFileSync(file, "utf8").toLowerCase(), file).not.toContain(ALICE);
    for (const table of [
      "invocation_records",
      "hourly_usage",
      "trail_events",
      "api_calls",
      "kiro_usage",
      "traced_calls",
      "call_people",
    ]) {
      const rows = await company.sql(`select * from ${table}`);
      expect(rows.length, table).toBeGreaterThan(0);
      expect(JSON.stringify(rows).toLowerCase(), table).not.toContain(ALICE);
    }
  });
});
