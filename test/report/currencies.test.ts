import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import readWorkbook from "read-excel-file/node";
import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { parseUsd } from "../../src/money.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import { inCurrencyOf, invoicedSums, placesOf, rateOf } from "../../src/report/currencies.ts";
import type { InvoiceLine } from "../../src/report/month-data.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { chargeOf, type Fixture, monthFixture } from "./month-fixture.ts";

let month: Fixture | undefined;
afterEach(() => {
  month?.close();
  month = undefined;
});

const invoice = (currency: string, invoiced: string, billed: string): InvoiceLine => ({
  ...{ payer: "", invoice: "", billType: "", seller: "", legalEntity: "", period: "2026-10", lines: 1 },
  currency,
  invoiced: parseUsd(invoiced),
  billed: parseUsd(billed),
});
const bill = (...invoices: InvoiceLine[]) => ({ invoices, total: invoices.reduce((sum, { billed }) => sum + billed, 0n) });

/** A bill of 1,500 yen at 0.0066 dollars: $9.90, of which a third is one team's. */
async function inYen(rate: string | undefined) {
  const line = { payer: "999999999999", period: "2026-10", account_id: "111122223333", currency_code: "JPY" };
  const times = { usage_start: "2026-10-05 10:00:00", usage_end: "2026-10-05 11:00:00", line_item_type: "Usage" };
  month = await monthFixture({
    calls: [{ at: "2026-10-05T10:00:00Z", team: "search", costs: ["3.00", "0", "0", "0"] }],
    charges:
      rate === undefined
        ? []
        : [
            chargeOf({ dt: "2026-10-05", status: "allocated", billed_cost: "3.30", team: "search" }),
            chargeOf({ dt: "2026-10-05", status: "not_token_based", billed_cost: "6.60", team: "payments" }),
          ],
    tables: {
      cur_line_items: [{ ...line, ...times, invoice_id: "INV-1", unblended_cost: "1500" }],
      exchange_rates: rate === undefined ? [] : [{ currency_code: "JPY", period: "2026-10", usd_per_unit: rate }],
    },
  });
  await writeReport({
    warehouse: month.warehouse,
    store: new FolderStore(month.folder),
    month: "2026-10",
    config: parseConfig("{}"),
  });
  const root = join(month.folder, "reports/month=2026-10");
  return { root, page: readFileSync(join(root, "report.html"), "utf8").replaceAll("\u00a0", " ") };
}

describe("a bill in another currency", () => {
  test("is said in that currency on page, in chargeback, workbook and tie-out", async () => {
    const { root, page } = await inYen("0.0066");
    expect(page).toContain("JPY 1,500 on the invoices");
    expect(page).toContain("The bill is in JPY: JPY 1,500 on the invoices.");
    expect(page).toContain("(1 JPY = $0.0066)");
    expect(page).toContain("bill from 5 Oct to 5 Oct, in JPY");
    expect(page).toContain("all amounts US dollars, the bill&#39;s at billing.exchange_rates: it is in JPY.");
    expect(page).toMatch(/In JPY[\s\S]*?search[\s\S]*?JPY 500/);
    const [head = [], ...rows] = parseCsv(readFileSync(join(root, "chargeback.csv"), "utf8"));
    expect(rows.map((row) => [row[0], row[head.indexOf("currency")], row[head.indexOf("booked_amount")]])).toEqual([
      ["payments", "JPY", "1000.00"],
      ["search", "JPY", "500.00"],
    ]);
    expect(JSON.parse(readFileSync(join(root, "manifest.json"), "utf8")).tie_out.sentence).toContain(
      "9.90 USD billed (JPY 1500.00 on the invoices)",
    );
    const summary = (await readWorkbook(readFileSync(join(root, "statement.xlsx"))))[0]?.data ?? [];
    expect(summary.find(([name]) => name === "Invoiced in JPY")).toMatchObject({ 1: 1500, 3: expect.stringContaining("0.0066") });
  });

  test("is no missing bill where strata.yml has no rate", async () => {
    const { page } = await inYen(undefined);
    expect(page).toContain("a bill in JPY, for which there is no exchange rate");
    expect(page).not.toContain("no bill for this month yet");
    expect(page).toContain("1 line of 2026-10 in JPY (JPY 1,500) is in no figure of this page");
  });
});

describe("amounts in the currency of the bill", () => {
  test("sum to the invoice in its smallest unit, whatever the rate and the parts", () => {
    const amount = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 9 }),
        fc.bigInt({ min: 1n, max: 10n ** 18n }),
        fc.constantFrom("EUR", "JPY", "KWD"),
        (amounts, units, currency) => {
          const total = amounts.reduce((a, b) => a + b, 0n);
          fc.pre(total !== 0n);
          // Invoiced in whole units of the currency, as invoices are.
          const step = 10n ** BigInt(12 - placesOf(currency));
          const invoiced = units * step * (total < 0n ? -1n : 1n);
          const one: InvoiceLine = { ...invoice(currency, "0", "0"), invoiced, billed: total };
          const found = inCurrencyOf(bill(one), amounts);
          expect(found?.currency).toBe(currency);
          expect(found?.booked.reduce((a, b) => a + b, 0n)).toBe(invoiced);
          expect(found?.booked.every((part) => part % step === 0n)).toBe(true);
        },
      ),
    );
  });

  test("are none where the bill is in several, comes to nothing, or only a part of it is shown", () => {
    const euros = invoice("EUR", "10.00", "11.00");
    const two = bill(euros, invoice("USD", "4.00", "4.00"));
    expect(inCurrencyOf(two, [parseUsd("15")])).toBeUndefined();
    expect(invoicedSums(two).map(({ currency, invoiced }) => [currency, invoiced])).toEqual([
      ["EUR", parseUsd("10")],
      ["USD", parseUsd("4")],
    ]);
    expect(inCurrencyOf(bill(invoice("EUR", "0", "0")), [])).toBeUndefined();
    expect(invoicedSums({ ...bill(euros), total: parseUsd("5") })).toEqual([]);
  });

  test.each([
    ["EUR", 2],
    ["JPY", 0],
    ["KWD", 3],
    ["XYZ", 2],
  ])("%s has %i decimal places", (currency, places) => {
    expect(placesOf(currency)).toBe(places);
  });

  test("have a rate that is read off them", () => {
    expect(rateOf({ currency: "EUR", invoiced: parseUsd("3"), billed: parseUsd("3.2619") })).toBe("1.0873");
    expect(rateOf({ currency: "EUR", invoiced: 0n, billed: 0n })).toBeUndefined();
  });
});
