import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import readWorkbook from "read-excel-file/node";
import { afterEach, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { chargeOf, type Fixture, monthFixture } from "./month-fixture.ts";

let month: Fixture | undefined;
afterEach(() => month?.close());

const lineOf = (line: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  payer: "999999999999",
  period: "2026-10",
  payer_account_id: "999999999999",
  account_id: "111122223333",
  usage_start: "2026-10-01 00:00:00",
  usage_end: "2026-10-01 01:00:00",
  line_item_type: "Usage",
  bill_type: "Anniversary",
  currency_code: "USD",
  ...line,
});

/** Calls of two tenants and of none; a bill of AWS in dollars, of Marketplace in euros, and of somebody in pounds without a rate. */
async function statement(yaml: string): Promise<{ readonly folder: string; readonly csv: (name: string) => string[][] }> {
  month = await monthFixture({
    calls: [
      { at: "2026-10-01T09:00:00Z", team: "a", request_metadata: { tenant: "acme" }, costs: ["1.00", "0", "0", "0"] },
      { at: "2026-10-02T09:00:00Z", team: "b", request_metadata: { tenant: "=cmd()" }, costs: ["2.50", "0", "0", "0"] },
      { at: "2026-10-03T09:00:00Z", team: "b", person: "eva@example.com", costs: ["0.25", "0", "0", "0"] },
      { at: "2026-10-03T10:00:00Z", team: "c", request_metadata: { tenant: "late" }, costs: null, price_status: "unpriced" },
    ],
    charges: [
      chargeOf({ dt: "2026-10-01", status: "allocated", billed_cost: "4.00", team: "a" }),
      chargeOf({ dt: "2026-10-01", status: "not_token_based", billed_cost: "2.20", team: "b" }),
    ],
    tables: {
      cur_line_items: [
        lineOf({
          billing_entity: "AWS",
          legal_entity: "Amazon Web Services, Inc.",
          invoice_id: "INV-1",
          unblended_cost: "4.00",
          tags: { "iamPrincipal/project": "atlas" },
        }),
        lineOf({
          billing_entity: "AWS Marketplace",
          legal_entity: "Anthropic, PBC",
          invoice_id: "INV-2",
          unblended_cost: "2.00",
          currency_code: "EUR",
        }),
        lineOf({ billing_entity: "AWS", invoice_id: "INV-3", unblended_cost: "7.00", currency_code: "GBP" }),
      ],
      exchange_rates: [{ currency_code: "EUR", period: "2026-10", usd_per_unit: "1.1" }],
    },
  });
  const { warehouse, folder } = month;
  await writeReport({ warehouse, store: new FolderStore(folder), month: "2026-10", config: parseConfig(yaml) });
  const root = join(folder, "reports/month=2026-10");
  const csv = (name: string): string[][] =>
    readFileSync(join(root, name), "utf8")
      .split("\r\n")
      .slice(0, -1)
      .map((line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell = ""]) => cell));
  return { folder: root, csv };
}

test("a file for each key of metadata and each tag, summing to the month", async () => {
  const { csv, folder } = await statement("report: {by_metadata: [tenant], by_tag: [iamPrincipal/project, nobody]}");
  const tenants = csv("by_metadata_tenant.csv");
  expect(tenants.slice(1).map((row) => [row[0], row[1], row.at(-2)])).toEqual([
    ["'=cmd()", "1", "2.50"],
    ["acme", "1", "1.00"],
    ["(none)", "1", "0.25"],
    ["late", "1", ""],
  ]);
  const { totals } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const sum = tenants.slice(1).reduce((all, row) => all + parseUsd(row.at(-2) || "0"), 0n);
  expect(formatUsd(sum)).toBe(totals.estimated_usd);
  expect(csv("by_tag_iamprincipal_proje.csv").slice(1)).toEqual([
    ["atlas", "1", "4.00"],
    ["(none)", "1", "2.20"],
  ]);
  expect(csv("by_tag_nobody.csv").slice(1)).toEqual([["(none)", "2", "6.20"]]);
});

test("without such keys there is no such file", async () => {
  const { folder } = await statement("{}");
  expect(existsSync(join(folder, "by_metadata_tenant.csv"))).toBe(false);
});

test("AWS and Marketplace are two invoices, each with its legal entity, in the currency that it has", async () => {
  const { csv, folder } = await statement("{}");
  expect(
    csv("invoices.csv")
      .slice(1)
      .map((row) => row.slice(1)),
  ).toEqual([
    ["INV-1", "Anniversary", "AWS", '"Amazon Web Services, Inc."', "2026-10", "1", "USD", "4.00", "4.00"],
    ["INV-2", "Anniversary", "AWS Marketplace", '"Anthropic, PBC"', "2026-10", "1", "EUR", "2.00", "2.20"],
  ]);
  const page = readFileSync(join(folder, "report.html"), "utf8");
  expect(page).toContain("EUR 2.00");
  expect(page).toContain("1 line of 2026-10 in GBP (GBP 7.00) is in no figure of this page");
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  expect(manifest.tie_out.invoices[1]).toMatchObject({
    legal_entity: "Anthropic, PBC",
    currency: "EUR",
    invoiced_amount: "2.00",
  });
});

test("tables of the workbook end with their sums; what cannot be added up has none", async () => {
  const { folder } = await statement("report: {by_metadata: [tenant]}");
  const sheets = await readWorkbook(readFileSync(join(folder, "statement.xlsx")));
  const last = (name: string) => {
    const data = sheets.find(({ sheet }) => sheet === name)?.data ?? [];
    return Object.fromEntries((data[0] ?? []).map((title, index) => [String(title), data.at(-1)?.[index] ?? null]));
  };
  expect(last("By team")).toMatchObject({ Team: "Total of what is known", People: null, Invocations: 4, "Billed (USD)": 6.2 });
  expect(last("Chargeback")).toMatchObject({ "Total (USD)": 6.2, "Booked (USD)": 6.2 });
  expect(last("Invoices")).toMatchObject({ "Payer account id": "Total", "Invoiced amount": null, "Billed (USD)": 6.2 });
  expect(last("By metadata tenant")).toMatchObject({ Invocations: 4, "Estimated (USD)": 3.75 });
});
