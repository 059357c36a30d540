import type { AttributionConfig } from "../config/attribution.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { loggedNames } from "../model/logged-names.ts";
import type { Row, Warehouse } from "../ports.ts";
import { principalKey, roleKey } from "../principal/principal-key.ts";
import { classifyWords } from "./classify-words.ts";
import { lineOwners, looksAtUsage } from "./line-owners.ts";
import { askedAnew, type MonthAnswers } from "./month-answers.ts";

/** Replaces a small dimension table; the next query sees the new rows. */
export interface DimensionWriter {
  write(table: string, rows: readonly Row[]): Promise<void>;
}

/**
 * Writes the dimensions that the view billed_charges joins: usage_types, the class of every wording on the staged bill, principal_keys, the
 * normal form of every identity in log or bill, line_owners, what the lines themselves say of who pays, and what strata.yml says of currencies and
 * linked accounts.
 */
export async function writeDimensions(into: {
  readonly warehouse: Warehouse;
  readonly dimensions: DimensionWriter;
  readonly attribution: AttributionConfig;
  readonly billing?: Pick<StrataConfig["billing"], "exchange_rates" | "linked_accounts">;
  readonly answers?: MonthAnswers;
  /** First day of the log whose callers the table `principals` may not hold yet; all are looked through unless given. */
  readonly callersFrom?: string;
}): Promise<{ readonly usageTypes: readonly Row[] }> {
  const { exchange_rates: rates = {}, linked_accounts: accounts = [] } = into.billing ?? {};
  await into.dimensions.write(
    "exchange_rates",
    Object.entries(rates).flatMap(([currency, periods]) =>
      Object.entries(periods).map(([period, usd]) => ({ currency_code: currency, period, usd_per_unit: usd })),
    ),
  );
  await into.dimensions.write(
    "linked_accounts",
    accounts.map(({ billed, partition, calls }) => ({ billed_account_id: billed, aws_partition: partition, account_id: calls })),
  );
  const words = await into.warehouse.query("billing/usage_words");
  const answers = into.answers ?? askedAnew(into.warehouse);
  const models = await answers.rows({ query: "billing/logged_models", tables: ["hourly_usage"] });
  const logged = loggedNames([...new Set(models.map((row) => String(row["model"])))].sort());
  const usageTypes = words.rows.map((row) => classifyWords(row, logged));
  await into.dimensions.write("usage_types", usageTypes);
  const from = into.callersFrom;
  const arns = await into.warehouse.query("billing/principal_arns", from === undefined ? {} : { from });
  await into.dimensions.write("principal_keys", arns.rows.map(keyed));
  // The model of a line is known once its words are classified.
  const facts = await into.warehouse.query("billing/line_facts", { by_usage: looksAtUsage(into.attribution) });
  await into.dimensions.write(
    "line_owners",
    lineOwners(facts.rows, into.attribution).map((row): Row => ({ ...row })),
  );
  return { usageTypes };
}

function keyed(row: Row): Row {
  const arn = String(row["principal_arn"]);
  return { principal_arn: arn, principal_key: principalKey(arn), role_key: roleKey(arn) };
}
