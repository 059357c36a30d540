import { columns, type Table } from "./column.ts";

/** What each wording on the bill means. Written by reconciliation from the grammar in src/billing. */
export const usageTypes = {
  name: "usage_types",
  meaning: "Each combination of words that occurs on the bill with its class: model, token type, routing, service tier and unit.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["product_code", "varchar", "Product code as billed; empty when the line has none, as the next seven."],
    ["product_name", "varchar", "Product name as billed."],
    ["usage_type", "varchar", "Usage type as billed."],
    ["operation", "varchar", "Operation as billed."],
    ["pricing_unit", "varchar", "Pricing unit as billed."],
    ["description", "varchar", "Description as billed."],
    ["billing_entity", "varchar", "Billing entity as billed."],
    ["line_item_type", "varchar", "Line item type as billed."],
    ["charge_kind", "varchar", "token, not_token, adjustment or unclassified."],
    ["model", "varchar", "Model as in the log; the bill's spelling when unknown."],
    ["token_type", "varchar", "input, output, cache_read, cache_write_5m or cache_write_1h."],
    ["routing", "varchar", "global or geo; null when the bill does not tell in-region from geo."],
    ["service_tier", "varchar", "on-demand, flex, priority, batch, reserved, provisioned or imported."],
    ["endpoint", "varchar", "runtime, mantle or batch."],
    ["context_class", "varchar", "standard or long."],
    ["tokens_per_unit", "bigint", "Tokens in one pricing unit; null for what is not tokens."],
    ["what", "varchar", "tokens, guardrail, storage, credit and so on; for unclassified lines what was not understood."],
    [
      "model_by",
      "varchar",
      "How the model was found: catalog, log (a logged name that reads the same), or bill (spelled as billed, known to nobody).",
    ],
  ]),
} as const satisfies Table;
