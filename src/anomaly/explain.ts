/** Grouping: which open incident already tells what a new one would tell, so that one outage is one page and nothing else is hidden. Pure. */
import { type AlertRule, type Family, SCOPES } from "../config/alert-rule.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import type { Incident } from "./lifecycle.ts";
import type { Observation } from "./observation.ts";

/** Families in which one rule can be the cause of another: what is missing, unpriced or new is never explained by something else that is. */
const SHARING: ReadonlySet<Family> = new Set<Family>(["errors", "volume", "abuse"]);

/** Whose calls: a scope, and the one team or account they all belong to, where that is known. */
export type Party = Pick<Incident, "scope" | "name" | "team" | "accountId">;

/** What an observation counts of its period: failed or throttled calls, dollars above the usual otherwise. */
function amountOf({ family }: AlertRule, { facts, dollars }: Pick<Observation, "facts" | "dollars">): number {
  if (family === "errors") return Number(facts["failed"] ?? 0);
  return family === "throttling" ? Number(facts["absorbed"] ?? 0) : Number(formatUsd(dollars));
}

const partyKey = (rule: string, { scope, name }: Pick<Party, "scope" | "name">): string => `${rule}|${scope}|${name ?? ""}`;

/** Amounts of one tick by rule, scope and period: what tells whether two scopes are about the same calls. */
export class Amounts {
  readonly #amounts = new Map<string, number>();
  readonly #dollars = new Map<string, PicoUsd>();

  add(name: string, rule: AlertRule, seen: Observation): void {
    const key = partyKey(name, seen);
    this.#amounts.set(`${seen.since} ${key}`, amountOf(rule, seen));
    this.#dollars.set(key, seen.dollars);
  }

  /** Undefined when the detector said nothing about this scope and period. */
  of(rule: string, party: Pick<Party, "scope" | "name">, since: number): number | undefined {
    return this.#amounts.get(`${since} ${partyKey(rule, party)}`);
  }

  /** Dollars of this tick. */
  dollars(rule: string, party: Pick<Party, "scope" | "name">): PicoUsd | undefined {
    return this.#dollars.get(partyKey(rule, party));
  }
}

const ORGANISATION = { scope: "organisation", name: null } as const;

/** Whether all calls of `part` are known to lie in `whole`; undefined when that is not known. */
function within(part: Party, whole: Party): boolean | undefined {
  if (whole.scope === "organisation") return true;
  if (part.scope === whole.scope) return part.name === whole.name;
  if (whole.scope === "team" && part.team !== null) return part.team === whole.name;
  if (whole.scope === "account" && part.accountId !== null) return part.accountId === whole.name;
  if (part.team !== null && whole.team !== null && part.team !== whole.team) return false;
  if (part.accountId !== null && whole.accountId !== null && part.accountId !== whole.accountId) return false;
  return undefined;
}

/**
 * Whether at least half of what `part` counts is counted by `whole` too. Two scopes of one rule that together count more than the
 * organisation does overlap by at least the difference.
 * @param since start of the period that both are compared in
 */
function holdsHalf(rule: string, whole: Party, part: Party, since: number, amounts: Amounts): boolean {
  const known = within(part, whole);
  if (known !== undefined) return known;
  const [a, b, all] = [part, whole, ORGANISATION].map((party) => amounts.of(rule, party, since));
  if (a === undefined || b === undefined || all === undefined || a === 0) return false;
  return (a + b - Math.max(all, a, b)) * 2 >= a;
}

/** Late logs: the period of this reading lies in the time of an ended incident of the same rule, which told it already. */
const isLateWord = (ended: Incident, fresh: Incident, since: number): boolean =>
  ended.state === "resolved" && ended.rule === fresh.rule && since >= ended.since && since < ended.lastBreach;

/** Told to the same people, and open at that time: what is muted tells nobody. */
const canExplain = (other: Incident, theirs: AlertRule, fresh: Incident, rule: AlertRule): boolean =>
  other.key !== fresh.key &&
  other.muted === null &&
  theirs.severity === rule.severity &&
  theirs.family === rule.family &&
  other.since < fresh.latest.tick &&
  fresh.since < other.lastBreach;

export interface Grouping {
  readonly rules: ReadonlyMap<string, AlertRule>;
  readonly amounts: Amounts;
  /** Start of the period that the latest reading of an incident is about. */
  readonly sinceOf: (incident: Incident) => number;
}

/** Whether `other` tells what `fresh` would tell. */
export function explains(other: Incident, fresh: Incident, { rules, amounts, sinceOf }: Grouping): boolean {
  const [rule, theirs] = [rules.get(fresh.rule), rules.get(other.rule)];
  if (!rule || !theirs || !canExplain(other, theirs, fresh, rule)) return false;
  if (other.state !== "open" && !isLateWord(other, fresh, sinceOf(fresh))) return false;
  if (other.rule !== fresh.rule) return SHARING.has(rule.family) && sameDollars(other, fresh, amounts);
  // One rule sees the same calls in several dimensions. Another value of the same dimension is another matter: two models that fail.
  if (other.scope === fresh.scope || !holdsHalf(fresh.rule, other, fresh, sinceOf(fresh), amounts)) return false;
  return isWider(other, fresh) || (!isWider(fresh, other) && !exceeds(fresh, other, sinceOf(fresh), amounts));
}

/** Whether `wide` is about the outage that `narrow` told so far, and about more of it. */
export function takesOver(wide: Incident, narrow: Incident, { rules, amounts, sinceOf }: Grouping): boolean {
  const rule = rules.get(wide.rule);
  if (
    !rule ||
    wide.rule !== narrow.rule ||
    wide.scope === narrow.scope ||
    narrow.state !== "open" ||
    !canExplain(narrow, rule, wide, rule)
  )
    return false;
  return (
    holdsHalf(wide.rule, wide, narrow, sinceOf(wide), amounts) &&
    (isWider(wide, narrow) || exceeds(wide, narrow, sinceOf(wide), amounts))
  );
}

/** Whether `wide` counts more than twice what `narrow` does: then people must hear that it is more than they were told. */
export function isMuchMore(wide: Incident, narrow: Incident, { amounts, sinceOf }: Grouping): boolean {
  const since = sinceOf(wide);
  return (amounts.of(wide.rule, wide, since) ?? 0) > 2 * (amounts.of(narrow.rule, narrow, since) ?? 0);
}

/** Scopes that hold others whole; models and principals cross teams. */
const isWider = (a: Party, b: Party): boolean => {
  const width = (party: Party): number => SCOPES.indexOf(party.scope);
  return (a.scope === "organisation" || a.scope === "account") && width(a) < width(b);
};

const exceeds = (a: Incident, b: Incident, since: number, amounts: Amounts): boolean =>
  (amounts.of(a.rule, a, since) ?? 0) > (amounts.of(b.rule, b, since) ?? 0);

/** Another rule explains it when the one holds the other and at least half of the dollars are its own: a loop is why a team's tokens rise. */
function sameDollars(other: Incident, fresh: Incident, amounts: Amounts): boolean {
  if (within(fresh, other) !== true && within(other, fresh) !== true) return false;
  const mine = amounts.dollars(fresh.rule, fresh) ?? fresh.dollars;
  // Dollars from before this one began do not count: what is long over does not explain the day.
  const theirs = other.since >= fresh.since ? other.dollars : (amounts.dollars(other.rule, other) ?? 0n);
  return mine > 0n && theirs * 2n >= mine;
}

/** Whether a wider scope that would explain this incident is beyond its limit and only not certain yet: a page can wait a tick for it. */
export function isAboutToOpen(wide: Observation, fresh: Incident, { amounts, sinceOf }: Grouping): boolean {
  return isWider(wide, fresh) && holdsHalf(fresh.rule, wide, fresh, sinceOf(fresh), amounts);
}
