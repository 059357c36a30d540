import type { LoggedNames } from "../model/logged-names.ts";
import type { Row } from "../ports.ts";
import { classifyUsage } from "./classify-usage.ts";

/** A row of billing/usage_words with its class: a row of usage_types. */
export function classifyWords(row: Row, logged?: LoggedNames): Row {
  const text = (name: string): string => String(row[name] ?? "");
  const words = {
    product_code: text("product_code"),
    product_name: text("product_name"),
    usage_type: text("usage_type"),
    operation: text("operation"),
    pricing_unit: text("pricing_unit"),
    description: text("description"),
    billing_entity: text("billing_entity"),
    line_item_type: text("line_item_type"),
  };
  const found = classifyUsage(
    {
      productCode: words.product_code,
      productName: words.product_name,
      usageType: words.usage_type,
      operation: words.operation,
      unit: words.pricing_unit,
      description: words.description,
      billingEntity: words.billing_entity,
      lineItemType: words.line_item_type,
    },
    logged,
  );
  return {
    ...words,
    charge_kind: found.chargeKind,
    model: found.model,
    model_by: found.modelBy,
    token_type: found.tokenType,
    routing: found.routing,
    service_tier: found.serviceTier,
    endpoint: found.endpoint,
    context_class: found.contextClass,
    tokens_per_unit: found.tokensPerUnit,
    what: found.what,
  };
}
