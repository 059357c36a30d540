import { ask, type Cells, ticks } from "../../query/ask.ts";

export const usd = (dollars: number): string => dollars.toFixed(12);
/** The one tick at which the window from 10:00 to 10:15 is judged when its logs come in time. */
export const TICK = ticks("2026-06-10T10:19", "2026-06-10T10:20");

/** Calls of five minutes of June 10, so many failed. */
export const five = (time: string, invocations: number, errors: number, cells: Cells = {}): Cells => ({
  ...{
    dt: "2026-06-10",
    bucket: `2026-06-10 ${time}`,
    arrival: `2026-06-10 ${time}`,
    invocations,
    errors,
    server_errors: errors,
  },
  ...{ throttles: 0, client_errors: 0, model_errors: 0, error_cost: 0, denied: 0, denied_cost: 0, principal_arn: "p" },
  ...cells,
});
export const judged = (
  calls_5m: readonly Cells[],
  params: Record<string, string | number | boolean> = {},
  hourly_usage: readonly Cells[] = [],
) => ask("anomalies/error_rate", { ...TICK, ...params }, { calls_5m, hourly_usage });

/** A fifth of sixty calls, evenly. */
export const FIFTH = [five("10:00", 20, 4), five("10:05", 20, 4), five("10:10", 20, 4)];
