import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { attributionConfig } from "../../src/config/attribution.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { type BillLine, billLine, csv, HEADER, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const PAYERS = ["999900001111", "999900002222"];
const ACCOUNTS = ["100000000001", "100000000002", "100000000003", "100000000004"];
const user = (account: string, name: string): string => `arn:aws:iam::${account}:user/${name}`;
const profile = (account: string): string => `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/p1`;

/** Usage, other lines and adjustments of three months, some for usage of the month before, with and without what says who pays. */
const line = fc
  .record({
    month: fc.constantFrom("2026-08", "2026-09", "2026-10"),
    correction: fc.boolean(),
    day: fc.integer({ min: 1, max: 28 }),
    payer: fc.constantFrom(...PAYERS),
    account: fc.constantFrom(...ACCOUNTS),
    kind: fc.constantFrom("tokens", "tokens", "tokens", "guardrail", "unknown", "Credit", "Refund", "Tax", "EdpDiscount"),
    named: fc.boolean(),
    who: fc.constantFrom("", "ann", "ben", "cy"),
    team: fc.constantFrom("", "red", "blue"),
    resource: fc.boolean(),
    pico: fc.bigInt({ min: 1n, max: 10n ** 15n }),
  })
  .map(({ month, correction, day, payer, account, kind, named, who, team, resource, pico }): BillLine => {
    const adjusts = ["Credit", "Refund", "Tax", "EdpDiscount"].includes(kind);
    const number = Number(month.slice(5)) - (correction ? 1 : 0);
    const start = `2026-${String(number).padStart(2, "0")}-${String(day).padStart(2, "0")}T10`;
    const usageType =
      kind === "guardrail" ? "USE1-Guardrail-ContentPolicyUnitsConsumed" : kind === "unknown" ? "USE1-Teleports" : undefined;
    return {
      bill_billing_period_start_date: `${month}-01T00:00:00Z`,
      bill_payer_account_id: payer,
      line_item_usage_account_id: account,
      line_item_line_item_type: adjusts ? kind : "Usage",
      line_item_usage_type: adjusts && !named ? "" : (usageType ?? "USE1-NovaLite-input-tokens"),
      pricing_unit: kind === "guardrail" ? "1K TextUnits" : kind === "unknown" ? "Teleports" : "1K tokens",
      line_item_iam_principal: who === "" || (adjusts && !named) ? "" : user(account, who),
      line_item_resource_id: resource ? profile(account) : "",
      line_item_usage_amount: String(1 + Number(pico % 900n)),
      line_item_unblended_cost: formatUsd(adjusts && kind !== "Tax" ? -pico : pico),
      line_item_usage_start_date: `${start}:00:00Z`,
      line_item_usage_end_date: `${start}:59:59Z`,
      tags: team === "" ? "{}" : `{"iamPrincipal/team": "${team}"}`,
    };
  });

const call = fc
  .record({
    month: fc.constantFrom("07", "08", "09", "10"),
    day: fc.integer({ min: 1, max: 28 }),
    account: fc.constantFrom(...ACCOUNTS),
    who: fc.constantFrom("ann", "ben", "cy"),
    team: fc.constantFrom("unattributed", "green", "blue"),
    tokens: fc.integer({ min: 1, max: 900_000 }),
  })
  .map(({ month, day, account, who, team, tokens }) =>
    usage({
      dt: `2026-${month}-${String(day).padStart(2, "0")}`,
      hour: 10,
      account_id: account,
      principal_arn: user(account, who),
      team,
      input_tokens: tokens,
      input_cost: (tokens * 6e-8).toFixed(12),
    }),
  );

/** No two of them can match the same line. */
const RULES = [
  { name: "first", match: { account: ACCOUNTS[0], usage_type: "*Guardrail*" }, team: "guards" },
  { name: "second", match: { account: ACCOUNTS[0], usage_type: "*input-tokens" }, team: "readers" },
  { name: "third", match: { account: ACCOUNTS[1], principal: "*user/ann" }, team: "anns" },
  { name: "fourth", match: { account: ACCOUNTS[1], principal: "*user/ben" }, team: "bens" },
  { name: "fifth", match: { account: ACCOUNTS[2], tag: { team: "red" } }, team: "reds" },
  { name: "sixth", match: { account: ACCOUNTS[2], tag: { team: "blue" } }, team: "blues" },
];
const configOf = (rules: readonly unknown[]) =>
  attributionConfig.parse({ rules, teams: { house: { accounts: [ACCOUNTS[3]] }, people: { members: ["cy"] } } });

/** `period payer team → dollars`, to the last digit. */
async function charged(data: string): Promise<Map<string, string>> {
  const warehouse = await DuckDbWarehouse.open(data, { threads: 1 });
  try {
    const { rows } = await warehouse.adhoc(
      "select period, payer_account_id as payer, team, cast(sum(billed_cost) as varchar) as usd, count_if(date_format(dt, '%Y-%m') <> period) as elsewhere from allocated_charges group by 1, 2, 3 order by 1, 2, 3",
    );
    expect(rows.filter(({ team, elsewhere }) => team === null || team === "" || elsewhere !== 0)).toEqual([]);
    return new Map(rows.map(({ period, payer, team, usd }) => [`${period} ${payer} ${team}`, formatUsd(parseUsd(String(usd)))]));
  } finally {
    warehouse.close();
  }
}

it("for every month and payer, teams, shared and unattributed are the invoice, in whatever order rules stand that cannot match the same line", {
  timeout: 900_000,
}, async () => {
  const months = fc.tuple(
    fc.array(line, { minLength: 30, maxLength: 60 }),
    fc.array(call, { minLength: 10, maxLength: 40 }),
    fc.shuffledSubarray(RULES, { minLength: RULES.length }),
  );
  const seen = new Set<string>();
  for (const [index, [lines, calls, order]] of fc.sample(months, { numRuns: 2, seed: 20261129 }).entries()) {
    const place = `${folder.path}/${index}`;
    const nobody = { account: ACCOUNTS[1] ?? "", arn: user(ACCOUNTS[1] ?? "", "dora") };
    const bill = [...lines, { line_item_usage_account_id: nobody.account, line_item_iam_principal: nobody.arn }].map((one) =>
      billLine(one),
    );
    writeFile(place, "cur/bill.csv", csv(bill, [...new Set([...HEADER, "line_item_resource_id"])]));
    const stranger = { account_id: nobody.account, principal_arn: nobody.arn, team: "unattributed", input_tokens: 1_000_000 };
    await writeUsage(`${place}/data`, [...calls, usage({ ...stranger, input_cost: "0.06" })]);
    await settle(`${place}/data`, `${place}/cur`, 24, 0, { attribution: configOf(RULES) });
    const teams = await charged(`${place}/data`);

    const [invoices, sums] = [new Map<string, bigint>(), new Map<string, bigint>()];
    const add = (into: Map<string, bigint>, key: string, usd: string): void =>
      void into.set(key, (into.get(key) ?? 0n) + parseUsd(usd));
    for (const one of bill)
      add(
        invoices,
        `${(one["bill_billing_period_start_date"] ?? "").slice(0, 7)} ${one["bill_payer_account_id"]}`,
        one["line_item_unblended_cost"] ?? "",
      );
    for (const [key, usd] of teams) {
      add(sums, key.split(" ").slice(0, 2).join(" "), usd);
      seen.add(key.split(" ").slice(2).join(" "));
    }
    expect(sums).toEqual(invoices);

    await settle(`${place}/data`, undefined, 24, 0, { attribution: configOf(order) });
    expect(await charged(`${place}/data`)).toEqual(teams);
  }
  // Every way of naming a team was there, and both lines of nobody.
  expect([...seen].sort()).toEqual(
    expect.arrayContaining([
      "anns",
      "bens",
      "blue",
      "blues",
      "guards",
      "house",
      "people",
      "readers",
      "red",
      "reds",
      "shared",
      "unattributed",
    ]),
  );
});
