import { z } from "zod";
import { explainAlert } from "../anomaly/explain-alert.ts";
import { unknownCost } from "../anomaly/unknown-cost.ts";
import { PROGRAM } from "../program.ts";
import { USD } from "./answer.ts";
import { shownAlerts } from "./shown-names.ts";
import { type Tool, tool } from "./tool.ts";

const list = tool({
  name: "list_alerts",
  about: "Alerts that were raised, newest first; those that another one explains are left out.",
  input: { limit: z.int().min(1).max(200).default(20), state: z.enum(["open", "resolved"]).optional() },
  answer: async ({ alerts, names, target }, { limit, state }) => {
    const found = shownAlerts(await alerts(), names)
      .filter((alert) => alert.grouped_under === null && alert.muted === null && (state === undefined || alert.state === state))
      .sort((a, b) => (a.opened_at < b.opened_at ? 1 : -1));
    const rows = found.slice(0, limit).map((alert) => ({
      alert_id: alert.alert_id,
      severity: alert.severity,
      rule: alert.rule,
      state: alert.state,
      opened_at: alert.opened_at,
      resolved_at: alert.resolved_at,
      summary: alert.summary,
      // Unknown is not zero.
      dollars: unknownCost(alert) === undefined ? alert.dollars : null,
    }));
    return {
      result: { count: found.length, rows },
      units: `${USD} Times are UTC.`,
      query: `${PROGRAM} alerts ${target}`.trim(),
      ...(found.length > rows.length ? { left_out: `${found.length - rows.length} older alerts: raise the limit` } : {}),
    };
  },
});

const explain = tool({
  name: "explain_alert",
  about:
    "The numbers behind one alert: what, since when, limit and baseline, who and which model contribute, and the query to run next.",
  input: { id: z.string().min(3).max(120).describe("Its id, or how the id begins") },
  answer: async ({ alerts, names, target }, { id }) => ({
    result: Object.fromEntries(explainAlert(shownAlerts(await alerts(), names), id, target)),
    units: `${USD} Times are UTC.`,
    query: `${PROGRAM} alerts explain ${id.replace(/[^\w:.-]/g, "")} ${target}`.trim(),
  }),
});

export const alertTools: readonly Tool[] = [list, explain];
