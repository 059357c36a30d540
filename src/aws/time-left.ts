/** What Lambda tells a function of its time (Lambda Developer Guide, "Node.js context object"). */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** A function that is cut off can stop no query and write no metric; what it needs for both is kept back. */
const RESERVE_MS = 15_000;

/** Milliseconds that a run has for its work; without end where nobody set one. */
export const timeLeft = (context: LambdaContext | undefined): (() => number) =>
  context ? () => context.getRemainingTimeInMillis() - RESERVE_MS : () => Number.POSITIVE_INFINITY;
