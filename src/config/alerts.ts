import { z } from "zod";
import { type AlertRule, COMPARISONS, FAMILIES, MEASURES, SCOPES, SEVERITIES, TICKS } from "./alert-rule.ts";
import { ALERT_RULES } from "./alert-rules.ts";
import { contradictions } from "./contradictions.ts";
import { duration } from "./duration.ts";
import { enforcementConfig } from "./enforcement.ts";

const scopeNumbers = z.strictObject({
  threshold: z.number().min(0).optional().describe("Threshold for this scope."),
  floor: z.number().min(0).optional().describe("Floor for this scope."),
  noise: z.number().min(0).optional().describe("Spreads for this scope."),
});

const byScope = z.partialRecord(z.enum(SCOPES), scopeNumbers);
const params = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]));
const QUERY = /^anomalies\/[a-z0-9_]+$/;
const QUERY_HINT = "write a query under sql/anomalies, for example anomalies/spend_daily";
const queryName = z.string().regex(QUERY, QUERY_HINT);

/** An address that may stand in every form of a message: nothing in it that a chat or a shell would read as markup. */
const address = z
  .string()
  .max(500)
  .regex(/^https:\/\/[\w.~:/?#@&+,;=%-]+$/, "write an address that begins with https:// and holds no spaces, quotes or brackets");

/** The keys of a rule. */
const keys = {
  title: z.string().min(1).max(60).describe("What is wrong, in a few words."),
  runbook: address.or(z.literal("")).describe("Address of what to do, shown in its messages; empty for none."),
  query: queryName.describe("Detector under sql/."),
  tick: z.enum(TICKS).describe("How often it looks."),
  enabled: z.boolean().describe("Whether it runs."),
  severity: z.enum(SEVERITIES).describe("Who is told."),
  family: z.enum(FAMILIES).describe("Incidents of one family explain each other."),
  scopes: z.array(z.enum(SCOPES)).min(1).describe("What it watches."),
  measure: z.enum(MEASURES).describe("What the value counts."),
  compare: z
    .enum(COMPARISONS)
    .describe("above: value > threshold; ratio: value > baseline x (1 + threshold); drop: value < baseline x (1 - threshold)."),
  threshold: z.number().min(0).describe("What is too much."),
  noise: z.number().min(0).describe("Spreads of the history that the value must also be away from the baseline."),
  floor: z.number().min(0).describe("Dollars or calls below which it stays silent."),
  min_history: z.int().min(0).describe("Past observations that the baseline needs."),
  learns: duration.describe(
    "Time from the first log until it can judge; until then summary, report and npx strata-bedrock alerts say so.",
  ),
  hold: duration.describe("Breached for this long before it opens."),
  cool_down: duration.describe("Time between messages about one incident; a return within it is the same incident."),
  recovery: z
    .number()
    .min(0)
    .max(1, {
      error: ({ input }) =>
        `${String(input)} would end an incident above its own threshold: recovery is a share of threshold, from 0 to 1`,
    })
    .describe("Share of the threshold at which it is over."),
  clear_for: duration.describe("Over for this long before it is resolved."),
  escalate: z.number().min(0).describe("Times the opening breach at which it is escalated; 0 for never."),
  params: params.describe("Parameters of the query."),
  by_scope: byScope.describe("Numbers that differ for one scope."),
};

/** A rule of the table: every key has that rule's value as its default. */
const builtIn = (rule: AlertRule) =>
  z
    .strictObject({
      title: keys.title.default(rule.title),
      runbook: keys.runbook.default(rule.runbook),
      query: keys.query.default(rule.query),
      tick: keys.tick.default(rule.tick),
      enabled: keys.enabled.default(rule.enabled),
      severity: keys.severity.default(rule.severity),
      family: keys.family.default(rule.family),
      scopes: keys.scopes.default([...rule.scopes]),
      measure: keys.measure.default(rule.measure),
      compare: keys.compare.default(rule.compare),
      threshold: keys.threshold.default(rule.threshold),
      noise: keys.noise.default(rule.noise),
      floor: keys.floor.default(rule.floor),
      min_history: keys.min_history.default(rule.min_history),
      learns: keys.learns.default(rule.learns),
      hold: keys.hold.default(rule.hold),
      cool_down: keys.cool_down.default(rule.cool_down),
      recovery: keys.recovery.default(rule.recovery),
      clear_for: keys.clear_for.default(rule.clear_for),
      escalate: keys.escalate.default(rule.escalate),
      // Naming one parameter leaves the others at their defaults.
      params: keys.params.default({}).transform((given) => ({ ...rule.params, ...given })),
      by_scope: keys.by_scope.default({}).transform((given) => ({ ...rule.by_scope, ...given })),
    })
    .prefault({})
    .describe(`${rule.title}. Parameters: ${JSON.stringify(rule.params)}. By scope: ${JSON.stringify(rule.by_scope)}.`);

/** A rule of one's own: what has no sensible default must be given. */
const ownRule = z.strictObject({
  ...keys,
  query: z
    .string({
      error: ({ input }) =>
        input === undefined ? "is missing: no rule of the table has this name, and a rule of your own needs a query" : undefined,
    })
    .regex(QUERY, QUERY_HINT)
    .describe("Detector under sql/."),
  enabled: keys.enabled.default(true),
  runbook: keys.runbook.default(""),
  family: keys.family.default("news"),
  noise: keys.noise.default(0),
  floor: keys.floor.default(0),
  min_history: keys.min_history.default(0),
  learns: keys.learns.default("0m"),
  hold: keys.hold.default("0m"),
  cool_down: keys.cool_down.default("1d"),
  recovery: keys.recovery.default(0.5),
  clear_for: keys.clear_for.default("0m"),
  escalate: keys.escalate.default(0),
  params: keys.params.default({}),
  by_scope: keys.by_scope.default({}),
});

const table = new Map<string, AlertRule>(Object.entries(ALERT_RULES));

const rules = z
  .object(Object.fromEntries([...table].map(([name, rule]) => [name, builtIn(rule)])))
  .catchall(ownRule)
  .superRefine((given, context) => {
    for (const name of Object.keys(given))
      if (!/^[a-z][a-z0-9_]{1,39}$/.test(name))
        context.addIssue({ code: "custom", path: [name], message: "a rule's name is lower-case letters, digits and _" });
    for (const { path, message } of contradictions(given)) context.addIssue({ code: "custom", path: [path], message });
  });

const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/, "write a time as 2026-12-24 or 2026-12-24T18:00:00Z (UTC)");

const selector = {
  rule: z.string().min(1).optional().describe("Only this rule; without it, every rule. * allowed."),
  scope: z.enum(SCOPES).optional().describe("Only this scope."),
  name: z.string().min(1).optional().describe("Only this team, account, model or person. * allowed."),
};

const fromOf = (input: unknown): string =>
  typeof input === "object" && input !== null && "from" in input ? String(input.from) : "missing";

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write a time of day as 07:30");

/** Nothing is sent about what it selects for a time; what it leaves out matches everything. */
export const suppression = z
  .strictObject({
    id: z.string().min(1).max(200).optional().describe("Only this incident, by its id as in the message."),
    ...selector,
    from: instant.describe("Start, UTC."),
    to: instant.describe("End, UTC, not included."),
    reason: z.string().min(1).max(200).describe("Shown where the alert is listed."),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    error: ({ input }) => `is not after from (${fromOf(input)}), so nothing would be suppressed`,
  });

export const acknowledgement = z.strictObject({
  id: z.string().min(1).max(200).describe("Incident id as in the message."),
  by: z.string().min(1).max(100).describe("Who looks after it."),
});

/** What SNS subscribers over https receive. */
export const HTTPS_FORMS = ["chat", "alarm"] as const;
export type HttpsForm = (typeof HTTPS_FORMS)[number];

/** Who is told what, when. */
export const alertsConfig = z
  .strictObject({
    rules: rules.prefault({}).describe("Rules by name."),
    suppress: z
      .array(suppression)
      .default([])
      .describe("Times in which nothing is sent, for example a load test. Incidents are still recorded."),
    acknowledge: z
      .array(acknowledgement)
      .default([])
      .describe("Incidents that somebody looks after: no repeated messages, only escalation and the end."),
    quiet_hours: z
      .strictObject({
        from: clock.describe("Begins, for example 20:00, in the organisation's time zone."),
        to: clock.describe("Ends, for example 07:00; before from, it is the next day."),
        weekends: z.boolean().default(false).describe("Saturdays and Sundays are quiet as a whole."),
        severities: z
          .array(z.enum(SEVERITIES).exclude(["critical", "budget"]))
          .min(1)
          .default(["info", "warning", "data"])
          .describe("What waits until they end. Pages and budgets never do."),
      })
      .optional()
      .describe("Hours in which messages that wake nobody wait: what is still wrong afterwards is told then."),
    dashboard: address
      .optional()
      .describe("Address of the dashboard or report that messages point to; on AWS the stack's own dashboard unless given."),
    https_form: z
      .partialRecord(z.enum(SEVERITIES), z.enum(HTTPS_FORMS))
      .default({})
      .describe(
        "What https subscribers of a severity's topic receive: chat (Amazon Q Developer in chat applications, the default) or alarm (as a CloudWatch alarm, for PagerDuty, Opsgenie and others).",
      ),
    expected_month_usd: z
      .number()
      .positive()
      .optional()
      .describe(
        "Dollars a month that are expected; the ceilings follow from it until more is known. npx strata-bedrock init asks for it.",
      ),
    projections: z.boolean().default(true).describe("Tell when a month is projected to end above its budget."),
    response: z
      .strictObject({
        warn: z.number().positive().default(0.8),
        throttle: z.number().positive().default(0.9),
        reject: z.number().positive().default(1),
      })
      .refine(({ warn, throttle, reject }) => warn <= throttle && throttle <= reject, {
        message: "warn, throttle and reject must rise",
      })
      .prefault({})
      .describe("Shares of a budget at which current/budget-status.json says warn, throttle or reject."),
    enforcement: enforcementConfig.prefault({}),
    attempts: z.int().min(1).max(100).default(12).describe("Runs that try to send a message before it counts as undeliverable."),
  })
  .describe("Alert rules.");

export type AlertsConfig = z.infer<typeof alertsConfig>;
