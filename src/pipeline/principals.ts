import { attributor, UNATTRIBUTED } from "../attribution/attribute.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { encodeParquet } from "../curated/parquet.ts";
import type { ObjectStore, Row, Warehouse } from "../ports.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import type { RowOf } from "../tables/column.ts";
import { principals } from "../tables/principals.ts";
import { writeChanged } from "../write-changed.ts";

export type PrincipalTags = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Writes the principals dimension: everyone in the log or on the bill, with what strata.yml and the bill's iamPrincipal tags say today.
 * Records are never rewritten for it; the view invocations joins it. What has not changed is not written.
 * @param ranges days that are about to be rolled up; whoever called on other days was written when they were
 */
export async function writePrincipals(
  warehouse: Warehouse,
  data: ObjectStore,
  config: StrataConfig,
  ranges: readonly { readonly from: string; readonly to: string }[],
  tags: PrincipalTags,
): Promise<number> {
  const seen: Row[] = [];
  for (const range of ranges) seen.push(...(await warehouse.query("rollups/principals_seen", range)).rows);
  const arns = [...new Set([...seen.map((row) => String(row.principal_arn)), ...tags.keys()])].sort();
  const attribute = attributor(config.attribution);
  const rows = arns.map((arn): RowOf<typeof principals> => {
    const principal = parsePrincipal(arn, { trustSessionNames: config.attribution.trust_session_names });
    const { team, costCenter, environment, person, source } = attribute({
      principalArn: arn,
      principalName: principal.name,
      sessionName: principal.sessionName,
      person: principal.person,
      accountId: principal.accountId ?? "",
      inferenceProfile: null,
      metadata: null,
      tags: tags.get(arn) ?? null,
    });
    return {
      principal_arn: arn,
      account_id: principal.accountId,
      principal_type: principal.type,
      principal_name: principal.name,
      session_name: principal.sessionName,
      person,
      team: team === UNATTRIBUTED ? null : team,
      cost_center: costCenter,
      environment,
      attribution_source: team === UNATTRIBUTED ? null : source,
    };
  });
  await writeChanged(data, "principals/principals.parquet", encodeParquet(principals, rows));
  return rows.length;
}

/** The bill's tags by principal. */
export async function principalTags(warehouse: Warehouse): Promise<PrincipalTags> {
  const { rows } = await warehouse.query("billing/principal_tags");
  return new Map(rows.map((row) => [String(row.principal_arn), labels(row)]));
}

function labels(row: Row): ReadonlyMap<string, string> {
  const { tags } = row;
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return new Map();
  return new Map(Object.entries(tags).map(([key, value]) => [key.replace(/^iamPrincipal\//, ""), String(value ?? "")]));
}
