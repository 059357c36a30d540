import { type BillForm, focusName } from "./bill-forms.ts";
import { type BillFinding, billFinding } from "./finding.ts";

/** What cannot be told without a column that an export may leave out, or without all of several that say the same. */
const CONSEQUENCES: readonly (readonly [columns: readonly string[], consequence: string])[] = [
  [
    ["bill_billing_period_start_date"],
    "the billing period is taken from the folder or the usage day, so corrections of earlier usage count in the month of the usage",
  ],
  [["bill_payer_account_id"], "payers cannot be told apart"],
  [["bill_invoice_id"], "no month is ever final"],
  [
    ["line_item_usage_end_date"],
    "hourly, daily and monthly lines cannot be told apart, and each is read as of its first instant",
  ],
  [["line_item_usage_amount"], "no tokens are known, so no line is allocated to calls"],
  [["pricing_unit"], "tokens are known only where the usage type or description says what a unit is"],
  [["line_item_currency_code", "pricing_currency"], "every cost is read as US dollars"],
  [["product", "product_product_name"], "Marketplace lines (Claude and others) name no model and are not found"],
  [["line_item_line_item_description"], "units of Marketplace lines are taken as a million tokens"],
  [["product_region_code", "product", "product_region"], "no line names its region"],
];

/** Columns that an export lacks and could have, each with what follows. @param inFolder whether the folder names the billing period */
export function missingOptional(
  place: string,
  form: BillForm,
  has: (column: string) => boolean,
  inFolder: boolean,
): BillFinding[] {
  return CONSEQUENCES.filter(
    ([columns]) => !columns.some(has) && !(inFolder && columns[0] === "bill_billing_period_start_date"),
  ).map(([[column = ""], consequence]) =>
    billFinding(
      "missing_optional_column",
      "note",
      place,
      `has no column ${form === "focus" ? focusName(column) : column}: ${consequence}`,
      "Add the column to the export in AWS Data Exports, then analyze again.",
    ),
  );
}
