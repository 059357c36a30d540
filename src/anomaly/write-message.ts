import { atStage } from "../aim-commands.ts";
import type { AlertRule } from "../config/alert-rule.ts";
import type { HttpsForm } from "../config/alerts.ts";
import { BUDGET_RULES } from "../config/budget-rules.ts";
import { printable } from "../errors.ts";
import { percent } from "../figures.ts";
import { formatUsd, inDollars, parseUsd } from "../money.ts";
import type { AlertSink } from "../ports.ts";
import { isoOf } from "../time.ts";
import { adviceOf } from "./advice.ts";
import { alarmForm, alarmSubject } from "./alarm-form.ts";
import { shares } from "./alert.ts";
import { carriedBy, regionOf } from "./carried-by.ts";
import { chatForm } from "./chat-form.ts";
import type { Contributors } from "./contributors.ts";
import { carrierText, howBad, minuteOf, placeText, scopeText, summaryOf, titleOf } from "./describe-incident.ts";
import { spanText } from "./format-value.ts";
import { guessClause, guessFacts } from "./guesses.ts";
import { errorClasses, isNot } from "./is-not.ts";
import type { Incident, NoticeKind, Reading } from "./lifecycle.ts";
import type { AlertMessage } from "./message-schema.ts";
import { muteCommand, nextQuery } from "./next-query.ts";
import type { Notice } from "./notice.ts";
import { retryFacts, retryText } from "./retries.ts";
import { incidentId } from "./silence.ts";
import { smsForm } from "./sms-form.ts";
import { leastDollars, unknownCost, unpricedFacts } from "./unknown-cost.ts";
import { windowFacts } from "./window-figures.ts";

export interface MessageInput {
  readonly organisation: string;
  /** IANA zone in which times are also shown. */
  readonly timezone: string;
  readonly rule: AlertRule;
  readonly notice: Notice;
  readonly contributors: Contributors;
  /** Incidents grouped under this one. */
  readonly explains: readonly Incident[];
  /** Options of the command to run next that say where the data is. */
  readonly target?: string | undefined;
  /** Stage of the stack whose messages these are; a command can mute them there. */
  readonly stage?: string | undefined;
  /** Address of the dashboard or report. */
  readonly dashboard?: string | undefined;
  /** What https subscribers receive; chat unless given. */
  readonly httpsForm?: HttpsForm | undefined;
}

/** What AlertSink takes. */
export type OutgoingMessage = Parameters<AlertSink["publish"]>[0];

/** SNS takes 262,144 bytes with attributes (API reference, Publish). Names are cut long before. */
const LONGEST_NAME = 200;
const MOST_FACTS = 30;
const MOST_EXPLAINED = 20;

const clean = (text: string): string => {
  const safe = printable(text).trim();
  return safe.length > LONGEST_NAME ? `${safe.slice(0, LONGEST_NAME - 1)}…` : safe;
};

const cleaned = <T extends { readonly name: string }>(items: readonly T[]): T[] =>
  items.map((item) => ({ ...item, name: clean(item.name) }));

/** The message as data, without anything that could move a terminal's cursor. */
export function alertMessageOf(input: MessageInput): AlertMessage {
  const { rule, notice } = input;
  const incident: Incident = { ...notice.incident, name: notice.incident.name === null ? null : clean(notice.incident.name) };
  const told = toldReading(notice);
  const carrier = carriedBy(incident, input.contributors);
  return {
    schema_version: 1,
    alert_id: incidentId(notice.incident),
    thread_id: notice.incident.knownAs ?? incidentId(notice.incident),
    kind: notice.kind,
    severity: rule.severity,
    rule: incident.rule,
    title: titleOf(rule, incident),
    summary: summaryOf(rule, incident, input.contributors),
    organisation: clean(input.organisation),
    scope: incident.scope,
    scope_name: incident.name,
    carried_by: carrier === undefined ? null : { ...carrier, name: clean(carrier.name) },
    region: regionOf(input.contributors)?.name ?? null,
    error_classes: rule.family === "errors" ? errorClasses(told) : [],
    error_codes: cleaned(input.contributors.errorCodes.slice(0, 5)),
    team: incident.team === null ? null : clean(incident.team),
    account_id: incident.accountId,
    state: incident.state === "resolved" ? "resolved" : "open",
    since: isoOf(incident.since),
    found_at: isoOf(notice.tick),
    resolved_at: incident.resolvedAt === null ? null : isoOf(incident.resolvedAt),
    measure: rule.measure,
    value: told.value,
    baseline: told.baseline,
    limit: told.limit,
    how_bad: howBad(
      rule,
      incident.rule,
      told,
      told === incident.worst || told.since === incident.worst.since ? input.contributors.complete : undefined,
    ),
    dollars_usd: formatUsd(rule.family === "errors" ? input.contributors.dollars : incident.dollars),
    people: cleaned(input.contributors.people.slice(0, 5)),
    models: cleaned(input.contributors.models.slice(0, 5)),
    teams: cleaned(input.contributors.teams.slice(0, 5)),
    accounts: cleaned(input.contributors.accounts.slice(0, 5)),
    is_not: isNot(rule, incident, told, input.contributors),
    facts: Object.fromEntries(
      [
        ...Object.entries(told.facts),
        ...guessFacts(incident.rule, input.contributors),
        ...unpricedFacts(input.contributors.unpriced),
        ...retryFacts(input.contributors.retries),
        ...windowFacts(input.contributors.complete),
      ]
        .filter(([, value]) => value !== null)
        .slice(0, MOST_FACTS)
        .map(([name, value]) => [name, clean(String(value))]),
    ),
    explains: input.explains
      .filter((other) => !isStep(incident, other))
      .slice(0, MOST_EXPLAINED)
      .map((other) => `${other.rule} for ${clean(scopeText(other))}`),
    advice: notice.kind === "resolved" ? null : adviceFor(incident, input.stage),
    runbook: rule.runbook === "" ? null : rule.runbook,
    dashboard: input.dashboard ?? null,
    mute_command: input.stage === undefined ? null : muteCommand(notice.incident, input.stage),
    next_query: nextQuery(rule, incident, input.target),
  };
}

/** What to do, its commands asking the stack that says it. */
function adviceFor(incident: Incident, stage: string | undefined): string | null {
  const advice = adviceOf(incident);
  return advice === undefined || stage === undefined ? (advice ?? null) : atStage(advice, stage);
}

/** When it is over the latest numbers are those of a quiet time. */
const toldReading = ({ kind, incident }: Notice): Reading => (kind === "resolved" ? incident.worst : incident.latest);

/** A lower threshold of the same budget: it says nothing more. */
const isStep = (incident: Incident, other: Incident): boolean =>
  other.rule === incident.rule && other.scope === incident.scope && other.name === incident.name;

const KIND_WORDS: Readonly<Record<NoticeKind, string>> = {
  opened: "",
  escalated: "WORSE: ",
  renotified: "STILL: ",
  reopened: "AGAIN: ",
  resolved: "OVER: ",
};

/** Who carries it, and the model behind most of it, so that a list of subjects tells two outages apart. */
function mostlyText({ severity, scope, carried_by: carrier, models: [first] }: AlertMessage): string {
  if (severity === "budget") return "";
  const model =
    first && first.share >= 0.5 && scope !== "model" && scope !== "person" ? `, ${first.name} ${percent(first.share)}` : "";
  return (carrier ? `, ${carrier.name} ${percent(carrier.share)}` : "") + model;
}

/** At most 100 printable ASCII characters, whatever the names hold: what SNS takes as a subject. */
export function subjectOf(message: AlertMessage): string {
  const text = `${KIND_WORDS[message.kind]}[${message.severity}] ${message.title} - ${message.scope}${message.scope_name === null ? "" : ` ${message.scope_name}`}${mostlyText(message)}`;
  const ascii = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\x20-\x7e]+/g, "?");
  return ascii.length > 100 ? `${ascii.slice(0, 97)}...` : ascii;
}

/** The plain text that somebody reads at three in the morning: what, since when, how bad, who, what it costs, what it is not, what to do. */
export function plainText(message: AlertMessage, input: MessageInput): string {
  const { incident } = input.notice;
  const retries = input.contributors.retries && retryText(input.contributors.retries);
  const lines: (readonly [string, string] | undefined)[] = [
    ["What", `${KIND_WORDS[message.kind]}${message.title}, ${whereText(message)}`],
    [
      incident.rule in BUDGET_RULES ? "Period from" : "Since",
      `${minuteOf(incident.since)} UTC${localTime(incident.since, input.timezone)}${foundText(message, incident)}`,
    ],
    incident.resolvedAt === null
      ? undefined
      : ["Over at", `${minuteOf(incident.resolvedAt)} UTC${localTime(incident.resolvedAt, input.timezone)}`],
    [message.kind === "resolved" ? "At worst" : "How bad", message.how_bad],
    message.error_classes.length === 0 ? undefined : ["Kind", message.error_classes.join(", ")],
    message.error_codes.length === 0 ? undefined : ["Error", shares(message.error_codes)],
    message.people.length === 0 || message.scope === "person" ? undefined : ["Who", shares(message.people)],
    message.models.length === 0 || message.scope === "model" ? undefined : ["Model", shares(message.models)],
    message.teams.length < 2 ? undefined : ["Team", shares(message.teams)],
    message.accounts.length < 2 ? undefined : ["Account", shares(message.accounts)],
    ["Cost", costText(message, input)],
    retries === undefined ? undefined : ["Retries", retries],
    message.is_not.length === 0
      ? undefined
      : ["It is not", message.is_not.map((clause) => clause.replace(/^not /, "")).join("; ")],
    message.explains.length === 0 ? undefined : ["Includes", message.explains.join("; ")],
    message.advice === null ? undefined : ["Do", message.advice],
    message.runbook === null ? undefined : ["Runbook", message.runbook],
    message.dashboard === null ? undefined : ["Dashboard", message.dashboard],
    ["Look", message.next_query],
    message.mute_command === null ? undefined : ["Mute", message.mute_command],
    ["Id", message.alert_id],
  ];
  return lines
    .filter((line) => line !== undefined)
    .map(([label, text]) => `${`${label}:`.padEnd(12)} ${text}`)
    .join("\n");
}

/** How long it had gone on, or lasted; of a budget the period's beginning says nothing about that. */
function foundText(message: AlertMessage, incident: Incident): string {
  if (message.severity === "budget") return "";
  const until = message.kind === "resolved" ? incident.lastBreach : Date.parse(message.found_at);
  const minutes = Math.round((until - Date.parse(message.since)) / 60_000);
  return minutes > 0 ? `, for ${spanText(minutes)}` : "";
}

function whereText(message: AlertMessage): string {
  const { scope, scope_name: name, team, account_id: accountId, carried_by: carrier, region } = message;
  const places = [
    // What is all of it says more than what is most of it.
    carrier && carrier.share < 1 ? carrierText(carrier) : undefined,
    placeText({ scope, name, team, accountId }),
    region === null || scope === "source" ? undefined : `region ${region}`,
  ].filter((place) => place !== undefined && place !== null);
  return scopeText({ scope, name }) + (places.length === 0 ? "" : ` (${places.join(", ")})`);
}

/** Dollars and what they are: of failed calls, used of a budget, above the usual. */
export function costText(message: AlertMessage, { rule, notice, contributors }: MessageInput): string {
  const costing = { ...message, dollars: message.dollars_usd };
  const unknown = unknownCost(costing);
  if (unknown !== undefined) return unknown;
  if (message.rule === "restated") return changeText(parseUsd(message.dollars_usd), "than before");
  if (message.rule === "witnesses_disagree")
    return changeText(parseUsd(message.dollars_usd), "by Cost Explorer than on the bill");
  const dollars = leastDollars(costing);
  const when = notice.incident.resolvedAt === null ? "so far" : "in all";
  const guess = guessClause(message.rule, contributors);
  if (rule.family === "errors") return `${dollars} wasted on failed calls ${when}${guess}`;
  if (rule.family === "throttling") return "nothing: a throttled attempt is not billed";
  return rule.compare === "ratio" ? `${dollars} above the usual ${when}${guess}` : `${dollars} ${when}${guess}`;
}

const changeText = (change: bigint, than: string): string =>
  change < 0n ? `${inDollars(-change)} less ${than}` : `${inDollars(change)} more ${than}`;

/** The same time in the zone of the config; nothing for UTC and for a zone that this machine does not know. */
function localTime(millis: number, zone: string): string {
  if (zone === "UTC") return "";
  try {
    const local = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(millis);
    return ` (${local} ${zone})`;
  } catch {
    return "";
  }
}

/**
 * One message in every form at once: a JSON object whose keys are SNS protocols (MessageStructure json), so that mail reads the plain text,
 * chat (over https) the notification that AWS renders, and machines (sqs, lambda, http) the data.
 */
export function writeMessage(input: MessageInput): OutgoingMessage {
  const message = alertMessageOf(input);
  const text = plainText(message, input);
  const data = JSON.stringify(message);
  const body = JSON.stringify({
    default: text,
    sms: smsForm(message),
    email: text,
    "email-json": data,
    sqs: data,
    lambda: data,
    http: data,
    https: JSON.stringify(
      input.httpsForm === "alarm"
        ? alarmForm(message, text)
        : chatForm(message, input.rule, { words: KIND_WORDS[message.kind], cost: costText(message, input) }),
    ),
  });
  // Filter policies can ask whether an attribute exists; SNS refuses empty ones.
  const attributes = Object.fromEntries(
    [
      ["severity", message.severity],
      ["rule", message.rule],
      ["kind", message.kind],
      ["team", message.team],
      ["account_id", message.account_id],
    ].filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== ""),
  );
  const subject = subjectOf(message);
  return {
    severity: message.severity,
    subject: input.httpsForm === "alarm" ? alarmSubject(message, subject) : subject,
    body,
    attributes,
  };
}
