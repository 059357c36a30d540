import type { AlertRule } from "../config/alert-rule.ts";
import type { QueryParams, Warehouse } from "../ports.ts";
import { queryFile, queryNames } from "../query/files.ts";
import { tables } from "../tables/index.ts";
import { isoOf } from "../time.ts";
import { type Observation, observationOf } from "./observation.ts";

/** Ticks after `from` up to `to`, milliseconds. */
export interface TickRange {
  readonly from: number;
  readonly to: number;
}

/** Numbers of rules that calls_5m is made with (src/pipeline/usage-tables.ts); the detectors read what came of them. */
const TABLE_PARAMS: ReadonlySet<string> = new Set(["prompt_limit", "output_limit"]);

/**
 * Runs a rule's detector over a range of ticks. The rule's own numbers are passed for the parameters that the query declares.
 * @throws QueryError when the query fails or yields something else than observations.
 */
export async function observe(
  warehouse: Warehouse,
  rule: AlertRule,
  range: TickRange,
  extra: QueryParams = {},
): Promise<Observation[]> {
  const { header } = queryFile(rule.query);
  const numbers: QueryParams = { threshold: rule.threshold, floor: rule.floor, min_history: rule.min_history, ...extra };
  const declared = Object.entries(numbers).filter(([name]) => header.params.some((param) => param.name === name));
  const own = Object.entries(rule.params).filter(([name]) => !TABLE_PARAMS.has(name));
  const params = { ...Object.fromEntries(declared), ...Object.fromEntries(own), from: isoOf(range.from), to: isoOf(range.to) };
  const { rows } = await warehouse.query(rule.query, params);
  return rows.map((row) => observationOf(rule.query, row));
}

/** What the detector reads and this installation does not have; such a rule cannot run (no bill, no service counts). */
export function missingTables(rule: AlertRule): string[] {
  const known = new Set([
    ...tables().map((table) => table.name),
    ...queryNames("views").map((name) => name.slice("views/".length)),
  ]);
  return queryFile(rule.query).header.reads.filter((name) => !known.has(name));
}
