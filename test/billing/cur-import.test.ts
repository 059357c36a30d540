import { symlinkSync } from "node:fs";
import { constants, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importCur } from "../../src/local/cur-import.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { billLine, csv, HEADER, temporaryFolder, withoutColumn, writeFile } from "./ledger.ts";

let serial = 2;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const bill = (name: string, content: string | Uint8Array): string => writeFile(folder.path, `cur/${name}`, content);
const load = () => importCur({ paths: [`${folder.path}/cur`], folder: `${folder.path}/data` });

async function lines(text = "select * from cur_line_items order by line_item_id"): Promise<readonly Row[]> {
  const warehouse = await DuckDbWarehouse.open(`${folder.path}/data`, { threads: 1 });
  try {
    return (await warehouse.adhoc(text)).rows;
  } finally {
    warehouse.close();
  }
}

describe("importCur", () => {
  it("names a file that is a link to nowhere, and reads those beside it", async () => {
    bill("a.csv", csv([billLine({ identity_line_item_id: "1" })]));
    symlinkSync("nowhere.csv", `${folder.path}/cur/b.csv`);
    symlinkSync("c.csv.gz", `${folder.path}/cur/c.csv.gz`);
    const { findings } = await load();
    expect(findings.map(({ code, place }) => [code, place.split("/").at(-1)])).toEqual(
      expect.arrayContaining([
        ["damaged_part", "b.csv"],
        ["damaged_part", "c.csv.gz"],
      ]),
    );
    expect((await lines()).map((row) => row["line_item_id"])).toEqual(["1"]);
  });

  it("reads amounts exactly, every spelling of a time, and maps from JSON text", async () => {
    bill(
      "a.csv",
      csv(
        [
          billLine({
            identity_line_item_id: "1",
            line_item_unblended_cost: "0.000000000001",
            line_item_usage_start_date: "2026-10-05T14:00:00Z",
          }),
          billLine({
            identity_line_item_id: "2",
            line_item_unblended_cost: "1.5E-7",
            line_item_usage_start_date: "2026-10-05T14:00:00.000Z",
          }),
          billLine({
            identity_line_item_id: "3",
            line_item_unblended_cost: "12345678.123456789012",
            line_item_usage_start_date: "2026-10-05 14:00:00",
          }),
        ].map((line) => ({ ...line, tags: '{"iamPrincipal/team": "red, ""or"" blue"}'.replaceAll('""', '\\"') })),
      ),
    );
    await load();
    const rows = await lines();
    expect(rows.map((row) => row["unblended_cost"])).toEqual(["0.000000000001", "0.000000150000", "12345678.123456789012"]);
    expect(new Set(rows.map((row) => row["usage_start"]))).toEqual(new Set(["2026-10-05T14:00:00.000Z"]));
    expect(rows[0]?.["tags"]).toEqual({ "iamPrincipal/team": 'red, "or" blue' });
  });

  it("keeps Bedrock's lines with the adjustments of its Marketplace products, and nothing else", async () => {
    const claude = {
      line_item_product_code: "abc",
      bill_billing_entity: "AWS Marketplace",
      product: '{"product_name": "Claude Opus 4.8 (Amazon Bedrock Edition)"}',
    };
    bill(
      "a.csv",
      csv([
        billLine({ identity_line_item_id: "nova" }),
        billLine({ identity_line_item_id: "s3", line_item_product_code: "AmazonS3" }),
      ]),
    );
    bill(
      "b.csv",
      csv([
        billLine({ ...claude, identity_line_item_id: "claude" }),
        billLine({ ...claude, identity_line_item_id: "claude tax", product: "{}", line_item_line_item_type: "Tax" }),
        billLine({ identity_line_item_id: "kiro", line_item_product_code: "Kiro", product: '{"product_name": "Kiro"}' }),
        billLine({ identity_line_item_id: "service", line_item_product_code: "AmazonBedrockService" }),
      ]),
    );
    await load();
    expect((await lines()).map((row) => row["line_item_id"])).toEqual(["claude", "claude tax", "nova", "service"]);
  });

  it("replaces a period when it is delivered again", async () => {
    bill("a.csv", csv([billLine(), billLine()]));
    expect((await load()).periods).toMatchObject([{ period: "2026-10", lines: 2, billedUsd: "0.120000000000" }]);
    bill("a.csv", csv([billLine({ line_item_unblended_cost: "7" })]));
    await load();
    expect(await lines("select count(*) as n, sum(unblended_cost) as usd from cur_line_items")).toEqual([
      { n: 1, usd: "7.000000000000" },
    ]);
  });

  it("reads gzip, and says when the export has no principals", async () => {
    bill("a.csv.gz", gzipSync(csv([billLine()], withoutColumn("line_item_iam_principal"))));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ hasIamPrincipal: false }]);
    expect(findings).toMatchObject([{ code: "no_iam_principal", severity: "note" }]);
  });
});

describe("payers whose exports are imported one after the other", () => {
  const deliver = (run: { name: string; payer: string; at: string; usd: string; product?: string }): Promise<unknown> => {
    const file = `${run.name}/data/BILLING_PERIOD=2026-10/part.csv`;
    const product = run.product ?? "AmazonBedrock";
    bill(
      file,
      csv([billLine({ bill_payer_account_id: run.payer, line_item_unblended_cost: run.usd, line_item_product_code: product })]),
    );
    const manifest = { dataFiles: [file], lastUpdatedAt: run.at, executionId: run.at.slice(0, 10) };
    bill(`${run.name}/metadata/BILLING_PERIOD=2026-10/x-Manifest.json`, JSON.stringify(manifest));
    return importCur({ paths: [`${folder.path}/cur/${run.name}`], folder: `${folder.path}/data` });
  };
  const staged = async () =>
    (
      await lines(
        "select payer_account_id as payer, cur_version, cast(unblended_cost as decimal(9,2)) as usd from cur_line_items order by 1",
      )
    ).map((row) => `${row["payer"]} ${row["cur_version"]} ${row["usd"]}`);

  it("stand beside each other, each replaced by its own newer delivery only", async () => {
    await deliver({ name: "red", payer: "1", at: "2026-10-06T00:00:00Z", usd: "1" });
    await deliver({ name: "blue", payer: "2", at: "2026-10-07T00:00:00Z", usd: "2" });
    expect(await staged()).toEqual(["1 red/2026-10/2026-10-06 1.00", "2 blue/2026-10/2026-10-07 2.00"]);
    expect(await deliver({ name: "red", payer: "1", at: "2026-10-08T00:00:00Z", usd: "3" })).toMatchObject({
      periods: [{ lines: 2, billedUsd: "5.000000000000", version: "blue/2026-10/2026-10-07 + red/2026-10/2026-10-08" }],
    });
    expect(await deliver({ name: "red", payer: "1", at: "2026-10-05T00:00:00Z", usd: "9" })).toMatchObject({
      findings: [
        {
          code: "older_execution",
          message:
            "billing: red/2026-10/2026-10-05: period 2026-10 of payer 1 is staged from red/2026-10/2026-10-08, which is newer; that one stays",
        },
      ],
    });
    expect(await staged()).toEqual(["1 red/2026-10/2026-10-08 3.00", "2 blue/2026-10/2026-10-07 2.00"]);
  });

  it("lose their lines when their newest delivery has none", async () => {
    await deliver({ name: "red", payer: "1", at: "2026-10-06T00:00:00Z", usd: "1" });
    await deliver({ name: "blue", payer: "2", at: "2026-10-07T00:00:00Z", usd: "2" });
    await deliver({ name: "red", payer: "1", at: "2026-10-08T00:00:00Z", usd: "1", product: "AmazonS3" });
    expect(await staged()).toEqual(["2 blue/2026-10/2026-10-07 2.00"]);
  });
});

describe("importCur names bad input", () => {
  it("a path that does not exist", async () => {
    await expect(importCur({ paths: ["/nowhere/cur"], folder: folder.path })).rejects.toThrow(
      /^billing: \/nowhere\/cur cannot be read/,
    );
  });

  it("a folder of something else", async () => {
    bill("readme.txt", "hello");
    await expect(load()).rejects.toThrow(/holds no CUR 2.0 export/);
  });

  it("a missing column, while the file beside it is read", async () => {
    bill("a.csv", csv([billLine()], withoutColumn("line_item_unblended_cost")));
    bill("b.csv", csv([billLine()]));
    const { periods, findings } = await load();
    expect(findings.find(({ code }) => code === "missing_column")?.message).toMatch(
      /a\.csv: is left out, it has no column line_item_unblended_cost$/,
    );
    expect(periods).toMatchObject([{ lines: 1 }]);
  });

  it("a legacy report without what every bill needs, by the names of the columns", async () => {
    bill("a.csv", "identity/LineItemId,lineItem/UnblendedCost\n1,2\n");
    const { findings } = await load();
    expect(findings.find(({ code }) => code === "missing_column")?.message).toMatch(
      /has no column line_item_usage_account_id, line_item_usage_start_date/,
    );
  });

  it("columns that may be left out, each with what cannot be told without it", async () => {
    const lacking = ["bill_payer_account_id", "line_item_usage_end_date", "line_item_currency_code", "pricing_currency"];
    bill(
      "a.csv",
      csv(
        [billLine()],
        HEADER.filter((name) => !lacking.includes(name)),
      ),
    );
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 1 }]);
    expect(findings.map(({ severity, message }) => [severity, message.replace(/^.*a\.csv: /, "")])).toEqual([
      ["note", "has no column bill_payer_account_id: payers cannot be told apart"],
      [
        "note",
        "has no column line_item_usage_end_date: hourly, daily and monthly lines cannot be told apart, and each is read as of its first instant",
      ],
      ["note", "has no column line_item_currency_code: every cost is read as US dollars"],
    ]);
  });

  it("another currency, which is in no sum", async () => {
    bill("a.csv", csv([billLine(), billLine({ line_item_currency_code: "EUR", line_item_unblended_cost: "5" })]));
    const { periods, findings } = await load();
    expect(findings).toMatchObject([
      { code: "other_currency", severity: "error", message: expect.stringContaining("EUR (5.000000000000)") },
    ]);
    expect(periods).toMatchObject([{ billedUsd: "0.060000000000" }]);
  });

  it("parts that overlap: a repeated line counts once", async () => {
    const line = billLine({ identity_line_item_id: "same" });
    bill("a.csv", csv([line, billLine()]));
    bill("b.csv", csv([line]));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 2 }]);
    expect(findings).toMatchObject([
      { code: "duplicate_line", message: expect.stringMatching(/b\.csv: 1 line\(s\) of 2026-10 are repeated .* first same$/) },
    ]);
  });

  it("a line id with two amounts", async () => {
    bill("a.csv", csv([billLine({ identity_line_item_id: "same" })]));
    bill("b.csv", csv([billLine({ identity_line_item_id: "same", line_item_unblended_cost: "9" })]));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 1, billedUsd: "0.060000000000" }]);
    expect(findings).toMatchObject([{ code: "conflicting_line", severity: "error" }]);
  });

  it("two exports of one month: only the newest is read", async () => {
    const deliver = (name: string, writtenAt: string, cost: string): void => {
      const file = `${name}/data/BILLING_PERIOD=2026-10/part.csv`;
      bill(file, csv([billLine({ line_item_unblended_cost: cost })]));
      bill(
        `${name}/metadata/BILLING_PERIOD=2026-10/${name}-Manifest.json`,
        JSON.stringify({ dataFiles: [file], lastUpdatedAt: writtenAt, executionId: "e" }),
      );
    };
    deliver("old", "2026-10-06T00:00:00Z", "1");
    deliver("new", "2026-10-07T00:00:00Z", "2");
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ billedUsd: "2.000000000000", version: "new/2026-10/e" }]);
    expect(findings).toMatchObject([{ code: "overlapping_exports", place: "new/2026-10/e" }]);
  });

  it("an empty part and one with a header only", async () => {
    bill("a.csv", "");
    bill("b.csv", csv([]));
    bill("c.csv", csv([billLine()]));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 1 }]);
    expect(findings).toMatchObject([{ code: "empty_part", severity: "note" }]);
  });

  it("a file that is not what its name says", async () => {
    bill("a.parquet", "no parquet");
    bill("b.csv", csv([billLine()]));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 1 }]);
    expect(findings).toMatchObject([{ code: "damaged_part", severity: "error" }]);
  });

  it("a cut-off part: it is left out and named, the rest is read and the month is incomplete", async () => {
    const deliver = (period: string, parts: readonly (string | Uint8Array)[]): void => {
      const files = parts.map((_, index) => `x/data/BILLING_PERIOD=${period}/part-${index}.csv.gz`);
      for (const [index, file] of files.entries()) bill(file, parts[index] ?? "");
      bill(`x/metadata/BILLING_PERIOD=${period}/x-Manifest.json`, JSON.stringify({ dataFiles: files }));
    };
    const many = csv(
      Array.from({ length: 5_000 }, () => billLine({ line_item_line_item_description: `${Math.sqrt(serial++)}` })),
    );
    const gzip = gzipSync(many);
    deliver("2026-10", [gzipSync(csv([billLine()])), gzip.subarray(0, gzip.length / 2)]);
    deliver("2026-09", [gzipSync(csv([billLine({ bill_billing_period_start_date: "2026-09-01T00:00:00Z" })]))]);
    const { periods, findings } = await load();
    expect(periods).toMatchObject([
      { period: "2026-09", lines: 1 },
      { period: "2026-10", lines: 1 },
    ]);
    expect(findings.map(({ code, message }) => [code, message.replace(/: .*;/, ": …;")])).toMatchObject([
      ["damaged_part", expect.stringMatching(/the bill of 2026-10 is incomplete$/)],
    ]);
  });

  it("compressed text that is cut off at the end of a line, of which DuckDB takes what is there", async () => {
    // No trailer follows the last line.
    bill("a.csv.gz", gzipSync(csv([billLine(), billLine()]), { finishFlush: constants.Z_SYNC_FLUSH }));
    bill("b.csv", csv([billLine()]));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 1 }]);
    expect(findings).toMatchObject([{ code: "damaged_part", severity: "error" }]);
  });

  it("amounts and times that are none", async () => {
    bill(
      "a.csv",
      csv([
        billLine(),
        billLine({ line_item_unblended_cost: "12,5" }),
        billLine({ line_item_usage_start_date: "yesterday" }),
        billLine({ line_item_usage_amount: "many" }),
      ]),
    );
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ lines: 1 }]);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        "bad_number",
        'billing: a.csv: 1 line(s) are left out because line_item_unblended_cost is no decimal number, for example "12,5"',
      ],
      [
        "bad_number",
        'billing: a.csv: 1 line(s) are left out because line_item_usage_amount is no decimal number, for example "many"',
      ],
      [
        "bad_timestamp",
        'billing: a.csv: 1 line(s) are left out because line_item_usage_start_date is no time, for example "yesterday"',
      ],
    ]);
  });

  it("negative usage, which is counted", async () => {
    bill("a.csv", csv([billLine({ line_item_unblended_cost: "-0.06", line_item_usage_amount: "-1000" })]));
    const { periods, findings } = await load();
    expect(periods).toMatchObject([{ billedUsd: "-0.060000000000" }]);
    expect(findings).toMatchObject([{ code: "negative_lines", severity: "note" }]);
  });

  it("a usage type that the grammar does not know, with its dollars", async () => {
    bill(
      "a.csv",
      csv([
        billLine({ line_item_usage_type: "USE1-Quantum-Teleports", pricing_unit: "Teleports", line_item_unblended_cost: "3.5" }),
      ]),
    );
    const { findings } = await load();
    expect(findings.map(({ message }) => message)).toEqual([
      "billing: USE1-Quantum-Teleports: $3.50 are unclassified because the grammar does not know the usage type",
    ]);
  });

  it("files whose columns differ", async () => {
    bill("a.csv", csv([billLine()]));
    bill("b.csv", csv([billLine()], withoutColumn("line_item_iam_principal")));
    const { findings } = await load();
    expect(findings.map(({ code }) => code).sort()).toEqual(["mixed_columns", "no_iam_principal"]);
  });

  it("a bill without Bedrock", async () => {
    bill("a.csv", csv([billLine({ line_item_product_code: "AmazonS3" })]));
    const { periods, findings } = await load();
    expect(periods).toEqual([]);
    expect(findings).toMatchObject([{ code: "no_bedrock_lines", severity: "error" }]);
  });
});
