/** One small change to the product, and what became of it. */
export interface Mutant {
  /** As in `src/pricing/discounts.ts:40`. */
  readonly place: string;
  /** The line that was changed, without its indentation. */
  readonly line: string;
  /** What stands in the place now. */
  readonly change: string;
  /** `noticed`: a test fails. `survived`: none does. `equivalent`: recorded as a change that nobody could see. `invalid`: refused by the compiler. */
  readonly state: "noticed" | "survived" | "equivalent" | "invalid";
}

/** A change that makes no difference, and why. `change` is the beginning of what stands in its place. */
export interface Equivalent {
  readonly file: string;
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}

export const fileOf = ({ place }: Mutant): string => place.slice(0, place.lastIndexOf(":"));

export const isEquivalent = (mutant: Mutant, known: readonly Equivalent[]): boolean =>
  known.some(
    ({ file, line, change }) => file === fileOf(mutant) && line === mutant.line && oneLine(mutant.change).startsWith(change),
  );

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** @returns the share of the valid changes that a test noticed, in percent */
export function noticedPercent(mutants: readonly Mutant[]): number {
  const noticed = mutants.filter(({ state }) => state === "noticed").length;
  const survived = mutants.filter(({ state }) => state === "survived").length;
  return noticed + survived === 0 ? 100 : (100 * noticed) / (noticed + survived);
}

/** Whether so many survived that with `goal` percent noticed not one sample in a hundred would show it: a small sample is often below by chance. */
export function isSurelyBelow(mutants: readonly Mutant[], goal: number): boolean {
  const noticed = mutants.filter(({ state }) => state === "noticed").length;
  const survived = mutants.filter(({ state }) => state === "survived").length;
  const tried = noticed + survived;
  const miss = 1 - goal / 100;
  /** How likely exactly so many survive. */
  let exactly = (goal / 100) ** tried;
  let fewer = 0;
  for (let count = 0; count < survived; count += 1) {
    fewer += exactly;
    exactly *= ((tried - count) / (count + 1)) * (miss / (1 - miss));
  }
  return 1 - fewer < 0.01;
}
