import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importCur } from "../../src/local/cur-import.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { findInputs } from "../../src/local/find-inputs.ts";
import { FolderStore } from "../../src/local/folder-store.ts";

const root = mkdtempSync(join(tmpdir(), "strata-paths-"));
const ODD = ["dir[1]", "a*b", "q?z", "[ab]", "[!a]", "br]x", "it's", "back\\slash", "{a,b}", "~", "sp ace", "ü"];
const NEIGHBOUR: Readonly<Record<string, string>> = {
  "dir[1]": "dir1",
  "a*b": "aXb",
  "q?z": "qXz",
  "[ab]": "a",
  "[!a]": "b",
  "{a,b}": "a",
};
const HEAD =
  "identity_line_item_id,bill_billing_entity,bill_billing_period_start_date,bill_payer_account_id,line_item_usage_account_id,line_item_usage_start_date,line_item_usage_end_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_operation,line_item_usage_amount,pricing_unit,line_item_currency_code,line_item_unblended_cost,line_item_line_item_description,line_item_resource_id,product_region_code,line_item_legal_entity,bill_invoice_id,bill_bill_type,line_item_unblended_rate,line_item_iam_principal";
const bill = (usd: string): string =>
  `${HEAD}\n${usd},AWS,2026-10-01T00:00:00Z,111122223333,111122223333,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,Usage,AmazonBedrock,USE1-ClaudeOpus4.6-input-tokens,InvokeModel,1,1K tokens,USD,${usd},x,,us-east-1,AWS,,Anniversary,0,\n`;

const put = (path: string, text: string): void => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};

describe.each(ODD)("a path is a path: %s", (name) => {
  const near = NEIGHBOUR[name] ?? "near";

  it("a bill in a folder and in a file of that name is read, its neighbour's is not", async () => {
    put(`bills/${name}/x.csv`, bill("10"));
    put(`bills/${near}/x.csv`, bill("5"));
    put(`files/${name}.csv`, bill("7"));
    put(`files/${near}.csv`, bill("3"));
    const read = async (path: string, out: string) =>
      (await importCur({ paths: [join(root, path)], folder: join(root, "out", name, out) })).periods;
    expect((await read(`bills/${name}`, "a")).map(({ billedUsd }) => Number(billedUsd))).toEqual([10]);
    expect((await read(`files/${name}.csv`, "b")).map(({ billedUsd }) => Number(billedUsd))).toEqual([7]);
  });

  it("a data folder of that name is asked, its neighbour is not, though files outside are refused", async () => {
    for (const [folder, alert] of [
      [name, "mine"],
      [near, "other"],
    ] as const)
      put(`data/${folder}/alerts.jsonl`, `${JSON.stringify({ alert_id: alert })}\n`);
    await importCur({ paths: [join(root, `bills/${name}`)], folder: join(root, "data", name) });
    const warehouse = await DuckDbWarehouse.open(join(root, "data", name), { threads: 1, locked: true });
    expect((await warehouse.adhoc("select alert_id from alerts")).rows).toEqual([{ alert_id: "mine" }]);
    expect((await warehouse.adhoc("select cast(sum(unblended_cost) as double) as usd from cur_line_items")).rows).toEqual([
      { usd: 10 },
    ]);
    await expect(warehouse.adhoc(`select * from read_text('${join(root, "outside.txt")}')`)).rejects.toThrow(
      /disabled|Permission/,
    );
    warehouse.close();
  });

  it("logs in it are found, as a folder, a file and below a pattern", async () => {
    put(`logs/${name}/1.jsonl`, "{}");
    put(`logs/${near}/1.jsonl`, "{}");
    const found = async (...paths: string[]) => {
      const { objects, store } = await findInputs(paths.map((path) => join(root, "logs", path)));
      return objects.map(({ key }) => join(store.name, key));
    };
    const file = join(root, "logs", name, "1.jsonl");
    expect(await found(name)).toEqual([file]);
    expect(await found(`${name}/1.jsonl`)).toEqual([file]);
    // The library behind patterns takes a backslash for a slash.
    if (!name.includes("\\")) expect(await found(`${name}/*.jsonl`)).toEqual([file]);
  });
});

describe("links", () => {
  it("end where they lead round, and a file is read once however many ways lead to it", async () => {
    put("linked/a/1.jsonl", "{}");
    put("outside/2.jsonl", "{}");
    const at = (path: string): string => join(root, "linked", path);
    symlinkSync(at("a"), at("a/self"));
    symlinkSync(at("."), at("a/up"));
    symlinkSync("../a", at("a/again"));
    symlinkSync(at("a/1.jsonl"), at("0-first.jsonl"));
    symlinkSync(join(root, "outside"), at("z"));
    symlinkSync(join(root, "outside/2.jsonl"), at("y.jsonl"));
    const keys = (await Array.fromAsync(new FolderStore(at(".")).list())).map(({ key }) => key);
    expect(keys.filter((key) => key.endsWith("1.jsonl"))).toContain("a/1.jsonl");
    expect(keys.filter((key) => key.endsWith("/1.jsonl") && !key.includes("logs"))).toEqual(["a/1.jsonl"]);
    expect(keys.filter((key) => key.endsWith("2.jsonl") || key === "y.jsonl")).toHaveLength(1);
    const twice = await findInputs([at("a/1.jsonl"), at("0-first.jsonl"), at("a")]);
    expect(twice.objects.filter(({ key }) => key.endsWith("1.jsonl") || key.endsWith("first.jsonl"))).toHaveLength(1);
  });

  it("a folder given under two names is read once", async () => {
    put("twice/1.jsonl", "{}");
    symlinkSync(join(root, "twice"), join(root, "alias"));
    expect((await findInputs([join(root, "twice"), join(root, "alias")])).objects).toHaveLength(1);
  });
});
