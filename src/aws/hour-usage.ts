import { formatUsd, parseUsd } from "../money.ts";
import type { ObjectStore, Row, Warehouse } from "../ports.ts";
import { HOUR_MS, isoOf, parseInstant } from "../time.ts";
import type { Telemetry } from "./telemetry.ts";

/** Which hour was told last. */
const MARK = "state/hour-usage.json";
/** Logs of an hour are in by then, but for stragglers, which the tables show and the chart does not. */
const SETTLED_MS = HOUR_MS / 4;
/** A first run, and one after a long pause, tells no more than this. */
const MOST_HOURS = 24;
/** People in the log of one hour. */
const MOST_PEOPLE = 25;

/**
 * Tells CloudWatch what each hour used that has ended since the last run: metrics dated to the hour, and one log line for each team and tier
 * and for the people who used most, which the dashboard's tables read.
 * @param people false leaves people out of the log (report.people in strata.yml)
 * @returns hours told
 */
export async function tellHourUsage(
  { warehouse, data, telemetry }: { readonly warehouse: Warehouse; readonly data: ObjectStore; readonly telemetry: Telemetry },
  now: number,
  people: boolean,
): Promise<number> {
  const end = Math.floor((now - SETTLED_MS) / HOUR_MS) * HOUR_MS;
  const marked = parseInstant(
    Buffer.from((await data.readAll(MARK))?.bytes ?? [])
      .toString("utf8")
      .trim(),
  );
  const from = Math.max(marked ?? 0, end - MOST_HOURS * HOUR_MS);
  if (from >= end) return 0;
  const { rows } = await warehouse.query("rollups/hour_usage", { from: isoOf(from), to: isoOf(end) });
  const hours = Map.groupBy(
    rows,
    (row) => parseInstant(`${String(row["dt"])}T${String(row["hour"]).padStart(2, "0")}:00:00Z`) ?? from,
  );
  for (const [time, usage] of hours) {
    telemetry.countAt(time, {
      Invocations: sum(usage, "invocations"),
      Errors: sum(usage, "errors"),
      Throttles: sum(usage, "throttles"),
      Unpriced: sum(usage, "unpriced"),
      Tokens: sum(usage, "total_tokens"),
      PromptTokens: sum(usage, "prompt_tokens"),
      CacheReadTokens: sum(usage, "cache_read_tokens"),
      EstimatedCost: Number(formatUsd(cost(usage))),
    });
    for (const [, group] of Map.groupBy(usage, (row) => `${row["team"]}\n${row["model_tier"]}`)) {
      const [first] = group;
      if (first)
        telemetry.log.info("usage", {
          hour: isoOf(time),
          team: first["team"],
          model_tier: first["model_tier"],
          ...figures(group),
        });
    }
    if (!people) continue;
    const persons = [
      ...Map.groupBy(
        usage.filter((row) => row["person"] !== null),
        (row) => String(row["person"]),
      ),
    ];
    persons.sort(([, a], [, b]) => (cost(a) > cost(b) ? -1 : 1));
    for (const [person, group] of persons.slice(0, MOST_PEOPLE))
      telemetry.log.info("usage of a person", { hour: isoOf(time), person, ...figures(group) });
  }
  await data.write(MARK, isoOf(end));
  return (end - from) / HOUR_MS;
}

const figures = (rows: readonly Row[]): { invocations: number; tokens: number; usd: number } => ({
  invocations: sum(rows, "invocations"),
  tokens: sum(rows, "total_tokens"),
  usd: Number(formatUsd(cost(rows))),
});

const sum = (rows: readonly Row[], name: string): number => rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
const cost = (rows: readonly Row[]): bigint =>
  rows.reduce((total, row) => total + (row["estimated_cost"] === null ? 0n : parseUsd(String(row["estimated_cost"] ?? "0"))), 0n);
