import { afterAll, describe, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 300_000 });

import { reconcileLimits } from "../../src/billing/reconcile-limits.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "../billing/ledger.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
let serial = 0;

const limits = (billing: unknown) => reconcileLimits(strataConfig.parse({ billing }).billing);

describe("a bill in another currency", () => {
  const euros = billLine({
    bill_payer_account_id: "888800002222",
    line_item_usage_account_id: "444455556666",
    line_item_currency_code: "EUR",
    line_item_unblended_cost: "0.05",
    line_item_unblended_rate: "0.00005",
  });
  const dollars = billLine();
  const logged = [usage({ account_id: "444455556666", input_tokens: 1_000_000, input_cost: "0.06" })];

  async function settled(billing: unknown) {
    serial += 1;
    const place = `${folder.path}/currency-${serial}`;
    writeFile(place, "cur/bill.csv", csv([dollars, euros]));
    await writeUsage(`${place}/data`, logged);
    const { billing: section = strataConfig.parse({}).billing, ...rest } = limits(billing);
    const { findings } = await importCur({
      paths: [`${place}/cur`],
      folder: `${place}/data`,
      exchangeRates: section.exchange_rates,
    });
    const { summary, charges } = await settle(`${place}/data`, undefined, 24, 0, { billing: section, ...rest });
    return { findings, summary, charges };
  }

  it("without a rate is in no figure, and what to do is said", async () => {
    const { findings, summary } = await settled({});
    expect(summary.billed_usd).toBe("0.06");
    expect(findings).toMatchObject([
      {
        code: "other_currency",
        severity: "error",
        message: "billing: 2026-10: 1 line(s) are in EUR (0.050000000000); they are kept apart and in no dollar figure",
        hint: 'Set billing.exchange_rates in strata.yml, for example { EUR: { "2026-10": "1.10" } } (US dollars for one EUR), or export the bill in US dollars.',
      },
    ]);
  });

  it("is reconciled with the rate of its month", async () => {
    const { findings, summary } = await settled({ exchange_rates: { EUR: { "2026-10": "1.1" } } });
    expect(summary).toMatchObject({ billed_usd: "0.115", allocated_usd: "0.055", residual_usd: "0.00" });
    expect(findings).toMatchObject([{ code: "other_currency", severity: "note" }]);
  });

  it("is not read by the rate of another month", async () => {
    const { findings, summary } = await settled({ exchange_rates: { EUR: { "2026-09": "1.1" } } });
    expect(summary.billed_usd).toBe("0.06");
    expect(findings).toMatchObject([{ severity: "error" }]);
  });
});

describe("linked accounts of another partition", () => {
  it("meet the calls of the account that the configuration names, in that partition only", async () => {
    serial += 1;
    const place = `${folder.path}/partition-${serial}`;
    const gov = {
      product_region_code: "us-gov-west-1",
      line_item_usage_type: "UGW1-NovaLite-input-tokens",
      line_item_iam_principal: "",
    };
    writeFile(place, "cur/bill.csv", csv([billLine(gov), billLine({ line_item_iam_principal: "" })]));
    const call = { principal_arn: "arn:aws-us-gov:iam::444455556666:user/ann", input_tokens: 1_000_000, input_cost: "0.06" };
    await writeUsage(`${place}/data`, [usage({ ...call, account_id: "444455556666", region: "us-gov-west-1" })]);
    const { charges } = await settle(
      `${place}/data`,
      `${place}/cur`,
      24,
      0,
      limits({ linked_accounts: [{ billed: "111122223333", partition: "aws-us-gov", calls: "444455556666" }] }),
    );
    expect(charges.map((row) => [row["account_id"], row["status"]]).sort()).toEqual([
      ["111122223333", "billed_not_logged"],
      ["444455556666", "allocated"],
    ]);
  });
});

describe("Claude Platform on AWS", () => {
  it("is a line of its own, by name, though it is sold in consumption units and logs nothing", async () => {
    serial += 1;
    const place = `${folder.path}/platform-${serial}`;
    const units = {
      bill_billing_entity: "AWS Marketplace",
      line_item_product_code: "3k2j1h0g9f8e7d6c5b4a",
      line_item_usage_type: "Global-MP:Global_ClaudeConsumptionUnits-Units",
      line_item_line_item_description: "AWS Marketplace software usage|us-east-1|Claude Consumption Units",
      line_item_iam_principal: "",
      line_item_usage_amount: "125",
      line_item_unblended_rate: "0.01",
      line_item_unblended_cost: "1.25",
      pricing_unit: "Units",
    };
    writeFile(
      place,
      "cur/bill.csv",
      csv([
        billLine(),
        billLine({ ...units, product: '{"product_name": "Claude Platform on AWS"}' }),
        billLine({ ...units, product: "{}", line_item_product_code: "other" }),
      ]),
    );
    await writeUsage(`${place}/data`, []);
    const { charges } = await settle(`${place}/data`, `${place}/cur`);
    expect(charges.map((row) => [row["status"], row["reason"], Number(row["usd"])]).sort()).toEqual([
      ["billed_not_logged", "dark_hours", 0.06],
      // Two sellers.
      ["not_token_based", "claude-platform", 1.25],
      ["not_token_based", "claude-platform", 1.25],
    ]);
  });
});
