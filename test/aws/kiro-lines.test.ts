import { expect, it } from "vitest";
import { billLine, csv } from "../billing/ledger.ts";
import { billWorld } from "./bill-world.ts";

const world = billWorld();
const [RED, BLUE] = ["999900001111", "999900002222"];

async function deliver(payer: string, at: string, lines: readonly (readonly [product: string, usd: string, id: string])[]) {
  const base = `${payer}/cur`;
  const file = `${base}/data/BILLING_PERIOD=2026-10/cur-00001.csv`;
  const rows = lines.map(([product, usd, id]) =>
    billLine({
      bill_payer_account_id: payer,
      identity_line_item_id: id,
      line_item_unblended_cost: usd,
      line_item_product_code: product,
      line_item_resource_id: "arn:aws:identitystore:::user/0a1b",
    }),
  );
  await world.bill.write(file, csv(rows));
  const manifest = { executionId: at, lastUpdatedAt: at, dataFiles: [file] };
  await world.bill.write(`${base}/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json`, JSON.stringify(manifest));
}

const staged = async (table: string) =>
  (
    await world.warehouse.adhoc(
      `select payer_account_id as payer, product_code as product, cast(sum(unblended_cost) as varchar) as usd, count(*) as n from ${table} group by 1, 2 order by 1, 2`,
    )
  ).rows.map(({ payer, product, usd, n }) => `${payer === RED ? "red" : "blue"} ${product} ${Number(usd)} ${n}`);

it("stages lines of Kiro and Amazon Q beside the Bedrock bill, each once, of the newest delivery of each payer, and only where it is asked for", async () => {
  await deliver(RED, "2026-10-06T00:00:00Z", [
    ["AmazonBedrock", "1.5", "one"],
    ["Kiro", "40", "two"],
    ["AmazonQ", "19", "three"],
    ["AmazonEC2", "7", "four"],
  ]);
  await world.stage();
  expect(await staged("kiro_bill_lines")).toEqual([]);
  await world.stage({ kiro: true });
  expect(await staged("kiro_bill_lines")).toEqual(["red AmazonQ 19 1", "red Kiro 40 1"]);
  await deliver(BLUE, "2026-10-06T01:00:00Z", [["Kiro", "20", "two"]]);
  await deliver(RED, "2026-10-07T00:00:00Z", [
    ["AmazonBedrock", "2.5", "one"],
    ["Kiro", "41", "two"],
    // A line that came twice.
    ["Kiro", "41", "two"],
  ]);
  await world.stage({ kiro: true });
  await world.stage({ kiro: true });
  expect(await staged("kiro_bill_lines")).toEqual(["red Kiro 41 1", "blue Kiro 20 1"]);
  expect(await staged("cur_line_items")).toEqual(["red AmazonBedrock 2.5 1"]);
});
