import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { callPeopleOf } from "../../src/pipeline/call-people.ts";
import { billLine } from "../billing/ledger.ts";
import { ACCOUNT, type Analysed, analysed, clientEvent, logged, SSO, trailEvent } from "./company.ts";

const GATEWAY = `arn:aws:sts::${ACCOUNT}:assumed-role/Gateway/i-0abc`;
const KEY = `arn:aws:iam::${ACCOUNT}:user/svc-gateway`;
const USER = "0a1b2c3d-00a1-70cd-1caf-57794fdc0009";
const by = (arn: string, more: Record<string, unknown> = {}) => ({ identity: { arn }, ...more });
// Nova Lite: $0.06 a million tokens in.
const tokens = (count: number) => ({ input: { inputTokenCount: count }, output: { outputTokenCount: 0 } });
const LOGS = [
  logged("eve", by(GATEWAY, tokens(1_000_000))),
  logged("cy", by(GATEWAY, tokens(2_000_000))),
  logged("nobody", by(GATEWAY, tokens(3_000_000))),
  // Ann through Identity Center and through the gateway.
  logged("ann-sso", by(`${SSO}/Ann@Example.com`, tokens(4_000_000))),
  logged("ann-gateway", by(GATEWAY, tokens(5_000_000))),
  // A service's user: the name in its metadata is its own claim.
  logged("claims", by(KEY, { ...tokens(6_000_000), requestMetadata: { person: "Eve@example.com" } })),
];
const EVENTS = [
  // No address: a customer of some product, perhaps.
  clientEvent("nobody", { "user.id": "customer-4711" }),
  clientEvent("cy", { "user.email": "CY@example.com" }),
  clientEvent("ann-gateway", { "user.email": "ann@Example.com" }),
];
const TRAIL = [
  trailEvent("eve", {
    userIdentity: {
      type: "AssumedRole",
      arn: GATEWAY,
      accountId: ACCOUNT,
      onBehalfOf: {
        userId: USER.toUpperCase(),
        identityStoreArn: `arn:aws:identitystore::${ACCOUNT}:identitystore/d-9067example`,
      },
    },
  }),
];
const users = join(mkdtempSync(join(tmpdir(), "strata-users-")), "users.json");
writeFileSync(users, JSON.stringify({ [USER]: "Eve@Example.com" }));
const config = `
organisation: Example
sources: { identity_users: [${JSON.stringify(users)}] }
attribution: { metadata_keys: { person: person } }
budgets:
  - { scope: person, name: EVE@example.com, period: day, limit_usd: 1 }
  - { scope: person, name: Cy@example.com, period: day, limit_usd: 1 }
`;
const billed = (arn: string, thousands: number) =>
  billLine({
    bill_invoice_id: "INV-1",
    bill_bill_type: "Anniversary",
    line_item_iam_principal: arn,
    line_item_usage_amount: String(thousands),
    line_item_unblended_cost: String((thousands * 6) / 100_000),
  });
const BILL = [billed(GATEWAY, 11_000), billed(`${SSO}/Ann@Example.com`, 4_000), billed(KEY, 6_000)];
const FILES = { logs: LOGS, bill: BILL, config };
const PEOPLE = {
  "eve@example.com": "0.42",
  "cy@example.com": "0.12",
  "ann@example.com": "0.54",
  "(no person)": "0.18",
};
const trimmed = (usd: unknown): string => String(usd).replace(/0+$/, "");

/** Dollars by person, as a query's rows have them. */
async function dollars(company: Analysed, text: string): Promise<Record<string, string>> {
  return Object.fromEntries((await company.sql(text)).map((row) => [String(row["person"]), trimmed(row["usd"])]));
}
const calls = (company: Analysed) =>
  dollars(company, "select coalesce(person, '(no person)') as person, sum(estimated_cost) as usd from invocations group by 1");
const charges = (company: Analysed) =>
  dollars(
    company,
    "select coalesce(person, '(no person)') as person, sum(billed_cost) as usd from allocated_charges where status = 'allocated' group by 1",
  );

describe("one principal of several people, one person of several principals", () => {
  test("each call, each report, the bill and each budget name the same people, and totals stay", async () => {
    const company = await analysed({ ...FILES, telemetry: EVENTS, trail: TRAIL });
    expect(await calls(company)).toEqual(PEOPLE);
    expect(await charges(company)).toEqual(PEOPLE);
    const report = await company.query("reports/by_person", { from: "2026-10-01", to: "2026-10-31" });
    expect(Object.fromEntries(report.map((row) => [row["person"], trimmed(row["estimated_cost"])]))).toEqual(PEOPLE);
    // Only these persons: what the page's filter asks.
    const [cy] = await company.query("reports/by_person", {
      from: "2026-10-01",
      to: "2026-10-31",
      person: ["cy@example.com"],
    } as never);
    expect(cy).toMatchObject({ person: "cy@example.com", invocations: 1 });
    expect(
      await company.sql("select person_source, cast(sum(invocations) as bigint) as n from hourly_usage group by 1 order by 1"),
    ).toEqual([
      { person_source: "metadata", n: 1 },
      { person_source: "none", n: 1 },
      { person_source: "on_behalf_of", n: 1 },
      { person_source: "sso_session", n: 1 },
      { person_source: "telemetry", n: 2 },
    ]);
    // What AWS vouches for uses up a budget; what a caller writes himself is shown beside it.
    const { standings } = JSON.parse(readFileSync(join(company.folder, "current/budget-status.json"), "utf8"));
    const day = (name: string) =>
      standings.find((one: Record<string, unknown>) => one["name"] === name && one["period"] === "day");
    expect(day("eve@example.com")).toMatchObject({ used_usd: "0.06", claimed_usd: "0.36" });
    expect(day("cy@example.com")).toMatchObject({ used_usd: "0.00", claimed_usd: "0.12" });
    company.close();
  });

  test("a day is marked to be summed up again where a call may have another person, and only then", async () => {
    const company = await analysed({ ...FILES, telemetry: EVENTS, trail: TRAIL });
    const warehouse = await DuckDbWarehouse.open(company.folder, { threads: 1 });
    const day = { from: "2026-10-05", to: "2026-10-05" };
    expect(await callPeopleOf(warehouse, day)).toEqual([]);
    // Nothing of these days was known before.
    rmSync(join(company.folder, "call_people"), { recursive: true });
    await warehouse.refresh();
    expect(await callPeopleOf(warehouse, day)).toEqual(["2026-10-05"]);
    expect(await callPeopleOf(warehouse, day)).toEqual([]);
    warehouse.close();
    company.close();
  });

  test("in whatever order and however often it comes", async () => {
    const company = await analysed({
      ...FILES,
      logs: LOGS.toReversed(),
      telemetry: [...EVENTS.toReversed(), ...EVENTS],
      trail: [...TRAIL, ...TRAIL],
    });
    const text = "select request_id, person, person_source, disagreeing from invocations order by 1";
    const before = await company.sql(text);
    expect(await calls(company)).toEqual(PEOPLE);
    const again = await analysed({ ...FILES, telemetry: EVENTS, trail: TRAIL, into: company.folder });
    expect(await again.sql(text)).toEqual(before);
    again.close();
  });

  test("a closed month to which they come late is restated with the reason, and no dollar and no team moves", async () => {
    const first = await analysed(FILES);
    const month = (version: string) =>
      JSON.parse(readFileSync(join(first.folder, "reports/month=2026-10", version, "manifest.json"), "utf8"));
    expect(month("")).toMatchObject({ status: "final" });
    expect(await charges(first)).toEqual({ "ann@example.com": "0.24", "eve@example.com": "0.36", "(no person)": "0.66" });
    const late = await analysed({ ...FILES, telemetry: EVENTS, trail: TRAIL, into: first.folder });
    const manifest = month("restated-1");
    expect(manifest.restates.why).toEqual([
      { cause: "attribution", sentence: "What names the people changed: CloudTrail, telemetry of clients." },
    ]);
    expect(manifest.totals).toEqual({ ...month("").totals, people: 3 });
    expect(manifest.attribution).toEqual(month("").attribution);
    expect(await charges(late)).toEqual(PEOPLE);
    late.close();
  });
});
