import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 300_000 });

import { importCur } from "../../src/local/cur-import.ts";
import { readResult } from "../../src/local/duckdb-values.ts";
import type { Row } from "../../src/ports.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "strata-forms-"));

async function sql(text: string): Promise<readonly Row[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await readResult(await connection.run(text))).rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function write(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The staged lines of a bill, as the tables hold them, and what the import said. */
async function staged(cur: string) {
  const folder = temporary();
  const { periods, findings } = await importCur({ paths: [cur], folder });
  const lines =
    periods.length === 0
      ? []
      : await sql(
          `select period, payer_account_id, billing_entity, invoice_id, account_id, cast(usage_start as varchar) as usage_start, cast(usage_end as varchar) as usage_end,
             line_item_type, product_code, product_name, usage_type, cast(cast(usage_amount as double) as varchar) as amount, pricing_unit, currency_code,
             cast(cast(unblended_cost as double) as varchar) as cost, region, resource_id, element_at(resource_tags, 'user_team')[1] as team, incomplete
           from read_parquet('${folder}/cur_line_items/*/*.parquet', hive_partitioning = true, hive_types = {period: varchar}) order by period, unblended_cost desc`,
        );
  return { periods, findings, lines };
}

const LEGACY_HEADER = [
  "identity/LineItemId",
  "identity/TimeInterval",
  "bill/InvoiceId",
  "bill/BillingEntity",
  "bill/BillType",
  "bill/PayerAccountId",
  "bill/BillingPeriodStartDate",
  "bill/BillingPeriodEndDate",
  "lineItem/UsageAccountId",
  "lineItem/LineItemType",
  "lineItem/UsageStartDate",
  "lineItem/UsageEndDate",
  "lineItem/ProductCode",
  "lineItem/UsageType",
  "lineItem/Operation",
  "lineItem/ResourceId",
  "lineItem/UsageAmount",
  "lineItem/CurrencyCode",
  "lineItem/UnblendedRate",
  "lineItem/UnblendedCost",
  "lineItem/LineItemDescription",
  "product/ProductName",
  "product/region",
  "product/regionCode",
  "pricing/publicOnDemandCost",
  "pricing/unit",
  "resourceTags/user:team",
];
const legacyLine = (id: string, cost: string): string =>
  `${id},2026-09-10T10:00:00Z/2026-09-10T11:00:00Z,INV-9,AWS,Anniversary,999900001111,2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,111122223333,Usage,2026-09-10T10:00:00Z,2026-09-10T11:00:00Z,AmazonBedrock,USE1-NovaLite-input-tokens,InvokeModelInference,,1000,USD,0.0000600000,${cost},tokens,Amazon Bedrock,us-east-1,us-east-1,0.06,1K tokens,search`;
const legacyCsv = (...lines: string[]): string => `${[LEGACY_HEADER.join(","), ...lines].join("\n")}\n`;
const legacyManifest = (keys: readonly string[], assembly: string): string =>
  JSON.stringify({
    assemblyId: assembly,
    account: "999900001111",
    columns: LEGACY_HEADER.map((name) => ({ category: name.split("/")[0], name: name.split("/")[1] })),
    charset: "UTF-8",
    compression: "GZIP",
    contentType: "text/csv",
    reportName: "costs",
    billingPeriod: { start: "20260901T000000.000Z", end: "20261001T000000.000Z" },
    bucket: "bills",
    reportKeys: keys,
  });
const LEGACY_LINE = {
  period: "2026-09",
  payer_account_id: "999900001111",
  billing_entity: "AWS",
  invoice_id: "INV-9",
  account_id: "111122223333",
  usage_start: "2026-09-10 10:00:00",
  usage_end: "2026-09-10 11:00:00",
  line_item_type: "Usage",
  product_code: "AmazonBedrock",
  product_name: "Amazon Bedrock",
  usage_type: "USE1-NovaLite-input-tokens",
  amount: "1000.0",
  pricing_unit: "1K tokens",
  currency_code: "USD",
  cost: "0.06",
  region: "us-east-1",
  team: "search",
};

describe("a legacy cost and usage report", () => {
  it("of gzip parts is read as its newest manifest says", async () => {
    const folder = temporary();
    const period = "prefix/costs/20260901-20261001";
    write(folder, `${period}/aaaa/costs-00001.csv.gz`, gzipSync(legacyCsv(legacyLine("a", "9.99"))));
    write(folder, `${period}/aaaa/costs-Manifest.json`, legacyManifest([`${period}/aaaa/costs-00001.csv.gz`], "aaaa"));
    const parts = [1, 2].map((n) => `${period}/0123/costs-0000${n}.csv.gz`);
    write(folder, parts[0] ?? "", gzipSync(legacyCsv(legacyLine("a", "0.06"))));
    write(folder, parts[1] ?? "", gzipSync(legacyCsv(legacyLine("b", "0.05"))));
    write(folder, `${period}/0123/costs-Manifest.json`, legacyManifest(parts, "0123"));
    write(folder, `${period}/costs-Manifest.json`, legacyManifest(parts, "0123"));

    const { lines, findings } = await staged(folder);
    expect(lines).toMatchObject([LEGACY_LINE, { ...LEGACY_LINE, cost: "0.05" }]);
    expect(findings.map(({ code }) => code).sort()).toEqual(["no_iam_principal", "unlisted_file"]);
  });

  it("of loose parts is read, too", async () => {
    const folder = temporary();
    write(folder, "costs-00001.csv", legacyCsv(legacyLine("a", "0.06")));
    expect((await staged(folder)).lines).toMatchObject([LEGACY_LINE]);
  });

  it("of Parquet has names with underscores and no maps", async () => {
    const folder = temporary();
    const text = write(folder, "costs.csv", legacyCsv(legacyLine("a", "0.06")));
    const key = "costs/costs/year=2026/month=9/costs-00001.snappy.parquet";
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    const snake = (name: string): string =>
      name
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .toLowerCase();
    const columns = LEGACY_HEADER.map((name) =>
      /Date$/.test(name)
        ? `cast("${name}" as timestamp) as ${snake(name)}`
        : /Cost$|Rate$|Amount$/.test(name)
          ? `cast("${name}" as double) as ${snake(name)}`
          : `"${name}" as ${snake(name)}`,
    );
    await sql(
      `copy (select ${columns.join(", ")} from read_csv('${text}', header = true, all_varchar = true)) to '${join(folder, key)}' (format parquet)`,
    );
    const { lines } = await staged(join(folder, "costs"));
    expect(lines).toMatchObject([LEGACY_LINE]);
  });
});

const FOCUS_HEADER =
  "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,ContractedUnitPrice,EffectiveCost,InvoiceIssuerName,ListCost,PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,ResourceId,ServiceName,SubAccountId,SubAccountName,Tags,x_CostCategories,x_Discounts,x_Operation,x_ServiceCode,x_UsageType";
const FOCUS_LINES = [
  `0.06,999900001111,USD,2026-11-01T00:00:00.000Z,2026-10-01T00:00:00.000Z,Usage,,tokens,2026-10-10T11:00:00.000Z,2026-10-10T10:00:00.000Z,1000,1K tokens,0.00006,0.06,"Amazon Web Services, Inc.",0.06,1000,1K tokens,AWS,AWS,us-east-1,,Amazon Bedrock,111122223333,dev,"{""user_team"": ""search""}",{},{},InvokeModelInference,AmazonBedrock,USE1-NovaLite-input-tokens`,
  `-0.02,999900001111,USD,2026-11-01T00:00:00.000Z,2026-10-01T00:00:00.000Z,Usage,Correction,refund,2026-09-10T11:00:00.000Z,2026-09-10T10:00:00.000Z,,,,-0.02,"Amazon Web Services, Inc.",-0.02,,,AWS,AWS,us-east-1,,Amazon Bedrock,111122223333,dev,{},{},{},InvokeModelInference,AmazonBedrock,USE1-NovaLite-input-tokens`,
  `5,999900001111,USD,2026-11-01T00:00:00.000Z,2026-10-01T00:00:00.000Z,Usage,,AWS Marketplace software usage|us-east-1|Million Input Tokens Global,2026-10-10T11:00:00.000Z,2026-10-10T10:00:00.000Z,1,Units,5,5,AWS Marketplace,5,1,Units,AWS,Anthropic,us-east-1,,Claude Opus 4.8 (Amazon Bedrock Edition),111122223333,dev,{},{},{},Usage,prodopus,USE1-MP:USE1_input_tokens_global_standard-Units`,
];
const FOCUS_EXPECTED = [
  {
    billing_entity: "AWS Marketplace",
    product_name: "Claude Opus 4.8 (Amazon Bedrock Edition)",
    cost: "5.0",
    line_item_type: "Usage",
  },
  {
    billing_entity: "AWS",
    cost: "0.06",
    amount: "1000.0",
    pricing_unit: "1K tokens",
    region: "us-east-1",
    team: "search",
    payer_account_id: "999900001111",
  },
  { cost: "-0.02", line_item_type: "Refund", period: "2026-10", usage_start: "2026-09-10 10:00:00" },
];

describe("a FOCUS export of AWS", () => {
  it("of version 1.0 as CSV is read like CUR 2.0", async () => {
    const folder = temporary();
    write(folder, "focus.csv", `${FOCUS_HEADER}\n${FOCUS_LINES.join("\n")}\n`);
    const { lines, findings } = await staged(folder);
    expect(lines).toMatchObject(FOCUS_EXPECTED);
    expect(findings.map(({ code, message }) => [code, message.replace(/^.*focus\.csv: /, "")])).toEqual([
      [
        "no_iam_principal",
        "the export has no column line_item_iam_principal; charges are allocated to principals by logged usage",
      ],
      ["missing_optional_column", "has no column invoiceid: no month is ever final"],
    ]);
  });

  it("of version 1.2 as Parquet has invoices, maps and times of its own", async () => {
    const folder = temporary();
    const text = write(
      folder,
      "focus.txt",
      `${FOCUS_HEADER},InvoiceId\n${FOCUS_LINES.map((line) => `${line},INV-10`).join("\n")}\n`,
    );
    await sql(
      `copy (select * replace (cast(BilledCost as double) as BilledCost, cast(ChargePeriodStart as timestamp) as ChargePeriodStart, cast(ChargePeriodEnd as timestamp) as ChargePeriodEnd,
         cast(BillingPeriodStart as timestamp) as BillingPeriodStart, cast(cast(Tags as json) as map(varchar, varchar)) as Tags)
       from read_csv('${text}', header = true, all_varchar = true)) to '${join(folder, "focus.parquet")}' (format parquet)`,
    );
    const { lines, findings } = await staged(folder);
    expect(lines).toMatchObject(FOCUS_EXPECTED.map((line) => ({ ...line, invoice_id: "INV-10" })));
    expect(findings.map(({ code }) => code)).toEqual(["no_iam_principal"]);
  });

  it("without a column that every bill needs is left out by FOCUS's name of it", async () => {
    const folder = temporary();
    write(folder, "focus.csv", `${FOCUS_HEADER.replace("x_ServiceCode", "x_Other")}\n${FOCUS_LINES.join("\n")}\n`);
    const { findings } = await staged(folder);
    expect(findings[0]?.message).toMatch(/focus\.csv: is left out, it has no column x_servicecode$/);
  });
});

describe("a damaged part of a bill", () => {
  it("of Parquet, one page, is left out and named; the rest is read and the month is incomplete", async () => {
    const folder = temporary();
    const many = write(
      folder,
      "many.txt",
      legacyCsv(...Array.from({ length: 20_000 }, (_, n) => legacyLine(`line-${n}-${(n * 7919) % 10_007}`, "0.06"))),
    );
    const columns = LEGACY_HEADER.map(
      (name) =>
        `"${name}" as ${name
          .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
          .replace(/[^A-Za-z0-9]+/g, "_")
          .toLowerCase()}`,
    );
    for (const part of ["good", "bad"])
      await sql(
        `copy (select ${columns.join(", ")} from read_csv('${many}', header = true, all_varchar = true) ${part === "good" ? "limit 1" : ""}) to '${join(folder, `${part}.parquet`)}' (format parquet, compression snappy)`,
      );
    const bytes = readFileSync(join(folder, "bad.parquet"));
    // The first column's page: its compressed bytes are overwritten, the footer stays whole.
    bytes.fill(0xff, 200, 20_000);
    writeFileSync(join(folder, "bad.parquet"), bytes);

    const { lines, findings } = await staged(folder);
    expect(lines).toMatchObject([{ ...LEGACY_LINE, incomplete: true }]);
    expect(findings.find(({ code }) => code === "damaged_part")).toMatchObject({
      severity: "error",
      place: expect.stringMatching(/bad\.parquet$/),
    });
  });
});
