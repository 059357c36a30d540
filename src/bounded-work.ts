/**
 * Work in pieces that must end before its time does. A scheduled job has more to do than fits into one run after a backfill or an outage; what it
 * has done must stay done, and what is urgent must not wait for the rest.
 */
export interface BoundedWork<T> {
  /** In the order in which they are done: the most urgent first. */
  readonly pieces: readonly T[];
  /** Does a piece and remembers that it is done. */
  readonly work: (piece: T) => Promise<void>;
  /** Milliseconds that are left. */
  readonly timeLeft: () => number;
  /** Milliseconds without which no piece is begun. */
  readonly least: number;
}

export interface WorkDone<T> {
  /** Not begun, because the time would not have been enough. */
  readonly left: readonly T[];
  /** Pieces that failed; they did not keep the others from being done. */
  readonly failed: readonly { readonly piece: T; readonly error: unknown }[];
}

/** A piece is only begun with this many times the longest piece so far left: pieces differ. */
const MARGIN = 2;

/** Does what fits into the time. What a failed piece means is the caller's to say. */
export async function workWithin<T>({ pieces, work, timeLeft, least }: BoundedWork<T>): Promise<WorkDone<T>> {
  const failed: { piece: T; error: unknown }[] = [];
  let needed = least;
  for (const [index, piece] of pieces.entries()) {
    const before = timeLeft();
    if (before < needed) return { left: pieces.slice(index), failed };
    try {
      await work(piece);
    } catch (error) {
      failed.push({ piece, error });
    }
    // Without a limit both are infinite, and their difference is no number.
    if (Number.isFinite(before)) needed = Math.max(needed, (before - timeLeft()) * MARGIN);
  }
  return { left: [], failed };
}

/** As `Promise.all`, but nothing still runs when one has failed: what it uses may be closed then. @throws the first failure */
export async function together<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
