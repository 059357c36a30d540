import { afterAll, beforeAll, expect, it } from "vitest";
import { attributionConfig } from "../../src/config/attribution.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

/** What each column of allocated_charges says (docs/data-dictionary.md), where every one of them is another. */
const folder = temporaryFolder();
afterAll(folder.remove);

const DAY = {
  line_item_iam_principal: "arn:aws:iam::111122223333:user/ben",
  line_item_usage_start_date: "2026-10-05T00:00:00Z",
  line_item_usage_end_date: "2026-10-06T00:00:00Z",
};
const ann = "arn:aws:iam::111122223333:user/ann";
let charges: readonly Row[];
let logged: readonly Row[];
beforeAll(async () => {
  await writeUsage(`${folder.path}/data`, [
    usage({
      ...{ cost_center: "C-1", environment: "prod", feature: "search", routing: "global", model_tier: "fast" },
      ...{ input_tokens: 1_000_000, input_cost: "0.06" },
    }),
    // Images have no tokens: those of one model are on the bill.
    usage({ model: "nova-canvas", input_cost: "0.08" }),
    usage({ model: "nova-reel", input_cost: "0.5" }),
  ]);
  const lines = [
    billLine({ line_item_usage_type: "USE1-NovaLite-input-tokens-cross-region-global" }),
    // Nobody called it, and its tags say who pays.
    billLine({
      ...{ line_item_iam_principal: "", line_item_resource_id: "arn:r", line_item_usage_account_id: "444455556666" },
      line_item_usage_type: "USE1-NovaPro-output-tokens-batch",
      tags: '{"iamPrincipal/team": "blue", "iamPrincipal/cost-center": "C-2", "iamPrincipal/environment": "test", "iamPrincipal/project": "chat"}',
    }),
    billLine({
      ...{ line_item_iam_principal: "", line_item_usage_type: "USE1-Guardrail-ContentPolicyUnitsConsumed" },
      ...{
        pricing_unit: "1K TextUnits",
        line_item_usage_amount: "7",
        line_item_unblended_cost: "3",
        line_item_unblended_rate: "",
      },
    }),
    billLine({
      ...{ line_item_usage_type: "USE1-NovaCanvas-T2I-1024-Standard", pricing_unit: "Images", line_item_usage_amount: "2" },
      ...{ line_item_unblended_cost: "0.08", line_item_unblended_rate: "0.04", line_item_iam_principal: "" },
    }),
    // A day's line of a region in which something was logged on that day, and one where nothing was.
    billLine({ ...DAY, line_item_usage_type: "USE1-NovaMicro-input-tokens" }),
    billLine({ ...DAY, line_item_usage_type: "USW2-NovaPremier-input-tokens", product_region_code: "us-west-2" }),
  ];
  writeFile(folder.path, "cur/bill.csv", csv(lines));
  ({ charges, logged } = await settled("first"));
});

/** Who pays for what is on a Guardrail line, by a rule of this name. */
async function settled(name: string): Promise<{ charges: readonly Row[]; logged: readonly Row[] }> {
  const rule = { name, match: { usage_type: "*Guardrail*" }, team: "guards" };
  const attribution = attributionConfig.parse({ rules: [rule] });
  const done = await settle(`${folder.path}/data`, `${folder.path}/cur`, 24, 0, { attribution });
  const warehouse = await DuckDbWarehouse.open(`${folder.path}/data`, { threads: 1 });
  const { rows } = await warehouse.adhoc("select * from allocated_charges order by billed_cost, team");
  warehouse.close();
  return { charges: rows, logged: done.logged };
}

const of = (status: string, reason?: string): Row | undefined =>
  charges.find((row) => row["status"] === status && (reason === undefined || row["reason"] === reason));
const COMMON = {
  dt: "2026-10-05",
  usage_dt: "2026-10-05",
  period: "2026-10",
  region: "us-east-1",
  payer_account_id: "999900001111",
};

it("of tokens that calls explain, the calls say who paid and the line what was sold", () =>
  expect(of("allocated")).toMatchObject({
    ...COMMON,
    ...{ account_id: "111122223333", reason: null, match_level: "principal", billing_entity: "AWS", resource_id: null },
    ...{ principal_arn: ann, principal_type: "user", principal_name: "ann", person: "ann", team: "red" },
    ...{ cost_center: "C-1", environment: "prod", feature: "search", is_split: false, vendor: "amazon", model: "nova-lite" },
    ...{ token_type: "input", routing: "global", service_tier: "on-demand", endpoint: "runtime", context_class: "standard" },
    ...{ line_item_type: null, usage_type: null, billed_tokens: 1_000_000, logged_tokens: 1_000_000 },
  }));

it("of tokens that nobody logged, the line says both", () =>
  expect(of("billed_not_logged", "batch")).toMatchObject({
    ...COMMON,
    ...{ account_id: "444455556666", reason: "batch", match_level: null, principal_arn: null, person: null, team: "blue" },
    ...{ cost_center: "C-2", environment: "test", feature: "chat", attribution_source: "principal_tag", model: "nova-pro" },
    ...{ token_type: "output", routing: null, service_tier: "batch", endpoint: "batch", resource_id: "arn:r" },
    ...{ billed_tokens: 1_000_000, logged_tokens: 0 },
  }));

it("of what is not tokens, its usage type, quantity and unit stand as billed", () =>
  expect(of("not_token_based", "guardrail")).toMatchObject({
    ...COMMON,
    ...{ reason: "guardrail", model: null, token_type: null, line_item_type: "Usage", billed_cost: "3.000000000000" },
    ...{ usage_type: "USE1-Guardrail-ContentPolicyUnitsConsumed", quantity: "7.000000000000", unit: "1K TextUnits" },
    ...{
      team: "guards",
      attribution_source: "rule:first",
      cost_center: null,
      environment: null,
      feature: null,
      billed_tokens: 0,
      logged_tokens: 0,
    },
  }));

it("of a day that nobody logged, whether its region logged anything on that day", () => {
  const reasonOf = (model: string) => charges.find((row) => row["model"] === model)?.["reason"];
  expect([reasonOf("nova-micro"), reasonOf("nova-premier")]).toEqual(["not_logged", "dark_hours"]);
});

it("names the rule as it is called now, also where nothing else changed", async () => {
  const { charges: again } = await settled("second");
  expect(again.find((row) => row["reason"] === "guardrail")).toMatchObject({
    team: "guards",
    attribution_source: "rule:second",
  });
});

it("of the log, calls that are billed by the piece are billed where their model is on the day's bill", () => {
  const costs = logged.map((row) => [row["model"], row["status"], row["tokens"], row["estimated_cost"]]);
  expect(costs).toContainEqual(["nova-canvas", "billed", 0, "0.080000000000"]);
  expect(costs).toContainEqual(["nova-reel", "not_yet_billed", 0, "0.500000000000"]);
});
