import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importCur } from "../../src/local/cur-import.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { type BillLine, billLine, csv, temporaryFolder, writeFile } from "./ledger.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const kiro = (id: string, usd: string, more: BillLine = {}): BillLine =>
  billLine({
    identity_line_item_id: id,
    line_item_product_code: "Kiro",
    line_item_usage_type: "USE1-KiroEnterprise-Pro",
    line_item_unblended_cost: usd,
    line_item_iam_principal: "",
    line_item_resource_id: "arn:aws:identitystore:::user/0a1b",
    product: "{}",
    ...more,
  });
const bedrock = billLine({ identity_line_item_id: "bedrock" });
const bill = (name: string, lines: readonly BillLine[]): string => writeFile(folder.path, `cur/${name}`, csv(lines));

/** Lines and dollars of Kiro on the bill, as staged. */
async function staged() {
  const { findings } = await importCur({ paths: [`${folder.path}/cur`], folder: `${folder.path}/data` });
  const warehouse = await DuckDbWarehouse.open(`${folder.path}/data`, { threads: 1 });
  const { rows } = await warehouse.adhoc(
    "select count(*) as n, cast(sum(unblended_cost) as varchar) as usd from kiro_bill_lines",
  );
  warehouse.close();
  return { n: rows[0]?.["n"], usd: Number(rows[0]?.["usd"]), codes: findings.map(({ code, severity }) => [code, severity]) };
}

describe("a line of Kiro on the bill counts once, as Bedrock's do", () => {
  it("twice in one file and in two", async () => {
    bill("a.csv", [bedrock, kiro("1", "20"), kiro("1", "20"), kiro("2", "40")]);
    bill("b.csv", [bedrock, kiro("2", "40")]);
    expect(await staged()).toMatchObject({ n: 2, usd: 60 });
  });

  it("in dated folders, under new ids", async () => {
    for (const day of ["2026-10-05", "2026-10-06"])
      bill(`${day}/cur.csv`, [bedrock, kiro(`${day}-1`, day === "2026-10-06" ? "21" : "20"), kiro(`${day}-2`, "40")]);
    expect(await staged()).toMatchObject({ n: 2, usd: 61 });
  });

  it("in two exports of one month", async () => {
    for (const [name, at, usd] of [
      ["first", "2026-10-06T00:00:00Z", "20"],
      ["second", "2026-10-07T00:00:00Z", "22"],
    ] as const) {
      const file = `${name}/data/BILLING_PERIOD=2026-10/cur-00001.csv`;
      bill(file, [bedrock, kiro(`${name}-1`, usd)]);
      writeFile(
        folder.path,
        `cur/${name}/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json`,
        JSON.stringify({ executionId: name, lastUpdatedAt: at, dataFiles: [file] }),
      );
    }
    expect(await staged()).toMatchObject({ n: 1, usd: 22 });
  });

  it("one whose amount cannot be read is told of as a note, and the others count", async () => {
    bill("a.csv", [bedrock, kiro("1", "much"), kiro("2", "40")]);
    expect(await staged()).toMatchObject({ n: 1, usd: 40, codes: expect.arrayContaining([["bad_number", "note"]]) });
  });
});
