import { type Decimal, divideHalfEven, type PicoUsd } from "../../money.ts";
import { type DayRange, perMonth } from "../per-month.ts";

/** Who would save how much. */
export interface CallerSaving {
  readonly who: string;
  readonly kind: "person" | "service";
  readonly team: string;
  readonly model: string;
  readonly calls: number;
  readonly before: PicoUsd;
  readonly after: PicoUsd;
  readonly saving: PicoUsd;
}

/** Usage that could not be computed, and why. It is in no sum. */
export interface NotComputed {
  readonly reason: string;
  readonly model: string;
  readonly calls: number;
  /** As stored; null when nothing was priced. */
  readonly estimatedCost: PicoUsd | null;
}

/** The answer to one question. Sums are those of `callers`; a negative saving is a cost. */
export interface WhatIf {
  readonly title: string;
  readonly range: DayRange;
  readonly assumptions: readonly string[];
  readonly calls: number;
  readonly before: PicoUsd;
  readonly after: PicoUsd;
  readonly saving: PicoUsd;
  readonly savingPerMonth: PicoUsd;
  readonly callers: readonly CallerSaving[];
  readonly notComputed: readonly NotComputed[];
  /** What the concerned calls cost as stored. When it differs from `before`, they were analysed with other prices. */
  readonly stored: PicoUsd;
}

export const ALL: Decimal = { units: 1n, scale: 0 };

/** A share of an amount, rounded once, half to even. */
export const shareOf = (amount: PicoUsd, share: Decimal): PicoUsd =>
  divideHalfEven(amount * share.units, 10n ** BigInt(share.scale));

/** Adds up callers and puts the dearest first. */
export function whatIf(given: {
  readonly title: string;
  readonly range: DayRange;
  readonly assumptions: readonly string[];
  readonly callers: Iterable<CallerSaving>;
  readonly notComputed?: Iterable<NotComputed>;
  readonly stored: PicoUsd;
}): WhatIf {
  const callers = [...given.callers].sort(
    (a, b) => compare(b.saving, a.saving) || a.who.localeCompare(b.who) || a.model.localeCompare(b.model),
  );
  const sum = (part: (caller: CallerSaving) => bigint): bigint => callers.reduce((total, caller) => total + part(caller), 0n);
  const saving = sum((caller) => caller.saving);
  return {
    title: given.title,
    range: given.range,
    assumptions: given.assumptions,
    calls: callers.reduce((total, caller) => total + caller.calls, 0),
    before: sum((caller) => caller.before),
    after: sum((caller) => caller.after),
    saving,
    savingPerMonth: perMonth(saving, given.range),
    callers,
    notComputed: [...(given.notComputed ?? [])].sort((a, b) => b.calls - a.calls || a.model.localeCompare(b.model)),
    stored: given.stored,
  };
}

export const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sums callers that are the same. */
export class CallerSums {
  readonly #callers = new Map<string, CallerSaving>();
  readonly #skipped = new Map<string, NotComputed>();

  add(caller: CallerSaving): void {
    const key = JSON.stringify([caller.who, caller.kind, caller.team, caller.model]);
    const known = this.#callers.get(key);
    this.#callers.set(
      key,
      known === undefined
        ? caller
        : {
            ...known,
            calls: known.calls + caller.calls,
            before: known.before + caller.before,
            after: known.after + caller.after,
            saving: known.saving + caller.saving,
          },
    );
  }

  skip(one: NotComputed): void {
    const key = JSON.stringify([one.reason, one.model]);
    const known = this.#skipped.get(key);
    const cost = known?.estimatedCost == null ? one.estimatedCost : known.estimatedCost + (one.estimatedCost ?? 0n);
    this.#skipped.set(key, { ...one, calls: one.calls + (known?.calls ?? 0), estimatedCost: cost });
  }

  /** Takes the share of each caller's difference; each is rounded once, so that the parts sum to the whole. */
  callers(share: Decimal = ALL): CallerSaving[] {
    return [...this.#callers.values()].map((caller) => {
      const saving = shareOf(caller.saving, share);
      return { ...caller, saving, after: caller.before - saving };
    });
  }

  notComputed(): NotComputed[] {
    return [...this.#skipped.values()];
  }
}
