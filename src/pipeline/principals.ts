import { attributor, UNATTRIBUTED } from "../attribution/attribute.ts";
import type { PriceChange } from "../attribution/billed-rates.ts";
import { callerFacts } from "../attribution/caller-facts.ts";
import { type LearnedOwner, learnedOwners, type TagChange } from "../attribution/learned-owners.ts";
import { personOrder } from "../attribution/person-order.ts";
import { type Relabelled, relabelled } from "../attribution/relabelled.ts";
import { attributionSources } from "../attribution/sources.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { encodeParquet } from "../curated/parquet.ts";
import { jsonOf } from "../json-of.ts";
import type { ObjectStore, Row, Warehouse } from "../ports.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import type { RowOf } from "../tables/column.ts";
import { principals } from "../tables/principals.ts";
import { writeChanged } from "../write-changed.ts";

const LEARNED = "learned_owners/learned_owners.jsonl";

/** What the bill says of principals and resources, with the days from which it says so. */
export interface BilledLabels {
  readonly tags: readonly TagChange[];
  readonly prices: readonly PriceChange[];
}

/**
 * Writes what is known of everyone in the log or on the bill: `principals` as of a day, `learned_owners` for every day, and `attribution_sources`, the
 * order that decides. Records are never rewritten for it; the view invocations joins it. What has not changed is not written.
 * @param ranges days that are about to be rolled up; whoever called on other days was written when they were
 * @param beforeChange is told what is about to be said anew, before it is
 */
export async function writePrincipals(
  warehouse: Warehouse,
  data: ObjectStore,
  config: StrataConfig,
  ranges: readonly { readonly from: string; readonly to: string }[],
  { tags, prices, asOf }: BilledLabels & { readonly asOf: string },
  beforeChange?: (change: Relabelled) => Promise<void>,
): Promise<number> {
  const seen: Row[] = [];
  for (const range of ranges) seen.push(...(await warehouse.query("rollups/principals_seen", range)).rows);
  const billed = tags.flatMap(({ kind, id }) => (kind === "principal" ? [id] : []));
  const arns = [...new Set([...seen.map((row) => String(row.principal_arn)), ...billed])].sort();
  const learned = learnedOwners(config, { principals: arns, tags, prices });
  const rows = principalRows(arns, learned, config, asOf);
  await writeChanged(data, "principals/principals.parquet", encodeParquet(principals, rows));
  const text = lines(learned);
  if (beforeChange !== undefined) {
    const before = Buffer.from((await data.readAll(LEARNED))?.bytes ?? []).toString("utf8");
    if (before !== text) await beforeChange(relabelled(readLines(before), learned, config));
  }
  await writeChanged(data, LEARNED, text);
  await writeChanged(data, "attribution_sources/attribution_sources.jsonl", lines(attributionSources(config.attribution)));
  await writeChanged(data, "identity_sources/identity_sources.jsonl", lines(personOrder(config.attribution)));
  return rows.length;
}

export async function billedLabels(warehouse: Warehouse): Promise<BilledLabels> {
  return {
    tags: (await warehouse.query("billing/tags_by_day")).rows.map(tagChange),
    prices: (await warehouse.query("billing/resource_prices")).rows.map(priceChange),
  };
}

/** A line that is damaged is lost: its owner counts as one who was not known. */
const readLines = (text: string): LearnedOwner[] =>
  text.split("\n").flatMap((line) => (jsonOf(line) as LearnedOwner | undefined) ?? []);
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Everyone as of a day: by the bill's tags where they say something, else by strata.yml alone. */
function principalRows(
  arns: readonly string[],
  learned: readonly LearnedOwner[],
  config: StrataConfig,
  day: string,
): RowOf<typeof principals>[] {
  const current = new Map(
    learned.flatMap((row) =>
      row.kind === "principal" && (row.from_day ?? "") <= day && day <= (row.to_day ?? "") ? [[row.id, row] as const] : [],
    ),
  );
  const attribute = attributor(config.attribution);
  return arns.map((arn) => {
    const principal = parsePrincipal(arn, { trustSessionNames: config.attribution.trust_session_names });
    const known = current.get(arn);
    const own = attribute({ ...callerFacts(principal), accountId: principal.accountId ?? "", day });
    return {
      principal_arn: arn,
      account_id: principal.accountId,
      principal_type: principal.type,
      principal_name: principal.name,
      session_name: principal.sessionName,
      person: known === undefined ? own.person : known.person,
      team: known === undefined ? (own.team === UNATTRIBUTED ? null : own.team) : known.team,
      cost_center: known === undefined ? own.costCenter : known.cost_center,
      environment: known === undefined ? own.environment : known.environment,
      attribution_source: known === undefined ? (own.team === UNATTRIBUTED ? null : own.source) : known.attribution_source,
    };
  });
}

/** chr(28) between sets, chr(31) between tags, chr(29) between a key and its value; see sql/billing/tags_by_day.sql. */
const tagChange = (row: Row): TagChange => ({
  kind: row.kind === "resource" ? "resource" : "principal",
  id: String(row.id),
  day: String(row.first_day),
  sets: String(row.tag_sets)
    .split("\u001c")
    .map(
      (set) =>
        new Map(
          set.split("\u001f").flatMap((entry): [string, string][] => {
            const at = entry.indexOf("\u001d");
            return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
          }),
        ),
    ),
});

const priceChange = (row: Row): PriceChange => {
  const text = (name: string): string | null => (row[name] === null || row[name] === undefined ? null : String(row[name]));
  return {
    id: String(row.id),
    day: String(row.first_day),
    model: text("model"),
    rates: {
      input_rate: text("input_rate"),
      output_rate: text("output_rate"),
      cache_read_rate: text("cache_read_rate"),
      cache_write_5m_rate: text("cache_write_5m_rate"),
      cache_write_1h_rate: text("cache_write_1h_rate"),
    },
  };
};
