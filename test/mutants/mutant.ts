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
