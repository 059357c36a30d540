import { afterAll, beforeAll, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

/** What each column of allocated_charges says (docs/data-dictionary.md), where every one of them is another. */
const folder = temporaryFolder();
afterAll(folder.remove);

const ann = "arn:aws:iam::111122223333:user/ann";
let charges: readonly Row[];
beforeAll(async () => {
  await writeUsage(`${folder.path}/data`, [
    usage({
      ...{ cost_center: "C-1", environment: "prod", feature: "search", routing: "global", model_tier: "fast" },
      ...{ input_tokens: 1_000_000, input_cost: "0.06" },
    }),
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
  ];
  writeFile(folder.path, "cur/bill.csv", csv(lines));
  await settle(`${folder.path}/data`, `${folder.path}/cur`);
  const warehouse = await DuckDbWarehouse.open(`${folder.path}/data`, { threads: 1 });
  ({ rows: charges } = await warehouse.adhoc("select * from allocated_charges order by billed_cost, team"));
  warehouse.close();
});

const of = (status: string): Row | undefined => charges.find((row) => row["status"] === status);
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
  expect(of("billed_not_logged")).toMatchObject({
    ...COMMON,
    ...{ account_id: "444455556666", reason: "batch", match_level: null, principal_arn: null, person: null, team: "blue" },
    ...{ cost_center: "C-2", environment: "test", feature: "chat", attribution_source: "principal_tag", model: "nova-pro" },
    ...{ token_type: "output", routing: null, service_tier: "batch", endpoint: "batch", resource_id: "arn:r" },
    ...{ billed_tokens: 1_000_000, logged_tokens: 0 },
  }));

it("of what is not tokens, its usage type, quantity and unit stand as billed", () =>
  expect(of("not_token_based")).toMatchObject({
    ...COMMON,
    ...{ reason: "guardrail", model: null, token_type: null, line_item_type: "Usage", billed_cost: "3.000000000000" },
    ...{ usage_type: "USE1-Guardrail-ContentPolicyUnitsConsumed", quantity: "7.000000000000", unit: "1K TextUnits" },
    ...{ team: "shared", cost_center: null, environment: null, feature: null, billed_tokens: 0, logged_tokens: 0 },
  }));
