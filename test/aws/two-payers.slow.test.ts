import { describe, expect, it } from "vitest";
import { billLine, csv, withoutColumn } from "../billing/ledger.ts";
import { billWorld } from "./bill-world.ts";

const [RED, BLUE] = ["999900001111", "999900002222"];

const world = billWorld();

interface Delivery {
  readonly base: string;
  readonly payer: string;
  readonly usd: string;
  readonly at: string;
  readonly run?: string;
  readonly overwrite?: boolean;
  readonly product?: string;
}

/** One delivery of October: overwriting its files, or in a folder of its own for each execution. */
async function deliver({
  base,
  payer,
  usd,
  at,
  run = at,
  overwrite = true,
  product = "AmazonBedrock",
}: Delivery): Promise<string> {
  const folder = overwrite ? "" : `${run}/`;
  const file = `${base}/data/BILLING_PERIOD=2026-10/${folder}cur-00001.csv`;
  const line = billLine({ bill_payer_account_id: payer, line_item_unblended_cost: usd, line_item_product_code: product });
  await world.bill.write(file, csv([line]));
  const manifest = { executionId: run, lastUpdatedAt: at, dataFiles: [file] };
  await world.bill.write(`${base}/metadata/BILLING_PERIOD=2026-10/${folder}cur-Manifest.json`, JSON.stringify(manifest));
  return file;
}

const staged = async (): Promise<string[]> =>
  (
    await world.warehouse.adhoc(
      "select payer_account_id, cur_version, cast(unblended_cost as decimal(12,2)) as usd from cur_line_items order by 1, 2",
    )
  ).rows.map((row) => `${row["payer_account_id"] === RED ? "red" : "blue"} ${row["cur_version"]} ${row["usd"]}`);

describe.each([
  ["overwriting", true],
  ["create-new", false],
])("two payers with an export each, %s", (_, overwrite) => {
  const red = { base: "red/bedrock", payer: RED, overwrite };
  const blue = { base: "blue/bedrock", payer: BLUE, overwrite };

  it("stand beside each other, and a newer delivery replaces its own payer's lines only", async () => {
    await deliver({ ...red, usd: "1", at: "2026-10-06T00:00:00Z", run: "r1" });
    await world.stage();
    await deliver({ ...blue, usd: "2", at: "2026-10-06T01:00:00Z", run: "b1" });
    await world.stage();
    // Two folders of one name: the version says which.
    const both = ["red red/bedrock/2026-10/r1 1.00", "blue blue/bedrock/2026-10/b1 2.00"];
    expect(await staged()).toEqual([expect.stringMatching(/^red .*r1 1.00$/), both[1]]);
    await deliver({ ...red, usd: "3", at: "2026-10-07T00:00:00Z", run: "r2" });
    await world.stage();
    expect(await staged()).toEqual(["red red/bedrock/2026-10/r2 3.00", both[1]]);
    await world.stage();
    expect(await staged()).toEqual(["red red/bedrock/2026-10/r2 3.00", both[1]]);
  });

  it("keep what is staged of one while its next delivery is half-written", async () => {
    await deliver({ ...red, usd: "1", at: "2026-10-06T00:00:00Z", run: "r1" });
    await deliver({ ...blue, usd: "2", at: "2026-10-06T01:00:00Z", run: "b1" });
    await world.stage();
    await world.bill.remove(await deliver({ ...red, usd: "3", at: "2026-10-07T00:00:00Z", run: "r2" }));
    await deliver({ ...blue, usd: "4", at: "2026-10-07T01:00:00Z", run: "b2" });
    const { findings } = await world.stage();
    expect(findings.map(({ code }) => code)).toContain("half_written_delivery");
    expect(await staged()).toEqual(["red red/bedrock/2026-10/r1 1.00", "blue blue/bedrock/2026-10/b2 4.00"]);
  });

  it("lose the lines of a payer whose newest delivery has none of Bedrock, and keep the other's", async () => {
    await deliver({ ...red, usd: "1", at: "2026-10-06T00:00:00Z", run: "r1" });
    await deliver({ ...blue, usd: "2", at: "2026-10-06T01:00:00Z", run: "b1" });
    await world.stage();
    await deliver({ ...red, usd: "3", at: "2026-10-07T00:00:00Z", run: "r2", product: "AmazonEC2" });
    await world.stage();
    expect(await staged()).toEqual(["blue blue/bedrock/2026-10/b1 2.00"]);
  });
});

it("an older delivery never takes the place of a newer one of the same payer", async () => {
  await deliver({ base: "new", payer: RED, usd: "5", at: "2026-10-08T00:00:00Z", run: "n1" });
  await world.stage();
  await world.bill.remove("new/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json");
  await world.bill.remove("new/data/BILLING_PERIOD=2026-10/cur-00001.csv");
  await deliver({ base: "old", payer: RED, usd: "1", at: "2026-10-02T00:00:00Z", run: "o1" });
  await world.stage();
  expect(await staged()).toEqual(["red new/2026-10/n1 5.00"]);
});

describe("lines that nobody should miss", () => {
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) await world.bill.write(`x/data/BILLING_PERIOD=2026-10/${name}`, content);
    const manifest = { executionId: "e", dataFiles: Object.keys(files).map((name) => `x/data/BILLING_PERIOD=2026-10/${name}`) };
    await world.bill.write("x/metadata/BILLING_PERIOD=2026-10/x-Manifest.json", JSON.stringify(manifest));
  };

  it("are named: another currency, negative usage, costs and times that cannot be read", async () => {
    await write({
      "a.csv": csv([
        billLine({ line_item_unblended_cost: "1" }),
        billLine({ line_item_currency_code: "EUR", line_item_unblended_cost: "5" }),
        billLine({ identity_line_item_id: "minus", line_item_unblended_cost: "-0.25" }),
        billLine({ line_item_unblended_cost: "1,5" }),
        billLine({ line_item_usage_start_date: "yesterday" }),
      ]),
    });
    const { findings } = await world.stage();
    expect(findings.map(({ code, severity, message }) => `${code} ${severity} ${message}`)).toEqual([
      "bad_number error billing: 2026-10: 1 line(s) are left out because line_item_unblended_cost cannot be read",
      "bad_timestamp error billing: 2026-10: 1 line(s) are left out because line_item_usage_start_date cannot be read",
      "negative_lines note billing: 2026-10: 1 usage line(s) are negative ($-0.250000000000), first minus; they are counted as billed",
      "other_currency error billing: 2026-10: 1 line(s) are in EUR (5.000000000000); they are kept apart and in no dollar figure",
    ]);
    expect(await staged()).toHaveLength(3);
  });

  it("leave a month as it was where parts of a CSV delivery have other columns", async () => {
    await write({ "a.csv": csv([billLine({ line_item_unblended_cost: "1" })]) });
    await world.stage();
    const odd = csv([billLine({ line_item_unblended_cost: "2" })], withoutColumn("line_item_iam_principal"));
    await write({ "a.csv": csv([billLine({ line_item_unblended_cost: "3" })]), "b.csv": odd });
    const { periods, findings } = await world.stage();
    expect(periods).toEqual([]);
    expect(findings).toMatchObject([
      { code: "mixed_columns", severity: "error", message: expect.stringContaining("b.csv: period 2026-10 is left out") },
    ]);
    expect(await staged()).toEqual(["red x/2026-10/e 1.00"]);
  });
});
