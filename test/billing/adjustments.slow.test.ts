import { afterAll, beforeAll, expect, it } from "vitest";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { type BillLine, billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

/** Whose lines an adjustment follows (docs/reconciliation.md), each case in an account of its own. */
const folder = temporaryFolder();
afterAll(folder.remove);

const ACCOUNTS = [
  "day",
  "month",
  "type",
  "principal",
  "account",
  "seller",
  "tags",
  "other_tags",
  "calls",
  "earlier",
  "type_alone",
  "region",
  "resource",
  "user",
] as const;
const idOf = (name: string): string => `1000000000${10 + ACCOUNTS.indexOf(name as (typeof ACCOUNTS)[number])}`;
const at = (day: string): BillLine => ({
  line_item_usage_start_date: `${day}T10:00:00Z`,
  line_item_usage_end_date: `${day}T11:00:00Z`,
});
const line = (account: string, team: string, usd: string, change: BillLine = {}): BillLine =>
  billLine({
    line_item_usage_account_id: idOf(account),
    line_item_iam_principal: "",
    line_item_unblended_cost: usd,
    line_item_usage_amount: String(Number(usd) / 0.00006),
    tags: team === "" ? "{}" : `{"iamPrincipal/team": "${team}"}`,
    ...at("2026-10-05"),
    ...change,
  });
/** A refund of $10, which names a usage type unless it says otherwise. */
const refund = (account: string, change: BillLine = {}): BillLine =>
  line(account, "", "-10", { line_item_line_item_type: "Refund", ...change });
const NOTHING: BillLine = { line_item_usage_type: "", product_region_code: "" };
const PRO: BillLine = { line_item_usage_type: "USE1-NovaPro-input-tokens" };
const MARKETPLACE: BillLine = {
  bill_billing_entity: "AWS Marketplace",
  line_item_product_code: "opaque",
  line_item_usage_type: "USE1-MP:USE1_InputTokenCount-Units",
  line_item_line_item_description: "AWS Marketplace software usage|us-east-1|Million Input Tokens",
  product: '{"product_name": "Claude Opus 5 (Amazon Bedrock Edition)"}',
  pricing_unit: "Units",
};
const EARLIER: BillLine = { bill_billing_period_start_date: "2026-09-01T00:00:00Z", ...at("2026-09-20") };

const LINES = [
  // The day's own line, before another day's.
  line("day", "red", "60"),
  line("day", "blue", "40", at("2026-10-06")),
  refund("day"),
  // No line on its day: the month's.
  line("month", "red", "60"),
  line("month", "blue", "40", at("2026-10-06")),
  refund("month", at("2026-10-09")),
  // The usage type that it names, and no other.
  line("type", "red", "60", PRO),
  line("type", "blue", "40"),
  refund("type", PRO),
  // The principal that it names.
  line("principal", "red", "60", { line_item_iam_principal: "arn:aws:iam::111122223333:user/ann" }),
  line("principal", "blue", "40", { line_item_iam_principal: "arn:aws:iam::111122223333:user/ben" }),
  refund("principal", { line_item_iam_principal: "arn:aws:iam::111122223333:user/ben" }),
  // Names nothing: all lines of its account.
  line("account", "red", "60", PRO),
  line("account", "blue", "40", at("2026-10-07")),
  refund("account", NOTHING),
  // Never another seller's.
  line("seller", "red", "60"),
  line("seller", "blue", "40", MARKETPLACE),
  refund("seller", NOTHING),
  // Lines with the same tags, of those that it names.
  line("tags", "red", "60"),
  line("tags", "blue", "40"),
  refund("tags", { tags: '{"iamPrincipal/team": "blue"}' }),
  // None with its tags: what they say themselves.
  line("other_tags", "red", "60"),
  refund("other_tags", { tags: '{"iamPrincipal/team": "green"}' }),
  // A line that names nobody is its calls'; so is what is refunded of it.
  line("calls", "", "60", { line_item_iam_principal: `arn:aws:iam::${idOf("calls")}:user/ann` }),
  refund("calls"),
  // One thing alone that it names.
  line("type_alone", "red", "60", PRO),
  line("type_alone", "blue", "40"),
  refund("type_alone", { ...PRO, product_region_code: "" }),
  line("region", "red", "60"),
  line("region", "blue", "40", { product_region_code: "us-west-2" }),
  refund("region", { ...NOTHING, product_region_code: "us-west-2" }),
  line("resource", "red", "60", { line_item_resource_id: "arn:r" }),
  line("resource", "blue", "40"),
  refund("resource", { ...NOTHING, line_item_resource_id: "arn:r" }),
  line("user", "red", "60", { line_item_iam_principal: "arn:aws:iam::111122223333:user/ann" }),
  line("user", "blue", "40", { line_item_iam_principal: "arn:aws:iam::111122223333:user/ben" }),
  refund("user", { ...NOTHING, line_item_iam_principal: "arn:aws:iam::111122223333:user/ben" }),
  // Of usage on an earlier statement.
  line("earlier", "red", "60", EARLIER),
  line("earlier", "blue", "40"),
  refund("earlier", at("2026-09-20")),
];

let found: Map<string, Record<string, string>>;
beforeAll(async () => {
  const call = { account_id: idOf("calls"), principal_arn: `arn:aws:iam::${idOf("calls")}:user/ann`, team: "green", hour: 10 };
  await writeUsage(`${folder.path}/data`, [usage({ ...call, input_tokens: 1_000_000_000, input_cost: "60" })]);
  writeFile(folder.path, "cur/bill.csv", csv(LINES));
  const { charges } = await settle(`${folder.path}/data`, `${folder.path}/cur`);
  found = new Map(ACCOUNTS.map((account) => [account, {}]));
  for (const { status, account_id, team, billed_cost } of charges) {
    const account = ACCOUNTS.find((each) => idOf(each) === account_id);
    const owed = account === undefined ? undefined : found.get(account);
    if (status === "adjustment" && owed) owed[String(team)] = formatUsd(parseUsd(String(billed_cost)));
  }
});

it.each([
  ["the lines of its day", "day", { red: "-10.00" }],
  ["the lines of its month where its day has none, by their dollars", "month", { red: "-6.00", blue: "-4.00" }],
  ["the usage type that it names", "type", { red: "-10.00" }],
  ["the principal that it names", "principal", { blue: "-10.00" }],
  ["its account where it names nothing", "account", { red: "-6.00", blue: "-4.00" }],
  ["the lines of its own seller alone", "seller", { red: "-10.00" }],
  ["the named lines that carry its tags", "tags", { blue: "-10.00" }],
  ["its own tags where no named line carries them", "other_tags", { green: "-10.00" }],
  ["the calls behind the line that it names", "calls", { green: "-10.00" }],
  ["the usage type where it names nothing else", "type_alone", { red: "-10.00" }],
  ["the region where it names nothing else", "region", { blue: "-10.00" }],
  ["the resource where it names nothing else", "resource", { red: "-10.00" }],
  ["the principal where it names nothing else", "user", { blue: "-10.00" }],
  ["the lines of an earlier statement whose usage it is for", "earlier", { red: "-10.00" }],
] as const)("a refund follows %s", (_, account, owed) => expect(found.get(account)).toEqual(owed));
