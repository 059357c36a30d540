import { shortCount } from "../figures.ts";
import { formatUsd, inDollars, type PicoUsd, parseUsd } from "../money.ts";
import type { Warehouse } from "../ports.ts";
import { isoOf } from "../time.ts";
import type { Incident } from "./lifecycle.ts";

/** What failed calls cost and what callers did about them. A log has no word for a retry: it is the next call of the same principal and model, within two minutes. */
export interface Retries {
  readonly failed: number;
  readonly retries: number;
  /** Retries that were answered. */
  readonly succeeded: number;
  /** Estimated dollars of the failed calls. */
  readonly wasted: PicoUsd;
  /** Estimated dollars of the retries. */
  readonly dollars: PicoUsd;
}

/** @returns undefined when no call failed in the time of the incident */
export async function retriesOf(warehouse: Warehouse, incident: Incident, until: number): Promise<Retries | undefined> {
  const { rows } = await warehouse.query("anomalies/retries", {
    from: isoOf(incident.since),
    to: isoOf(until),
    scope: incident.scope,
    name: incident.name,
  });
  const [row] = rows;
  if (!row || Number(row.failed ?? 0) === 0) return undefined;
  return {
    failed: Number(row.failed),
    retries: Number(row.retries ?? 0),
    succeeded: Number(row.succeeded ?? 0),
    wasted: parseUsd(String(row.wasted ?? "0")),
    dollars: parseUsd(String(row.retry_dollars ?? "0")),
  };
}

/** The same as facts of a message and of the alert's row. */
export const retryFacts = (retries: Retries | undefined): [string, string | number][] =>
  retries === undefined
    ? []
    : [
        ["wasted_usd", formatUsd(retries.wasted)],
        ["retries", retries.retries],
        ["retries_succeeded", retries.succeeded],
        ["retries_usd", formatUsd(retries.dollars)],
      ];

/** `about 214 retries, 180 answered, $3.10`; undefined where nobody tried again. */
export const retryText = ({ retries, succeeded, dollars }: Retries): string | undefined =>
  retries === 0
    ? undefined
    : `about ${shortCount(retries)} ${retries === 1 ? "retry" : "retries"}, ${succeeded === 0 ? "none" : shortCount(succeeded)} answered, ${inDollars(dollars)}`;
