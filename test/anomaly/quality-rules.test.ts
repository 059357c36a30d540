import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Alert } from "../../src/anomaly/alert.ts";
import { runDetectors } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { encodeParquet } from "../../src/curated/parquet.ts";
import type { RowOf, Table } from "../../src/tables/column.ts";
import { tables } from "../../src/tables/index.ts";
import { dayOf, isoOf } from "../../src/time.ts";
import { DAY, HOUR, MINUTE, START, USD } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const ACCOUNT = "111122223333";
const day = (index: number): string => dayOf(START + index * DAY);
const at = (index: number, hour: number): number => START + index * DAY + hour * HOUR;

/** Adds rows to a table of a data folder, one file a day. */
function add(folder: string, name: string, rows: readonly (RowOf<Table> & { readonly dt: string })[]): void {
  const table = tables().find((one) => one.name === name);
  if (!table) throw new Error(`there is no table ${name}`);
  for (const dt of new Set(rows.map((row) => row.dt))) {
    const group = rows.filter((row) => row.dt === dt);
    mkdirSync(join(folder, name, `dt=${dt}`), { recursive: true });
    const file = join(folder, name, `dt=${dt}`, `part.${table.format}`);
    if (table.format === "parquet") writeFileSync(file, encodeParquet(table, group));
    else writeFileSync(file, group.map(({ dt: _, ...row }) => `${JSON.stringify(row)}\n`).join(""));
  }
}

const steady = traffic(9, 30, { cost: USD / 10n });
const [NIGHT, DAYTIME] = [at(8, 3), at(8, 11)];
const arn = (person: string): string => `arn:aws:sts::${ACCOUNT}:assumed-role/Dev/${person}`;
const burst = (from: number, shape: Partial<FakeCall>): FakeCall[] =>
  Array.from({ length: 25 }, (_, index): FakeCall => ({ at: from + index * MINUTE, cost: USD, ...shape }));
/** Works by day, in one region. */
const byDay = (person: string): FakeCall[] =>
  steady
    .filter((call) => call.at % DAY >= 9 * HOUR && call.at % DAY < 17 * HOUR)
    .filter((_, index) => index % 30 === 0)
    .map((call) => ({ ...call, person }));

const calls: FakeCall[] = [
  ...steady,
  ...byDay("owl@example.com"),
  ...byDay("lark@example.com"),
  ...byDay("swift@example.com"),
  ...burst(NIGHT, { person: "owl@example.com" }),
  ...burst(DAYTIME, { person: "lark@example.com" }),
  ...burst(DAYTIME, { person: "swift@example.com", region: "eu-west-1" }),
  // $60 of $80 premium dollars of one team on short calls; the other team's are long.
  ...[0, 1, 2].flatMap(() => burst(at(6, 10), { team: "short", tier: "premium", tokens: 50, cost: (USD * 4n) / 5n })),
  ...burst(at(6, 12), { team: "short", tier: "premium", tokens: 9000, cost: (USD * 4n) / 5n }),
  ...burst(at(6, 13), { team: "long", tier: "premium", tokens: 9000, cost: 4n * USD }),
  // Throttled calls are logged and not counted.
  ...burst(at(7, 10), { error: "throttling", cost: 0n, person: "throttled@example.com" }),
];

/** What CloudWatch counted: what is logged, but for three hours of the last day. */
const counts = Array.from({ length: 9 * 24 }, (_, index) => {
  const from = START + index * HOUR;
  const logged = calls.filter(
    (call) => call.at >= from && call.at < from + HOUR && call.error === undefined && call.region === undefined,
  ).length;
  const missing = from >= at(8, 14) && from < at(8, 17) ? 60 : from === at(5, 14) ? 60 : 0;
  return {
    dt: dayOf(from),
    hour: index % 24,
    account_id: ACCOUNT,
    region: "us-east-1",
    invocations: logged + missing,
    undelivered: 0,
    throttled: 0,
  };
});

const object = (index: number, records: number, quarantined: number, damaged: string | null = null) => ({
  dt: day(index),
  source_object: `o-${index}`,
  account_id: ACCOUNT,
  delivered_at: isoOf(at(index, 12)),
  records,
  landed: records - quarantined,
  quarantined,
  damaged,
});

const charge = (index: number, status: string, usd: bigint, more: Readonly<Record<string, string>> = {}) => ({
  dt: day(index),
  status,
  account_id: ACCOUNT,
  billed_cost: usd * USD,
  ...more,
});

describe("rules about what Strata itself does not see, and those that are off by default", () => {
  let made: FakeData;
  let alerts: readonly Alert[];
  beforeAll(async () => {
    made = await dataOf(calls);
    add(made.folder, "service_counts", counts);
    add(made.folder, "ingested_objects", [object(5, 1000, 3), object(6, 1000, 30), object(7, 10_000, 19, "gzip_truncated")]);
    add(made.folder, "allocated_charges", [
      charge(3, "allocated", 500n),
      charge(4, "billed_not_logged", 9n, { reason: "mantle", model: "gpt-oss-120b" }),
      charge(5, "residual", 8n),
      charge(6, "billed_not_logged", 3n, { reason: "dark_hours", model: "claude-haiku-4-5" }),
      charge(7, "residual", 5n),
    ]);
    await made.warehouse.refresh();
    const off = ["premium_routine", "unusual_principal"].map((name) => [name, { enabled: true }]);
    alerts = await runDetectors({
      warehouse: made.warehouse,
      config: strataConfig.parse({ alerts: { rules: Object.fromEntries(off) } }),
    });
  });
  afterAll(() => made.close());

  const of = (rule: string): Alert[] => alerts.filter((alert) => alert.rule === rule);

  it("completeness: calls that Bedrock counted and nobody logged, after two hours of it; one hour is none", () => {
    expect(of("completeness")).toMatchObject([
      {
        severity: "data",
        scope: "source",
        scope_name: `${ACCOUNT}/us-east-1`,
        since: isoOf(at(8, 14)),
        opened_at: isoOf(at(8, 19)),
      },
    ]);
  });

  it("unreadable_logs: from half a per cent of a day's records on, not three in a thousand", () => {
    const told = of("unreadable_logs").filter(({ grouped_under }) => grouped_under === null);
    expect(told).toMatchObject([{ scope: "organisation", since: isoOf(at(6, 0)), value: 0.03, facts: { quarantined: "30" } }]);
  });

  it("billed_not_logged: when the month reaches its limit, with the model and why it has no log", () => {
    const [told, ...more] = of("billed_not_logged");
    expect(more).toEqual([]);
    expect(told?.opened_at).toBe(isoOf(at(7, 0)));
    expect(told?.summary).toContain("$12.00, limit $10.00, mostly gpt-oss-120b (mantle)");
  });

  it("residual: above one per cent and above the floor", () => {
    expect(of("residual")).toMatchObject([{ opened_at: isoOf(at(8, 0)), facts: { residual_usd: "13.000000000000" } }]);
  });

  it("unusual_principal: at night who works by day, and in another region; not who is only busy", () => {
    expect(
      of("unusual_principal")
        .map(({ scope_name }) => scope_name)
        .sort(),
    ).toEqual([arn("owl@example.com"), arn("swift@example.com")]);
  });

  it("premium_routine: the team whose premium dollars go to short calls", () => {
    expect(of("premium_routine").filter(({ scope }) => scope === "team")).toMatchObject([{ scope_name: "short", value: 0.75 }]);
  });

  it("nothing else but what these calls are: spend, tokens, loops and throttling aside, nobody is told", () => {
    const known = ["completeness", "unreadable_logs", "billed_not_logged", "residual", "unusual_principal", "premium_routine"];
    const volume = ["spend_daily", "tokens_hourly", "runaway_loop", "error_rate"];
    expect(alerts.filter(({ rule }) => ![...known, ...volume].includes(rule)).map(({ summary }) => summary)).toEqual([]);
  });
});
