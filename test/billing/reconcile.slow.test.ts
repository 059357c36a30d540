import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Row } from "../../src/ports.ts";
import { type BillLine, billLine, csv, type Ledger, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function ledger(lines: readonly BillLine[], logged: readonly Row[], lagHours = 24): Promise<Ledger> {
  writeFile(folder.path, "cur/bill.csv", csv(lines));
  await writeUsage(`${folder.path}/data`, logged);
  return settle(`${folder.path}/data`, `${folder.path}/cur`, lagHours);
}

/** status, reason, match level, principal name, dollars */
const rows = ({ charges }: Ledger): string[] =>
  charges
    .map((row) =>
      [
        row["status"],
        row["reason"] ?? "-",
        row["match_level"] ?? "-",
        String(row["principal_arn"]).split("/").at(-1),
        row["usd"],
      ].join(" "),
    )
    .sort();

/** status, tokens, dollars of the logged side */
const status = ({ logged }: Ledger): string[] =>
  logged.map((row) => `${row["status"]} ${row["tokens"]} ${row["estimated_cost"]}`).sort();

const ROLE = "arn:aws:sts::111122223333:assumed-role/Builder";

describe("billed dollars", () => {
  it("without a bill are none, and nothing is reconciled", async () => {
    await writeUsage(`${folder.path}/data`, [usage({ input_tokens: 5, input_cost: "1" })]);
    const result = await settle(`${folder.path}/data`, undefined);
    expect(result.months).toEqual([]);
    expect(result.summary).toMatchObject({ billed_usd: "0.00", allocated_usd: "0.00", not_yet_billed_usd: "0.00" });
  });

  it("of a line without a principal are split by logged tokens, to the last digit", async () => {
    const result = await ledger(
      [
        billLine({
          line_item_iam_principal: "",
          line_item_unblended_cost: "1",
          line_item_unblended_rate: "",
          line_item_usage_amount: "3",
        }),
      ],
      ["ann", "ben", "cy"].map((name) => usage({ principal_arn: `arn:aws:iam::111122223333:user/${name}`, input_tokens: 1_000 })),
    );
    expect(rows(result)).toEqual([
      "allocated - account ann 0.333333333334",
      "allocated - account ben 0.333333333333",
      "allocated - account cy 0.333333333333",
    ]);
  });

  it("of a role without session go to its sessions; of a session only to that session", async () => {
    const result = await ledger(
      [
        billLine({
          line_item_iam_principal: "arn:aws:iam::111122223333:role/team/Builder",
          line_item_usage_amount: "3",
          line_item_unblended_cost: "0.00018",
        }),
        billLine({ line_item_iam_principal: `${ROLE}/eve`, line_item_usage_amount: "1", line_item_unblended_cost: "0.00006" }),
      ],
      [
        usage({ principal_arn: `${ROLE}/ann`, input_tokens: 2_000 }),
        usage({ principal_arn: `${ROLE}/ben`, input_tokens: 1_000 }),
      ],
    );
    expect(rows(result)).toEqual([
      "allocated - role ann 0.000120000000",
      "allocated - role ben 0.000060000000",
      "billed_not_logged not_logged - eve 0.000060000000",
    ]);
  });

  it("meet calls without identity last", async () => {
    const result = await ledger(
      [billLine({ line_item_usage_amount: "2", line_item_unblended_cost: "0.00012" })],
      [usage({ principal_arn: null, input_tokens: 2_000 })],
    );
    expect(rows(result)).toEqual(["allocated - no_identity null 0.000120000000"]);
  });

  it("beyond quantity times rate are a residual of that size", async () => {
    const result = await ledger(
      [billLine({ line_item_usage_amount: "10", line_item_unblended_cost: "1.3706" })],
      [usage({ input_tokens: 10_000 })],
    );
    expect(rows(result)).toEqual(["allocated - principal ann 0.000600000000", "residual price - ann 1.370000000000"]);
  });

  it("of tokens that no record explains are billed but not logged, or a residual when they are very few", async () => {
    const line = { line_item_usage_amount: "1000", line_item_unblended_cost: "0.06" };
    const many = await ledger([billLine(line)], [usage({ input_tokens: 900_000 })]);
    expect(rows(many)).toEqual([
      "allocated - principal ann 0.054000000000",
      "billed_not_logged partly_logged - ann 0.006000000000",
    ]);
    const few = await ledger([billLine(line)], [usage({ input_tokens: 999_500 })]);
    expect(rows(few)).toEqual(["allocated - principal ann 0.059970000000", "residual quantity - ann 0.000030000000"]);
  });

  it("of hours in which the region logged nothing are told apart", async () => {
    const result = await ledger(
      [
        billLine(),
        billLine({ line_item_usage_start_date: "2026-10-05T15:00:00Z", line_item_usage_end_date: "2026-10-05T16:00:00Z" }),
      ],
      [usage({ input_tokens: 1_000_000 }), usage({ hour: 15, region: "eu-west-1", model: "nova-pro", input_tokens: 5 })],
    );
    expect(rows(result)).toEqual([
      "allocated - principal ann 0.060000000000",
      "billed_not_logged dark_hours - ann 0.060000000000",
    ]);
  });

  it("on negative lines and on lines without tokens stay in the sum", async () => {
    const result = await ledger(
      [
        billLine({
          line_item_usage_amount: "-5",
          line_item_unblended_cost: "-0.0003",
          line_item_usage_type: "USE1-NovaPro-input-tokens",
        }),
        billLine({
          line_item_usage_amount: "0",
          line_item_unblended_cost: "2",
          line_item_usage_type: "USE1-NovaMicro-input-tokens",
        }),
      ],
      [usage({ input_tokens: 1 })],
    );
    expect(result.summary).toMatchObject({ billed_usd: "1.9997", residual_usd: "1.9997" });
  });

  it("of large bills are exact: a million dollars in thirds", async () => {
    const result = await ledger(
      [
        billLine({
          line_item_iam_principal: "",
          line_item_unblended_cost: "1000000.000000000001",
          line_item_unblended_rate: "",
          line_item_usage_amount: "3000000000",
        }),
      ],
      ["ann", "ben", "cy"].map((name) =>
        usage({ principal_arn: `arn:aws:iam::111122223333:user/${name}`, input_tokens: 1_000_000_000_000 }),
      ),
    );
    expect(rows(result)).toEqual([
      "allocated - account ann 333333.333333333334",
      "allocated - account ben 333333.333333333334",
      "allocated - account cy 333333.333333333333",
    ]);
  });
});

describe("logged calls", () => {
  it("after the end of the bill are not yet billed, before it they are missing", async () => {
    const result = await ledger(
      [billLine()],
      [
        usage({ input_tokens: 1_000_000, input_cost: "0.06" }),
        usage({ hour: 15, input_tokens: 7, input_cost: "0.5" }),
        usage({ hour: 13, model: "nova-pro", input_tokens: 3, input_cost: "0.25" }),
      ],
      1,
    );
    expect(status(result)).toEqual([
      "billed 1000000 0.060000000000",
      "logged_not_billed 3 0.250000000000",
      "not_yet_billed 7 0.500000000000",
    ]);
    expect(result.summary).toMatchObject({ not_yet_billed_usd: "0.50", logged_not_billed_usd: "0.25" });
  });

  it("of an account whose lines come later than others' wait for the lag, and no longer", async () => {
    const lines = [
      billLine(),
      billLine({
        line_item_usage_account_id: "444455556666",
        line_item_usage_start_date: "2026-10-05T20:00:00Z",
        line_item_usage_end_date: "2026-10-05T21:00:00Z",
      }),
    ];
    const logged = [usage({ hour: 18, model: "nova-pro", input_tokens: 7, input_cost: "0.5" })];
    expect(status(await ledger(lines, logged, 24))).toEqual(["not_yet_billed 7 0.500000000000"]);
    expect(status(await ledger(lines, logged, 2))).toEqual(["logged_not_billed 7 0.500000000000"]);
  });

  it("of provisioned models are covered by the month's hours", async () => {
    const result = await ledger(
      [
        billLine({ line_item_usage_type: "USE1-ProvisionedThroughput-Llama3-NoCommit-ModelUnits", pricing_unit: "Hrs" }),
        billLine({ line_item_iam_principal: "" }),
      ],
      [usage({ service_tier: "provisioned", model: "llama3-70b-instruct", output_tokens: 9 })],
    );
    expect(status(result)).toEqual(["billed 9 0.000000000000"]);
  });
});

describe("logged calls near the end of the bill", () => {
  const MARKETPLACE = {
    bill_billing_entity: "AWS Marketplace",
    line_item_product_code: "prodopus",
    line_item_usage_type: "USE1-MP:USE1_input_tokens_global_standard-Units",
    line_item_usage_amount: "1",
    line_item_unblended_rate: "5",
    line_item_unblended_cost: "5",
    line_item_line_item_description: "AWS Marketplace software usage|us-east-1|Million Input Tokens Global",
    pricing_unit: "Units",
    product: '{"product_name": "Claude Opus 4.8 (Amazon Bedrock Edition)"}',
  };
  const hourAt = (day: string, hour: number): Record<string, string> => ({
    line_item_usage_start_date: `${day}T${String(hour).padStart(2, "0")}:00:00Z`,
    line_item_usage_end_date: `${day}T${String(hour + 1).padStart(2, "0")}:00:00Z`,
  });
  const claude = { model: "claude-opus-4-8", vendor: "anthropic", routing: "global", input_tokens: 7, input_cost: "0.5" };

  it("are waited for as their seller's lines come, not as AWS's own", async () => {
    const lines = [billLine({ ...MARKETPLACE, ...hourAt("2026-10-05", 3) }), billLine(hourAt("2026-10-06", 11))];
    const on = (dt: string, hour: number) => usage({ ...claude, dt, hour });
    // The bill ends on the 6th at noon, Marketplace's lines on the 5th at 4: its calls are waited for from the 4th at noon on.
    expect(status(await ledger(lines, [on("2026-10-05", 20)], 24))).toEqual(["not_yet_billed 7 0.500000000000"]);
    expect(status(await ledger(lines, [on("2026-10-04", 11)], 24))).toEqual(["logged_not_billed 7 0.500000000000"]);
  });

  it("are missing when the seller's lines have stopped long before", async () => {
    const lines = [billLine({ ...MARKETPLACE, ...hourAt("2026-10-01", 3) }), billLine(hourAt("2026-10-06", 11))];
    expect(status(await ledger(lines, [usage({ ...claude, dt: "2026-10-03", hour: 20 })], 24))).toEqual([
      "logged_not_billed 7 0.500000000000",
    ]);
  });

  it("of the running day of daily lines share what that day has, however short the lag", async () => {
    const daily = billLine({
      line_item_usage_start_date: "2026-10-05T00:00:00Z",
      line_item_usage_end_date: "2026-10-06T00:00:00Z",
    });
    const logged = [8, 16].map((hour) => usage({ hour, input_tokens: 1_000_000, input_cost: "0.06" }));
    expect(status(await ledger([daily], logged, 0))).toEqual([
      "billed 1000000 0.060000000000",
      "not_yet_billed 1000000 0.060000000000",
    ]);
  });
});

describe("doing it again", () => {
  const logged = [usage({ input_tokens: 1_000_000, input_cost: "0.06" })];

  it("on a restated bill replaces the days", async () => {
    await ledger(
      [
        billLine(),
        billLine({ line_item_usage_start_date: "2026-10-07T00:00:00Z", line_item_usage_end_date: "2026-10-07T01:00:00Z" }),
      ],
      logged,
    );
    const restated = await ledger([billLine({ line_item_unblended_cost: "0.05", line_item_unblended_rate: "0.00005" })], logged);
    expect(restated.summary.billed_usd).toBe("0.05");
    expect(restated.charges.map(({ dt, usd }) => [dt, Number(usd)])).toEqual([["2026-10-05", 0.05]]);
  });

  it("after late logs gives what one clean run gives", async () => {
    const lines = [billLine(), billLine({ line_item_iam_principal: "", line_item_usage_type: "USE1-NovaPro-output-tokens" })];
    const late = [...logged, usage({ hour: 2, model: "nova-pro", output_tokens: 400_000, output_cost: "1" })];
    await ledger(lines, logged);
    const second = await ledger(lines, late);
    folder.remove();
    folder = temporaryFolder();
    const clean = await ledger(lines, late);
    expect(second.charges).toEqual(clean.charges);
    expect(second.logged).toEqual(clean.logged);
  });
});
