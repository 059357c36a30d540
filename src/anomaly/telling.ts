/** Which of a tick's incidents are told, which another one tells, and which wait a tick for a wider one. */
import type { AlertRule } from "../config/alert-rule.ts";
import type { AlertsConfig } from "../config/alerts.ts";
import { Amounts, explains, type Grouping, isAboutToOpen, isMuchMore, takesOver } from "./explain.ts";
import type { Incident, NoticeKind } from "./lifecycle.ts";
import type { Notice, TickSeen } from "./notice.ts";
import type { Observation } from "./observation.ts";
import { isQuiet, QUIET } from "./quiet-hours.ts";
import { incidentId, silencedBy } from "./silence.ts";

interface TellingInput {
  readonly input: {
    readonly config: AlertsConfig;
    readonly rules: ReadonlyMap<string, AlertRule>;
    readonly timezone?: string | undefined;
  };
  /** Changed in place. */
  readonly incidents: Map<string, Incident>;
  readonly tick: number;
}

const isFresh = (kind: NoticeKind): boolean => kind === "opened" || kind === "reopened";

/** One tick: first everybody says what was seen, then it is decided who is told what. Siblings of one tick therefore find each other. */
export class Telling {
  readonly #input: TellingInput["input"];
  readonly #incidents: Map<string, Incident>;
  readonly #tick: number;
  readonly #heard: { readonly key: string; readonly kind: NoticeKind }[] = [];
  readonly #undecided = new Set<string>();
  readonly #nearly: { readonly rule: string; readonly observation: Observation }[] = [];
  readonly #grouping: Grouping;
  readonly #since = new Map<string, number>();
  readonly #amounts = new Amounts();
  #byId: Map<string, string> | undefined;

  constructor({ input, incidents, tick }: TellingInput) {
    this.#input = input;
    this.#incidents = incidents;
    this.#tick = tick;
    this.#grouping = {
      rules: input.rules,
      amounts: this.#amounts,
      sinceOf: (incident) => this.#since.get(incident.key) ?? incident.since,
    };
  }

  /** What a rule saw at this tick. */
  look(name: string, rule: AlertRule, at: TickSeen | undefined): void {
    for (const observation of at?.all ?? []) this.#amounts.add(name, rule, observation);
    for (const [key, { observation, judgement }] of at?.scopes ?? []) {
      this.#since.set(key, observation.since);
      if (judgement.verdict === "between" && judgement.intensity > 1) this.#nearly.push({ rule: name, observation });
    }
  }

  /** What became of an incident at this tick. */
  heard(key: string, before: Incident | undefined, notice: NoticeKind | undefined): void {
    const incident = this.#incidents.get(key);
    if (!incident) return;
    if (notice) {
      this.#heard.push({ key, kind: notice });
      if (isFresh(notice)) this.#undecided.add(key);
      this.#byId?.set(incidentId(incident), key);
    }
    // What explained it is over, and this goes on.
    else if (
      before?.groupedUnder &&
      incident.state === "open" &&
      incident.lastBreach === this.#tick &&
      !this.#isExplained(incident)
    )
      this.#heard.push({ key, kind: "renotified" });
  }

  decide(): Notice[] {
    for (const [key, incident] of this.#incidents)
      if (incident.waitsSince !== null && incident.waitsSince < this.#tick && !this.#isQuiet(incident))
        this.#heard.push({ key, kind: "opened" });
    return this.#heard.flatMap(({ key, kind }) => {
      const incident = this.#incidents.get(key);
      // A wider one of this tick may have taken over what waited.
      const notices =
        !incident || (incident.groupedUnder !== null && isFresh(kind) && !this.#undecided.has(key))
          ? []
          : this.#place(incident, kind);
      this.#undecided.delete(key);
      for (const notice of notices) this.#incidents.set(key, notice.incident);
      return notices;
    });
  }

  #place(incident: Incident, kind: NoticeKind): Notice[] {
    const tick = this.#tick;
    const quiet = this.#isQuiet(incident);
    const muted = silencedBy(this.#input.config, incident, tick, kind) ?? (quiet && !isFresh(kind) ? QUIET : null);
    if (kind === "resolved" && incident.waitsSince !== null) {
      const told: Incident = { ...incident, muted, waitsSince: null };
      return [
        { kind: "opened", tick, incident: { ...told, state: "open", resolvedAt: null } },
        { kind, tick, incident: told },
      ];
    }
    if (!isFresh(kind) && (kind === "resolved" || incident.groupedUnder === null || this.#isExplained(incident)))
      return incident.waitsSince === null ? [{ kind, tick, incident: { ...incident, muted } }] : [];
    // What was under another one is told now, whatever was told when it opened.
    const notifiedAt = isFresh(kind) ? incident.notifiedAt : tick;
    const placed: Incident = { ...incident, muted, notifiedAt, groupedUnder: null, waitsSince: null };
    const parent = this.#explanation(placed);
    if (parent) return [{ kind, tick, incident: { ...placed, groupedUnder: incidentId(parent) } }];
    if (muted !== null) return [{ kind, tick, incident: placed }];
    if (isFresh(kind) && (quiet || (incident.waitsSince === null && this.#canWait(placed)))) {
      this.#incidents.set(placed.key, { ...placed, waitsSince: tick });
      return [];
    }
    return this.#takeOver(placed, kind);
  }

  /** The told incident that tells what this one would tell, itself or through what it explains. */
  #explanation(fresh: Incident): Incident | undefined {
    const grouped: Incident[] = [];
    let best: Incident | undefined;
    for (const other of this.#incidents.values()) {
      if (other.state === "pending" || (other.state === "resolved" && other.rule !== fresh.rule)) continue;
      if (other.groupedUnder !== null) grouped.push(other);
      else if (this.#isTold(other) && (!best || isBefore(other, best)) && explains(other, fresh, this.#grouping)) best = other;
    }
    if (best) return best;
    for (const other of grouped) {
      if (other.state !== "open") continue;
      const root = this.#root(other);
      if (root && root.key !== fresh.key && root.muted === null && explains(other, fresh, this.#grouping)) return root;
    }
    return undefined;
  }

  /** Only what pages waits, and only where the wider scope is beyond its limit already. */
  #canWait(fresh: Incident): boolean {
    if (this.#input.rules.get(fresh.rule)?.severity !== "critical") return false;
    return this.#nearly.some(({ rule, observation }) => rule === fresh.rule && isAboutToOpen(observation, fresh, this.#grouping));
  }

  /** Narrower incidents of the same outage end up under the wider one. Who was told of them hears of it only when it is much more than they know. */
  #takeOver(wide: Incident, kind: NoticeKind): Notice[] {
    const narrow = [...this.#incidents.values()].filter(
      (other) => other.groupedUnder === null && takesOver(wide, other, this.#grouping),
    );
    const [first, ...further] = narrow
      .filter((other) => this.#isTold(other))
      .sort((a, b) => (a.openedAt ?? 0) - (b.openedAt ?? 0));
    this.#putUnder(wide, narrow);
    if (!first) return [{ kind, tick: this.#tick, incident: wide }];
    const known: Incident = { ...wide, knownAs: first.knownAs ?? incidentId(first) };
    if ([first, ...further].some((other) => !isMuchMore(wide, other, this.#grouping))) {
      this.#incidents.set(wide.key, known);
      return [];
    }
    return [{ kind: "escalated", tick: this.#tick, incident: { ...known, escalatedAt: this.#tick } }];
  }

  #putUnder(wide: Incident, narrow: readonly Incident[]): void {
    if (narrow.length === 0) return;
    const id = incidentId(wide);
    const ids = new Set(narrow.map(incidentId));
    for (const other of narrow) this.#incidents.set(other.key, { ...other, groupedUnder: id, waitsSince: null });
    for (const [key, other] of this.#incidents)
      if (other.groupedUnder !== null && ids.has(other.groupedUnder)) this.#incidents.set(key, { ...other, groupedUnder: id });
  }

  #isQuiet({ rule }: Incident): boolean {
    const { config, rules, timezone = "UTC" } = this.#input;
    const severity = rules.get(rule)?.severity;
    return severity !== undefined && isQuiet(config, severity, this.#tick, timezone);
  }

  #isTold({ key, openedAt, waitsSince }: Incident): boolean {
    return openedAt !== null && waitsSince === null && !this.#undecided.has(key);
  }

  /** Told by another that is open, or by another rule whose dollars are still at least half of these: a day goes on being dear when the hour that made it so is over. */
  #isExplained(incident: Incident): boolean {
    if (this.#root(incident)) return true;
    const cause = this.#parent(incident);
    return cause !== undefined && cause.rule !== incident.rule && cause.dollars > 0n && cause.dollars * 2n >= incident.dollars;
  }

  #parent({ groupedUnder }: Incident): Incident | undefined {
    if (groupedUnder === null) return undefined;
    this.#byId ??= new Map([...this.#incidents].map(([key, other]) => [incidentId(other), key]));
    return this.#incidents.get(this.#byId.get(groupedUnder) ?? "");
  }

  /** The open incident under which this one is told; undefined when there is none any more. */
  #root(incident: Incident): Incident | undefined {
    const parent = this.#parent(incident);
    if (!parent || parent.key === incident.key || parent.state !== "open") return undefined;
    return parent.groupedUnder === null ? parent : this.#root(parent);
  }
}

const WIDE = ["organisation", "account"];
const width = ({ scope }: Incident): number => (WIDE.includes(scope) ? WIDE.indexOf(scope) : WIDE.length);

/** Which of two explanations is named: the wider, then the older. */
const isBefore = (a: Incident, b: Incident): boolean =>
  (width(a) - width(b) || a.since - b.since || (a.key < b.key ? -1 : 1)) < 0;
