import type { Warehouse } from "../ports.ts";

export interface Turns {
  /** Runs after what was asked before; nothing else runs meanwhile. */
  whole<T>(work: () => Promise<T>): Promise<T>;
  /** The same warehouse, whose single queries each take a turn: a page that somebody waits for comes in between. */
  readonly piecemeal: Warehouse;
}

/** One thing at a time: the engine has one connection. */
export function takeTurns(warehouse: Warehouse): Turns {
  let queue: Promise<unknown> = Promise.resolve();
  const whole: Turns["whole"] = (work) => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    whole,
    piecemeal: {
      query: (name, params) => whole(() => warehouse.query(name, params)),
      adhoc: (text) => whole(() => warehouse.adhoc(text)),
      replaceDays: (...asked) => whole(() => warehouse.replaceDays(...asked)),
    },
  };
}
