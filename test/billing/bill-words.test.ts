import { describe, expect, it } from "vitest";
import { columnName, columnNames, focusName, formOf, translation } from "../../src/billing/bill-forms.ts";
import { damagedPart } from "../../src/billing/damaged-part.ts";
import { deliveredAt, findExports } from "../../src/billing/find-exports.ts";
import { keptClosedMonth } from "../../src/billing/finding.ts";
import { monthlyLines, negativeUsage, otherCurrency, stagedFinding } from "../../src/billing/line-findings.ts";
import { manifestPlace, parseManifest } from "../../src/billing/manifest.ts";
import { missingOptional } from "../../src/billing/missing-columns.ts";
import { dateIn, snapshotOf } from "../../src/billing/snapshot-name.ts";

const columns = (...names: readonly string[]): ReadonlyMap<string, string> => new Map(names.map((name) => [name, "VARCHAR"]));

describe("columns of a bill", () => {
  // AWS Data Exports User Guide, "Migrating from CUR": legacy CSV has lineItem/UsageType, Parquet and CUR 2.0 line_item_usage_type.
  it.each([
    ["lineItem/UsageAccountId", "line_item_usage_account_id"],
    [" resourceTags/user:Cost-Center ", "resource_tags_user_cost_center"],
    ["bill/BillingPeriodStartDate", "bill_billing_period_start_date"],
    ["savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_arn"],
    ["BilledCost", "billedcost"],
    ["x_UsageType", "x_usagetype"],
  ])("%s is %s", (header, name) => expect(columnName(header)).toBe(name));

  it("that are one after spelling get numbers, the first none", () =>
    expect(columnNames(["resourceTags/user:team", "resourceTags/user_team", "resourceTags/user-team", "other"])).toEqual([
      "resource_tags_user_team",
      "resource_tags_user_team_2",
      "resource_tags_user_team_3",
      "other",
    ]));

  it.each([
    ["focus", ["billedcost", "chargeperiodstart"]],
    ["cur2", ["billedcost"]],
    ["legacy", ["line_item_usage_type", "product_region"]],
    ["cur2", ["line_item_usage_type", "product"]],
    ["cur2", ["line_item_usage_type", "resource_tags"]],
    ["cur2", ["line_item_usage_type", "cost_category"]],
    ["cur2", ["line_item_usage_type", "tags"]],
    ["cur2", ["line_item_usage_type", "discount"]],
    ["cur2", ["identity_line_item_id"]],
  ] as const)("tell the form: %s by %s", (form, names) => expect(formOf(columns(...names))).toBe(form));

  it("are called as FOCUS calls them where a FOCUS export lacks one", () =>
    expect(["bill_invoice_id", "line_item_line_item_type", "line_item_iam_principal"].map(focusName)).toEqual([
      "invoiceid",
      "chargecategory",
      "line_item_iam_principal",
    ]));

  it("of CUR 2.0 are taken as they are", () =>
    expect(translation(columns("line_item_usage_type", "product"), "MAP(x)")).toBeUndefined());

  it("of a legacy report are taken as they are, its tags as one map", () => {
    const found = translation(
      columns("line_item_usage_type", "resource_tags_user_team", "resource_tags_it's"),
      "MAP(VARCHAR, VARCHAR)",
    );
    expect(found?.expressions.get("line_item_usage_type")).toBe('"line_item_usage_type"');
    expect(found?.expressions.get("resource_tags")).toBe(
      `map(array['user_team', 'it''s'], array[nullif(trim(cast("resource_tags_user_team" as varchar)), ''), nullif(trim(cast("resource_tags_it's" as varchar)), '')])`,
    );
    expect(found?.columns.get("resource_tags")).toBe("MAP(VARCHAR, VARCHAR)");
    expect(translation(columns("line_item_usage_type"), "MAP(x)")?.expressions.has("resource_tags")).toBe(false);
  });

  it("of FOCUS are translated, of two that say the same the first that says something", () => {
    const types = new Map([
      ["billedcost", "DOUBLE"],
      ["chargeperiodstart", "TIMESTAMP"],
      ["invoiceid", "VARCHAR"],
      ["x_invoiceid", "VARCHAR"],
    ]);
    const local = translation(types, "MAP(VARCHAR, VARCHAR)");
    expect(local?.expressions.get("line_item_unblended_cost")).toBe('"billedcost"');
    expect(local?.columns.get("line_item_unblended_cost")).toBe("DOUBLE");
    expect(local?.expressions.get("bill_invoice_id")).toBe(
      `coalesce(nullif(trim(cast("invoiceid" as varchar)), ''), nullif(trim(cast("x_invoiceid" as varchar)), ''))`,
    );
    expect([
      local?.columns.get("bill_invoice_id"),
      translation(types, "map<string,string>")?.columns.get("bill_invoice_id"),
    ]).toEqual(["VARCHAR", "string"]);
    for (const absent of ["line_item_usage_type", "line_item_line_item_type", "bill_billing_entity"])
      expect(local?.expressions.has(absent)).toBe(false);
  });

  // FOCUS 1.2 specification, "Columns", and the columns that AWS adds (AWS Data Exports User Guide, "FOCUS 1.2 with AWS columns").
  it.each([
    ["billingperiodstart", "bill_billing_period_start_date"],
    ["invoiceid", "bill_invoice_id"],
    ["x_invoiceid", "bill_invoice_id"],
    ["billingaccountid", "bill_payer_account_id"],
    ["x_costcategories", "cost_category"],
    ["billingcurrency", "line_item_currency_code"],
    ["invoiceissuername", "line_item_legal_entity"],
    ["chargedescription", "line_item_line_item_description"],
    ["x_operation", "line_item_operation"],
    ["x_servicecode", "line_item_product_code"],
    ["resourceid", "line_item_resource_id"],
    ["contractedunitprice", "line_item_unblended_rate"],
    ["listunitprice", "line_item_unblended_rate"],
    ["subaccountid", "line_item_usage_account_id"],
    ["subaccountname", "line_item_usage_account_name"],
    ["pricingquantity", "line_item_usage_amount"],
    ["consumedquantity", "line_item_usage_amount"],
    ["chargeperiodend", "line_item_usage_end_date"],
    ["chargeperiodstart", "line_item_usage_start_date"],
    ["x_usagetype", "line_item_usage_type"],
    ["skumeter", "line_item_usage_type"],
    ["listcost", "pricing_public_on_demand_cost"],
    ["pricingunit", "pricing_unit"],
    ["consumedunit", "pricing_unit"],
    ["servicename", "product_product_name"],
    ["regionid", "product_region_code"],
    ["tags", "resource_tags"],
  ])("of FOCUS: %s is %s", (focus, cur) => {
    const found = translation(columns("billedcost", "chargeperiodstart", focus), "map<string,string>");
    expect(found?.expressions.get(cur)).toBe(`"${focus}"`);
    expect(found?.columns.get(cur)).toBe("VARCHAR");
  });

  it("of FOCUS tell a correction below zero for a refund, and AWS's own products from those of the Marketplace", () => {
    const names = ["billedcost", "chargeperiodstart", "chargecategory", "x_servicecode"];
    const type = (more: readonly string[]): string | undefined =>
      translation(columns(...names, ...more), "map<string,string>")?.expressions.get("line_item_line_item_type");
    expect(type(["chargeclass"])).toContain(
      `when coalesce("chargeclass", '') = 'Correction' and cast("billedcost" as double) < 0 then 'Refund'`,
    );
    expect(type([])).toContain(`when false and cast("billedcost" as double) < 0 then 'Refund'`);
    const found = translation(columns(...names), "map<string,string>");
    expect(found?.expressions.get("bill_billing_entity")).toContain(`when "x_servicecode" is not null then 'AWS Marketplace'`);
    expect(["line_item_line_item_type", "bill_billing_entity"].map((name) => found?.columns.get(name))).toEqual([
      "string",
      "string",
    ]);
  });
});

describe("columns that an export leaves out", () => {
  const missing = (has: readonly string[], form: "cur2" | "focus" = "cur2", inFolder = false): string[] =>
    missingOptional("cur.csv", form, (column) => has.includes(column), inFolder).map(({ message }) => message);

  it("are each said with what follows, once for several that say the same", () => {
    expect(missing([])).toHaveLength(10);
    expect(missing([])).toContain("billing: cur.csv: has no column bill_invoice_id: no month is ever final");
    expect(missing(["bill_invoice_id"])).toHaveLength(9);
    const rest = missing(["pricing_currency", "product_product_name", "product_region"]);
    expect(rest.filter((text) => /currency_code|Marketplace lines \(|names its region/.test(text))).toEqual([]);
  });

  it("are no loss where the folder names the billing period", () => {
    expect(missing([], "cur2", true)).toHaveLength(9);
    expect(missing([], "cur2", true).join()).not.toContain("bill_billing_period_start_date");
  });

  it("of FOCUS are called as FOCUS calls them", () =>
    expect(missing([], "focus")).toContain("billing: cur.csv: has no column invoiceid: no month is ever final"));

  it("are notes with what to do", () =>
    expect(missingOptional("cur.csv", "cur2", () => false, false)[0]).toMatchObject({
      code: "missing_optional_column",
      severity: "note",
      place: "cur.csv",
      hint: "Add the column to the export in AWS Data Exports, then analyze again.",
    }));
});

describe("what is said of lines", () => {
  it("in another currency: they are left out, unless strata.yml has the month's rate", () => {
    const row = { finding: "other_currency", sample: "EUR", lines: 3, amount: "12.5" };
    const without = {
      code: "other_currency",
      severity: "error",
      place: "2026-10",
      message: "billing: 2026-10: 3 line(s) are in EUR (12.5); they are kept apart and in no dollar figure",
      hint: 'Set billing.exchange_rates in strata.yml, for example { EUR: { "2026-10": "1.10" } } (US dollars for one EUR), or export the bill in US dollars.',
    };
    expect(stagedFinding("2026-10", row)).toEqual(without);
    expect(stagedFinding("2026-10", row, { EUR: { "2026-09": "1.1" } })).toEqual(without);
    expect(otherCurrency("2026-10", "constructor", 1, "1", {})).toMatchObject({ severity: "error" });
    expect(stagedFinding("2026-10", row, { EUR: { "2026-10": "1.1" } })).toEqual({
      code: "other_currency",
      severity: "note",
      place: "2026-10",
      message: "billing: 2026-10: 3 line(s) are in EUR (12.5); they are read at 1.1 US dollars for one EUR",
      hint: "Nothing, if billing.exchange_rates has the rate of the invoice.",
    });
  });

  it("below zero, and of whole months", () => {
    const negative = negativeUsage("2026-10", "line7", 2, "-0.50");
    expect(negative).toMatchObject({
      code: "negative_lines",
      severity: "note",
      message: "billing: 2026-10: 2 usage line(s) are negative ($-0.50), first line7; they are counted as billed",
    });
    expect(stagedFinding("2026-10", { finding: "negative_lines", sample: "line7", lines: 2, amount: "-0.50" })).toEqual(negative);
    const monthly = stagedFinding("2026-10", { finding: "monthly_lines", sample: "999900001111", lines: 4 });
    expect(monthly).toEqual(monthlyLines("2026-10", "999900001111", 4));
    expect(monthly).toMatchObject({ code: "monthly_lines", severity: "note" });
    expect(monthly.message).toContain(
      "the export of payer 999900001111 is monthly (each of its 4 usage line(s) is of a whole month)",
    );
    expect(stagedFinding("2026-10", { finding: "monthly_lines", sample: null, lines: 4 }).message).toContain(
      "the export is monthly",
    );
  });

  it("that are lost with a part of the bill: the reason on one line, and which bill is incomplete", () => {
    const delivery = {
      ...{ exportName: "cur", version: "cur/2026-10/run-1", hasManifest: true, writtenAt: "", files: [], columns: null },
    };
    expect(damagedPart({ ...delivery, period: "2026-10" }, "a.csv", `bad\n  quote ${"x".repeat(300)}`)).toEqual({
      code: "damaged_part",
      severity: "error",
      place: "a.csv",
      message: `billing: a.csv: is left out, it cannot be read: ${`bad quote ${"x".repeat(300)}`.slice(0, 200)}; this delivery of the bill of 2026-10 is incomplete`,
      hint: "Copy the file again; it may be cut off or of another kind.",
    });
    expect(damagedPart({ ...delivery, period: null }, "a.csv", "bad").message).toContain("bad; this delivery is incomplete");
    expect(keptClosedMonth("2026-10", "999900001111", "cur/2026-10/run-1")).toMatchObject({
      code: "kept_closed_month",
      severity: "error",
      message:
        "billing: 2026-10: the newest delivery is damaged, and the month is closed: what cur/2026-10/run-1 says of payer 999900001111 stays",
    });
  });
});

describe("the date in the name of a snapshot", () => {
  it.each([
    ["2026-10-02/cur.csv", "2026-10-02T00:00:00.000Z"],
    ["snap_20261003/cur.csv", "2026-10-03T00:00:00.000Z"],
    ["2026/10/03/cur.csv", "2026-10-03T00:00:00.000Z"],
    ["03-10-2026/cur.csv", "2026-10-03T00:00:00.000Z"],
    ["31.12.2026", "2026-12-31T00:00:00.000Z"],
    ["cur-2026-10-03T0400.csv", "2026-10-03T04:00:00.000Z"],
    ["cur-2026-10-03_23-59-58.csv", "2026-10-03T23:59:00.000Z"],
    ["2026-10-02/copied-2026-10-04/cur.csv", "2026-10-04T00:00:00.000Z"],
    ["cur-1790985600.csv", "2026-10-03T00:00:00.000Z"],
    ["cur-1790985600123.csv", "2026-10-03T00:00:00.000Z"],
    ["2026-10/03-2026", undefined],
    ["2026-13-02", undefined],
    ["2026-10-32", undefined],
    ["12026-10-02", undefined],
    ["2026-10.02", undefined],
    ["cur-2026", undefined],
    ["BILLING_PERIOD=2026-10-01/cur.csv", undefined],
    ["20261001-20261101/cur.csv", undefined],
    ["year=2026/month=10/cur.csv", undefined],
  ])("%s: %s", (path, date) => expect(dateIn(path)).toBe(date));

  it("makes files one snapshot, else their folder does", () => {
    expect(snapshotOf("cur/a.csv")).toBe("cur");
    expect(snapshotOf("a.csv")).toBe("");
    expect(snapshotOf("cur/a-2026-10-03.csv")).toBe("cur/2026-10-03T00:00");
    expect(snapshotOf("cur/2026-10-01/a-2026-10-03T0400.csv")).toBe("cur/2026-10-01/2026-10-03T04:00");
  });
});

describe("a manifest", () => {
  it.each([
    ["cur/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json", { base: "cur", period: "2026-10" }],
    ["metadata/BILLING_PERIOD=2026-10-01/run-1/cur-Manifest.json", { base: "", period: "2026-10" }],
    ["bills/costs/20260901-20261001/costs-Manifest.json", { base: "bills/costs", period: "2026-09" }],
    ["20260901-20261001/aaaa/costs-Manifest.json", { base: "", period: "2026-09" }],
    ["cur/metadata/BILLING_PERIOD=2026-10/a/b/cur-Manifest.json", undefined],
    ["cur/data/BILLING_PERIOD=2026-10/cur-Manifest.json", undefined],
    ["cur/metadata/BILLING_PERIOD=2026-10/cur.csv", undefined],
  ])("is known by its place: %s", (key, place) => expect(manifestPlace(key)).toEqual(place));

  it("was written at the latest of its times", () =>
    expect(
      parseManifest(
        JSON.stringify({
          dataFiles: [],
          createdAt: "2026-10-01T00:00:00Z",
          completedAt: "2026-10-03T00:00:00Z",
          created: "2026-10-02T00:00:00Z",
        }),
      ),
    ).toEqual({ executionId: null, writtenAt: "2026-10-03T00:00:00Z", dataFiles: [], columns: null }));

  it.each([
    ["lastUpdatedAt", "writtenAt"],
    ["completedAt", "writtenAt"],
    ["createdAt", "writtenAt"],
    ["created", "writtenAt"],
    ["executionId", "executionId"],
    ["assemblyId", "executionId"],
    ["execution_id", "executionId"],
  ])("may say %s", (name, as) =>
    expect(parseManifest(JSON.stringify({ dataFiles: ["a"], [name]: "2026-10-01T00:00:00Z" }))).toMatchObject({
      [as]: "2026-10-01T00:00:00Z",
    }),
  );

  it.each(["key", "s3Key", "path", "url"])("may name files as objects with a %s", (name) =>
    expect(parseManifest(JSON.stringify({ data_files: [{ [name]: "a" }] }))).toMatchObject({ dataFiles: ["a"] }),
  );

  it.each(["name", "columnName"])("may name columns as objects with a %s", (name) =>
    expect(parseManifest(JSON.stringify({ dataFiles: [], columns: [{ [name]: "a" }, "b", 3] }))).toMatchObject({
      columns: ["a", "b"],
    }),
  );

  // AWS Data Exports API, ExecutionStatus and ExportStatus.
  it.each([
    ["DELIVERY_SUCCESS", true],
    ["COMPLETED", true],
    ["Healthy", true],
    ["DELIVERY_IN_PROCESS", false],
    ["QUERY_FAILURE", false],
    ["UNHEALTHY", false],
    ["INCOMPLETE", false],
  ])("of a delivery whose status is %s counts: %s", (statusCode, counts) => {
    const read = parseManifest(JSON.stringify({ dataFiles: ["a"], statusCode }));
    expect(read).toEqual(counts ? expect.objectContaining({ dataFiles: ["a"] }) : `the delivery's status is ${statusCode}`);
  });
});

describe("deliveries of an export", () => {
  const listing = (...keys: readonly string[]) => keys.map((key, index) => ({ key, lastModified: Date.UTC(2026, 9, 6, index) }));

  it("have a time only where a manifest says so", () => {
    expect(deliveredAt({ hasManifest: true, writtenAt: "2026-10-06T04:29:55Z" })).toBe("2026-10-06T04:29:55.000Z");
    expect(deliveredAt({ hasManifest: true, writtenAt: "" })).toBeNull();
    expect(deliveredAt({ hasManifest: false, writtenAt: "2026-10-06T04:29:55Z" })).toBeNull();
  });

  it("of loose files are told apart by folder and billing period, and are as old as their last copy or the date in their name", () => {
    const { deliveries } = findExports(
      listing(
        "costs/20260901-20261001/part.csv",
        "old/cur/data/BILLING_PERIOD=2026-09-01/part.csv",
        "parquet/year=2026/month=9/part.parquet",
        "2026-10-02/cur/data/BILLING_PERIOD=2026-10/a.csv",
        "2026-10-02/cur/data/BILLING_PERIOD=2026-10/b.csv",
        "x.csv",
        "y.csv",
      ),
      new Map(),
    );
    expect(
      deliveries.map(({ exportName, period, version, writtenAt, files }) => [
        exportName,
        period,
        version,
        writtenAt,
        files.length,
      ]),
    ).toEqual([
      ["files", null, "files", "2026-10-06T06:00:00.000Z", 2],
      ["costs", "2026-09", "costs/2026-09", "2026-10-06T00:00:00.000Z", 1],
      ["old/cur", "2026-09", "old/cur/2026-09", "2026-10-06T01:00:00.000Z", 1],
      ["parquet", "2026-09", "parquet/2026-09", "2026-10-06T02:00:00.000Z", 1],
      ["2026-10-02/cur", "2026-10", "2026-10-02/cur/2026-10", "2026-10-02T00:00:00.000Z", 2],
    ]);
    for (const { hasManifest, columns: listed } of deliveries) expect([hasManifest, listed]).toEqual([false, null]);
  });

  it("that lie right at the path are called by its name", () =>
    expect(findExports(listing("data/BILLING_PERIOD=2026-10/a.csv"), new Map(), "acme").deliveries).toMatchObject([
      { exportName: "acme", version: "acme/2026-10" },
    ]));

  it("of a legacy report are told by the manifest beside the folders of its assemblies", () => {
    const base = "bills/costs/20260901-20261001";
    const keys = [`${base}/aaaa/costs-1.csv.gz`, `${base}/bbbb/costs-1.csv.gz`];
    const of = (assembly: string) => ({
      executionId: assembly,
      writtenAt: null,
      dataFiles: [`${base}/${assembly}/costs-1.csv.gz`],
      columns: ["lineItem/UsageType"],
    });
    const manifests = new Map([
      [`${base}/costs-Manifest.json`, of("aaaa")],
      [`${base}/aaaa/costs-Manifest.json`, of("aaaa")],
      [`${base}/bbbb/costs-Manifest.json`, of("bbbb")],
    ]);
    const { deliveries, findings } = findExports(listing(...keys), manifests);
    expect(deliveries).toMatchObject([
      {
        ...{ exportName: "costs", period: "2026-09", version: "costs/2026-09/aaaa", hasManifest: true, writtenAt: "" },
        ...{ files: [keys[0]], columns: ["lineItem/UsageType"] },
      },
    ]);
    expect(findings).toMatchObject([
      {
        message: `billing: ${base}/costs-Manifest.json: 1 file(s) of 2026-09 are not in the newest manifest and are not read, first ${keys[1]}`,
      },
    ]);
  });

  it("are read once, however often a manifest lists a file, and called by their time where no execution is named", () => {
    const file = "cur/data/BILLING_PERIOD=2026-10/a.csv";
    const { deliveries } = findExports(
      listing(file),
      new Map([
        [
          "cur/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json",
          { executionId: null, writtenAt: "2026-10-06T04:29:55Z", dataFiles: [file, file], columns: null },
        ],
      ]),
    );
    expect(deliveries).toMatchObject([{ files: [file], version: "cur/2026-10/2026-10-06T04:29:55Z" }]);
  });
});
