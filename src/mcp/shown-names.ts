import { createHmac, randomBytes } from "node:crypto";
import type { Alert } from "../anomaly/alert.ts";
import type { ReportConfig } from "../config/report.ts";

/** Text that names no person: what it may be called is known, or it is an organisation's own. Every other text is taken to name one. */
const SAFE = new Set(
  `account_id billed_account_id payer_account_id region inference_region routing operation model_id inference_profile vendor model_family model model_tier
  service_tier principal_type team cost_center environment feature attribution_source status error_code error_class stop_reason price_id price_status period
  usage_month month reason match_level token_type endpoint context_class line_item_type usage_type unit pricing_unit product_code product_name billing_entity
  person_source bill_type invoice_id legal_entity currency_code charge_kind what kind cur_version severity rule state measure alert_id scope tax_type language tool_name entrypoint
  client_version aws_partition basis dimension corrects severity question`.split(/\s+/),
);
const NOBODY = ["", "(no person)", "(none)", "unattributed", "shared"];

export type PeopleMode = ReportConfig["people"];

/** How answers show what may name a person; undefined where names are shown. */
export interface Names {
  readonly mode: Exclude<PeopleMode, "names">;
  /** SQL of a column as it is shown: the alias of its text, and nothing of a map or list. */
  readonly column: (name: string, type: string) => string | undefined;
}

/**
 * With `pseudonyms` the aliases of a session can be told from `report.pseudonym_key`; with `none` they last as long as the server runs, so that rows can be
 * counted and grouped and nobody be recognised later.
 */
export function namesFor({ people, pseudonym_key }: Pick<ReportConfig, "people" | "pseudonym_key">): Names | undefined {
  if (people === "names") return undefined;
  const secret = people === "pseudonyms" && pseudonym_key ? pseudonym_key : randomBytes(16).toString("hex");
  const key = createHmac("sha256", secret).update("answers").digest("hex");
  return {
    mode: people,
    column: (name, type) => {
      const quoted = `"${name}"`;
      if (/^(map|struct)|\[\]$/i.test(type)) return `cast(null as varchar) as ${quoted}`;
      if (!/^varchar/i.test(type) || SAFE.has(name)) return undefined;
      const kept = NOBODY.map((text) => `'${text}'`).join(", ");
      return `case when ${quoted} is null or ${quoted} in (${kept}) then ${quoted} else 'id-' || left(sha256('${key}' || ${quoted}), 10) end as ${quoted}`;
    },
  };
}

const GROUPS = new Set(["organisation", "account", "team", "model", "source"]);

/** Alerts as they may be told: without names those about one person are left out, and sentences that may name one. */
export const shownAlerts = (alerts: readonly Alert[], names: Names | undefined): Alert[] =>
  alerts.flatMap((alert) => {
    if (!names) return [alert];
    if (!GROUPS.has(alert.scope)) return [];
    return [{ ...alert, summary: `${alert.title} (${alert.scope} ${alert.scope_name})`, contributors: "", facts: {}, query: "" }];
  });
