/** One live run: reads state, judges the ticks since the last run, tells what is new, and remembers it. Safe beside another run and after a crash. */
import type { AlertRule, Severity } from "../config/alert-rule.ts";
import { BUDGET_RULES } from "../config/budget-rules.ts";
import type { AlertSink, Clock, DeadLetters, ObjectStore } from "../ports.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { alertOf } from "./alert.ts";
import { type Contributors, contributorsOf, NO_CONTRIBUTORS } from "./contributors.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { firstHour } from "./first-hour.ts";
import { isOld, same } from "./incident-age.ts";
import type { IncidentRecord, OutboxEntry } from "./incident-record.ts";
import { IncidentStore, type Versioned } from "./incident-store.ts";
import { dear, type JudgedInput, judged } from "./judged.ts";
import { learningRules, learningText } from "./learning.ts";
import type { Incident } from "./lifecycle.ts";
import { withMutes } from "./mutes.ts";
import type { Notice } from "./notice.ts";
import type { TickRange } from "./observe.ts";
import { type Delivered, type Delivery, emptied, isDue, isLost, publishClaimed, takeOver } from "./outbox.ts";
import { runnable } from "./run-detectors.ts";
import { incidentId } from "./silence.ts";
import { undeliverableIncident } from "./undeliverable.ts";
import { writeMessage } from "./write-message.ts";

export interface DetectInput extends JudgedInput {
  readonly sink: AlertSink;
  readonly state: ObjectStore;
  /** For messages that no topic took; there is none on one machine. */
  readonly deadLetters?: DeadLetters;
  readonly clock: Clock;
  /** Options of the commands in messages that say where the data is, for example `--athena --stage prod`. */
  readonly target?: string;
  /** Stage of the stack, for the command that mutes a message. */
  readonly stage?: string;
  /** Address of the stack's own dashboard. */
  readonly dashboard?: string;
  /** Ticks to judge; since the last run unless given. */
  readonly range?: TickRange;
  /** Detectors that are paid for each time they are asked: those are asked once an hour instead of in each run. None unless given. */
  readonly isDear?: (query: string) => boolean;
}

export interface DetectResult {
  readonly range: TickRange;
  readonly published: number;
  /** Messages that were refused and are tried again at the next run. */
  readonly failed: number;
  readonly undeliverable: number;
  /** Incidents that another run was writing at the same time; the next run looks at those ticks again. */
  readonly conflicts: number;
  readonly open: number;
  readonly notes: readonly string[];
}

/** Ticks that are judged again: late logs and a run that another one overtook. Judging a tick twice changes nothing. */
const OVERLAP_MS = 2 * HOUR_MS;
/** A first run begins here: it must not tell of last year's outages. */
const FIRST_LOOK_MS = DAY_MS;

/** After a long pause a run judges no more than this, in order, and the next one goes on: all of it might take longer than a run may. */
const LONGEST_LOOK_MS = 2 * DAY_MS;

/** Incidents without a message of their own are written this many at a time: S3 takes about 30 ms for each. */
const AT_ONCE = 32;

export async function detect(given: DetectInput): Promise<DetectResult> {
  const now = given.clock.now();
  const muted = await withMutes(given.config.alerts, given.state, now);
  const input: DetectInput = { ...given, config: { ...given.config, alerts: muted.config } };
  const { warehouse, state, clock, config } = input;
  const store = new IncidentStore(state);
  const delivery: Delivery = { sink: input.sink, store, clock, attempts: config.alerts.attempts };
  const records = await store.load();
  const totals = { published: 0, failed: 0, undeliverable: 0, conflicts: 0 };
  const count = (key: string, delivered: Delivered | undefined): void => {
    if (!delivered) {
      totals.conflicts += 1;
      return;
    }
    records.set(key, delivered.version);
    totals.published += delivered.published.length;
    totals.failed += delivered.failed.length;
    totals.undeliverable += delivered.undeliverable.length;
  };

  for (const [key, version] of [...records]) {
    if (version.record.outbox.some((entry) => isDue(entry, now))) count(key, await takeOver(delivery, version));
  }

  const judgedTo = (await readCursor(state)) ?? now - FIRST_LOOK_MS;
  const range = input.range ?? { from: judgedTo - OVERLAP_MS, to: Math.min(now, judgedTo + LONGEST_LOOK_MS) };
  const { rules, notes } = runnable(config);
  const table = new Map<string, AlertRule>([...rules, ...Object.entries(BUDGET_RULES)]);
  const { incidents, ended, notices } = await judged(
    input,
    rules,
    range,
    dear(input.isDear, rules, judgedTo, range.to),
    known(records),
  );

  const told = Map.groupBy(notices, ({ incident }) => incident.key);
  const explained = Map.groupBy(incidents.values(), ({ groupedUnder }) => groupedUnder ?? "");
  const settle = async (incident: Incident): Promise<void> => {
    const rule = table.get(incident.rule);
    if (!rule) return;
    const before = records.get(incident.key);
    const mine = told.get(incident.key) ?? [];
    const was = before?.record.incident;
    const changed = mine.length > 0 || was?.state !== incident.state || was.groupedUnder !== incident.groupedUnder;
    // Who is behind an incident that another one tells is not asked: an outage of 5,000 teams would be as many queries.
    const contributors =
      changed && incident.openedAt !== null && incident.groupedUnder === null
        ? await contributorsOf(warehouse, rule, incident, incident.lastBreach)
        : NO_CONTRIBUTORS;
    const explains = explained.get(incidentId(incident)) ?? [];
    const fresh = mine.filter(isTold).map((notice) => entryOf(input, rule, notice, contributors, explains));
    await save(delivery, { key: incident.key, incident, fresh, before, count });
    if (changed && incident.openedAt !== null) await writeHistory(input, rule, incident, contributors, records.get(incident.key));
  };
  const urgent = byUrgency(incidents, table);
  for (const incident of urgent.filter(({ groupedUnder }) => groupedUnder === null)) await settle(incident);
  const rest = urgent.filter(({ groupedUnder }) => groupedUnder !== null);
  for (let start = 0; start < rest.length; start += AT_ONCE) await Promise.all(rest.slice(start, start + AT_ONCE).map(settle));
  for (const incident of ended) {
    const rule = table.get(incident.rule);
    if (rule)
      await writeHistory(input, rule, incident, await contributorsOf(warehouse, rule, incident, incident.lastBreach), undefined);
  }
  for (const [key, { record }] of records) {
    if (record.incident?.state === "pending" && !incidents.has(key)) {
      const saved = await store.save({ ...record, incident: null }, records.get(key));
      if (!saved) totals.conflicts += 1;
    }
    // Untouched by this run: what another run may be writing is left to it.
    if (isOld(record, table, now) && incidents.get(key) === record.incident) await store.forget(key);
  }
  for (const [key, version] of [...records]) {
    const lost = version.record.outbox.filter(isLost);
    if (lost.length === 0) continue;
    const kept = new Set<string>();
    for (const entry of lost) {
      await reportLost(delivery, input, entry, records, count);
      if (await isKept(input, entry)) kept.add(entry.id);
      else totals.failed += 1;
    }
    if (kept.size === 0) continue;
    const outbox = version.record.outbox.map((entry) => (kept.has(entry.id) ? emptied(entry) : entry));
    const saved = await store.save({ ...version.record, outbox }, version);
    if (saved) records.set(key, saved);
    else totals.conflicts += 1;
  }

  if (totals.conflicts === 0) await writeCursor(state, range.to);
  const open = [...incidents.values()].filter((incident) => incident.state === "open").length;
  const learning = learningText(learningRules(rules, await firstHour(warehouse, state, now), now));
  const all = [...notes, ...store.problems, ...muted.problems, ...(learning === undefined ? [] : [`alerts: ${learning}.`])];
  return { range, ...totals, open, notes: all };
}

const known = (records: ReadonlyMap<string, Versioned>): Map<string, Incident> =>
  new Map([...records].flatMap(([key, { record }]) => (record.incident ? [[key, record.incident] as const] : [])));

const isTold = (notice: Notice): boolean => notice.incident.groupedUnder === null && notice.incident.muted === null;

/** Pages first: a run that is cut off has told the worst. */
function byUrgency(incidents: ReadonlyMap<string, Incident>, rules: ReadonlyMap<string, AlertRule>): Incident[] {
  const order: readonly (Severity | undefined)[] = ["critical", "budget", "warning", "data", "info"];
  const rank = (incident: Incident): number => order.indexOf(rules.get(incident.rule)?.severity);
  return [...incidents.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.openedAt ?? 0) - (b.openedAt ?? 0) || (a.key < b.key ? -1 : 1),
  );
}

function entryOf(
  { config: { organisation, timezone, alerts }, clock, target, stage, dashboard }: DetectInput,
  rule: AlertRule,
  notice: Notice,
  contributors: Contributors,
  explains: readonly Incident[],
): OutboxEntry {
  return {
    id: `${incidentId(notice.incident)}:${notice.kind}:${notice.tick}`,
    kind: notice.kind,
    tick: notice.tick,
    message: writeMessage({
      organisation,
      timezone,
      rule,
      notice,
      contributors,
      explains,
      target,
      stage,
      dashboard: alerts.dashboard ?? dashboard,
      httpsForm: alerts.https_form[rule.severity],
    }),
    status: "claimed",
    claimedAt: clock.now(),
    attempts: 0,
    lastError: null,
  };
}

interface Saving {
  readonly key: string;
  readonly incident: Incident;
  readonly fresh: readonly OutboxEntry[];
  readonly before: Versioned | undefined;
  readonly count: (key: string, delivered: Delivered | undefined) => void;
}

async function save(delivery: Delivery, { key, incident, fresh, before, count }: Saving): Promise<void> {
  if (before?.record.incident && fresh.length === 0 && same(before.record.incident, incident)) return;
  const claimedAt = delivery.clock.now();
  const entries = fresh.map((entry) => ({ ...entry, claimedAt }));
  const told = new Set(before?.record.outbox.map(({ id }) => id));
  const outbox = [...(before?.record.outbox ?? []), ...entries.filter(({ id }) => !told.has(id))];
  const record: IncidentRecord = { key, incident, notices: before?.record.notices ?? 0, outbox };
  const claimed = await delivery.store.save(record, before);
  count(key, claimed && (await publishClaimed(delivery, claimed, claimedAt)));
}

/** The incident's row of the table `alerts`; its last state counts. */
async function writeHistory(
  { state, target }: DetectInput,
  rule: AlertRule,
  incident: Incident,
  contributors: Contributors,
  version: Versioned | undefined,
): Promise<void> {
  const row = alertOf(rule, incident, contributors, version?.record.notices ?? 0, target);
  await state.write(`alerts/${row.alert_id}.jsonl`, `${JSON.stringify(row)}\n`);
}

/** Whether it is in the dead-letter queue; if not, the next run tries again. */
async function isKept({ deadLetters }: DetectInput, entry: OutboxEntry): Promise<boolean> {
  try {
    await deadLetters?.keep(JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

/**
 * A message that nobody took lands in the dead-letter queue, in an object of its own and in a data alert; only the data alert's own failure
 * ends there. A run that dies before it wrote down that it did so does it again.
 */
async function reportLost(
  delivery: Delivery,
  input: DetectInput,
  entry: OutboxEntry,
  records: ReadonlyMap<string, Versioned>,
  count: (key: string, delivered: Delivered | undefined) => void,
): Promise<void> {
  const { state, clock } = input;
  await state.write(`alerts-state/undelivered/${entry.id.replaceAll(":", "-")}.json`, `${JSON.stringify(entry)}\n`);
  const notice = undeliverableIncident(entry, clock.now());
  if (!notice || records.has(notice.incident.key)) return;
  const rule = notice.rule;
  const fresh = [entryOf(input, rule, notice, NO_CONTRIBUTORS, [])];
  await save(delivery, { key: notice.incident.key, incident: notice.incident, fresh, before: undefined, count });
}
