import { afterAll, describe, expect, it } from "vitest";
import type { Alert } from "../../src/anomaly/alert.ts";
import { detectOver } from "../../src/anomaly/run-detectors.ts";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { DAY, HOUR, MINUTE, START, USD } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const made: FakeData[] = [];
afterAll(() => {
  for (const one of made) one.close();
});

async function alertsOf(calls: readonly FakeCall[], config: StrataConfig = strataConfig.parse({})): Promise<Alert[]> {
  const data = await dataOf(calls);
  made.push(data);
  return [...(await detectOver({ warehouse: data.warehouse, config })).alerts].filter(
    ({ grouped_under }) => grouped_under === null,
  );
}

const pages = (alerts: readonly Alert[]): string[] =>
  alerts
    .filter(({ severity }) => severity === "critical")
    .map(({ rule, scope, scope_name: name }) => `${rule} ${scope} ${name ?? ""}`.trim());

const NIGHT = START + 14 * DAY + 2 * HOUR;
const spread = (count: number, from: number, length: number, shape: Partial<FakeCall>): FakeCall[] =>
  Array.from({ length: count }, (_, index) => ({ ...shape, at: from + Math.floor((index * length) / count) }));
const denied = { error: "client", errorCode: "AccessDeniedException", cost: 0n } as const;

describe("a stolen key", () => {
  const usual = traffic(16, 60, { cost: USD / 20n });

  it("is one critical page that says what to revoke: new user, denied probes, a new region, then volume", async () => {
    const thief = { user: "ci-deploy", person: "ci-deploy", region: "ap-south-1", team: "unattributed" };
    const alerts = await alertsOf([
      ...usual,
      ...spread(12, NIGHT, 20 * MINUTE, { ...thief, ...denied, model: "claude-opus-4-8" }),
      ...spread(400, NIGHT + 30 * MINUTE, 3 * HOUR, { ...thief, model: "claude-opus-4-8", cost: USD / 2n }),
    ]);
    expect(pages(alerts)).toEqual(["stolen_key principal arn:aws:iam::111122223333:user/ci-deploy"]);
    const [page] = alerts.filter(({ rule }) => rule === "stolen_key");
    expect(page?.summary).toContain(
      "a user never seen before, a region never used by the account (ap-south-1), a model never used (claude-opus-4-8), 12 denied calls",
    );
    expect(Date.parse(page?.opened_at ?? "")).toBeLessThanOrEqual(NIGHT + 2 * HOUR);
    expect(page?.facts).toMatchObject({ principal_type: "user", principal_name: "ci-deploy", denied: "12" });
  });

  it("is found when it is a known user's, in a region that was never used", async () => {
    const user = { user: "ann", person: "ann@example.com" };
    const alerts = await alertsOf([
      ...usual,
      ...traffic(16, 3, { ...user, cost: USD / 20n }),
      ...spread(6, NIGHT, 10 * MINUTE, { ...user, ...denied, region: "sa-east-1" }),
      ...spread(200, NIGHT + HOUR, 2 * HOUR, { ...user, region: "sa-east-1", cost: USD / 4n }),
    ]);
    expect(pages(alerts)).toEqual(["stolen_key principal arn:aws:iam::111122223333:user/ann"]);
  });

  it("is not a new service that lacks a permission at first, nor a new model in a new region, nor a colleague", async () => {
    const fresh = { role: "batch-v2", person: "batch", team: "batch" };
    const alerts = await alertsOf([
      ...usual,
      ...spread(30, NIGHT, 30 * MINUTE, { ...fresh, ...denied }),
      ...spread(200, NIGHT + 8 * HOUR, 8 * HOUR, { ...fresh, cost: USD / 10n }),
      ...spread(300, NIGHT + 10 * HOUR, 6 * HOUR, { region: "eu-north-1", model: "claude-opus-4-8", cost: USD / 4n }),
      ...spread(50, NIGHT + 9 * HOUR, 6 * HOUR, { user: "newbie", person: "newbie@example.com", cost: USD / 2n }),
    ]);
    expect(pages(alerts)).toEqual([]);
  });
});

describe("ceilings", () => {
  const NOON = START + 3 * DAY + 12 * HOUR;
  const flood = spread(2600, NOON, 90 * MINUTE, { person: "loop@example.com", cost: USD });

  it("page in the first week, once, when $2,600 are gone in 90 minutes", async () => {
    const alerts = await alertsOf([...traffic(5, 30, { cost: USD / 20n }), ...flood]);
    expect(pages(alerts)).toHaveLength(1);
    const [page] = alerts.filter(({ rule }) => rule.startsWith("ceiling_"));
    expect(Date.parse(page?.opened_at ?? "")).toBeLessThanOrEqual(NOON + HOUR);
    expect(page?.summary).toMatch(/above the ceiling: .* in the (hour|day so far), ceiling \$/);
  });

  it("scale to what is known: a company that spends $600 an hour is not paged for it once a day is known", async () => {
    const rich = traffic(12, 300, { cost: USD * 2n });
    const later = (await alertsOf(rich)).filter(
      ({ severity, opened_at: at }) => severity === "critical" && Date.parse(at) > START + DAY,
    );
    expect(later).toEqual([]);
  });

  it("scale to what is expected: nobody who said so is paged on the first day, and who expects little is paged early", async () => {
    const rich = traffic(2, 300, { cost: USD * 2n });
    expect(pages(await alertsOf(rich, strataConfig.parse({ alerts: { expected_month_usd: 150_000 } })))).toEqual([]);
    const small = [...traffic(5, 5, { cost: USD / 100n }), ...spread(120, NOON, HOUR, { cost: USD / 2n })];
    expect(pages(await alertsOf(small))).toEqual([]);
    expect(pages(await alertsOf(small, strataConfig.parse({ alerts: { expected_month_usd: 100 } })))).toHaveLength(1);
  });
});

describe("throttling", () => {
  const BAD = START + 8 * DAY + 10 * HOUR;
  const usual = traffic(10, 40);
  const worker = { role: "worker", person: "worker", team: "batch" };
  const attempts = (share: number): FakeCall[] =>
    spread(1200, BAD, 2 * HOUR, worker).map((call, index) =>
      (index * 37) % 100 < share ? { ...call, error: "throttling", cost: 0n } : call,
    );

  it("that retries absorb is a warning with a quota to raise, and no page", async () => {
    const alerts = await alertsOf([...usual, ...attempts(30)]);
    expect(pages(alerts)).toEqual([]);
    expect(alerts.filter(({ rule }) => rule === "throttling")).toMatchObject([
      { severity: "warning", scope: "model", facts: { region: "us-east-1", main_model: "claude-sonnet-4-6" } },
    ]);
  });

  it("that ends in failure pages", async () => {
    expect(pages(await alertsOf([...usual, ...attempts(90)]))).toEqual(["error_rate organisation"]);
  });

  it("of people who do not try again pages as before", async () => {
    const calls = usual.map(
      (call, index): FakeCall =>
        call.at >= BAD && call.at < BAD + HOUR && index % 2 === 0 ? { ...call, error: "throttling", cost: 0n } : call,
    );
    expect(pages(await alertsOf(calls))).toEqual(["error_rate organisation"]);
  });
});

it("denied calls of a principal that worked before are an outage, those of one that never did are not", async () => {
  const at = START + 8 * DAY + 10 * HOUR;
  const usual = traffic(9, 60);
  const stranger = spread(60, at, HOUR, { role: "stranger", person: "x", ...denied });
  expect(pages(await alertsOf([...usual, ...stranger]))).toEqual([]);
  const broken = usual.map((call): FakeCall => (call.at >= at && call.at < at + 2 * HOUR ? { ...call, ...denied } : call));
  expect(pages(await alertsOf(broken))).toEqual(["error_rate organisation"]);
});

it("the dollars of a token alert are those of its calls", async () => {
  const at = START + 15 * DAY + 11 * HOUR;
  const dear = traffic(17, 20, { cost: USD / 2n, tokens: 90_000, model: "claude-opus-4-8" });
  const cheap = spread(100, at, HOUR, { cost: (USD * 35n) / 10_000n, tokens: 200_000, model: "nova-micro" });
  const [alert] = (await alertsOf([...dear, ...cheap])).filter(({ rule }) => rule === "tokens_hourly");
  expect(Number(alert?.dollars)).toBeGreaterThan(0.3);
  expect(Number(alert?.dollars)).toBeLessThan(1);
});
