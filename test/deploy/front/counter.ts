/** One kind of request: who asked which service for what, and where. */
export interface Counted {
  /** A function's name (`ingest`), `athena/<function>` for what its queries read and write, `test` for the rest. */
  readonly caller: string;
  /** As requests are signed for it: `s3`, `glue`, `athena`, `sqs`, `sns`, `lambda`, `monitoring`. */
  readonly service: string;
  /** API operation, for example `PutObject`. */
  readonly operation: string;
  /** Bucket and first folder of a key, a table, queue, topic or function; empty where there is none. */
  readonly place: string;
}

export interface Count extends Counted {
  readonly requests: number;
  /** Those that were answered with 400 or above. */
  readonly refused: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Every request that went through the front, by kind. */
export class RequestCounter {
  readonly #counts = new Map<string, Count>();

  add(kind: Counted, { status, bytesIn, bytesOut }: { status: number; bytesIn: number; bytesOut: number }): void {
    const id = JSON.stringify([kind.caller, kind.service, kind.operation, kind.place]);
    const before = this.#counts.get(id) ?? { ...kind, requests: 0, refused: 0, bytesIn: 0, bytesOut: 0 };
    this.#counts.set(id, {
      ...before,
      requests: before.requests + 1,
      refused: before.refused + (status >= 400 ? 1 : 0),
      bytesIn: before.bytesIn + bytesIn,
      bytesOut: before.bytesOut + bytesOut,
    });
  }

  /** In order of caller, service, operation and place. */
  list(): Count[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
  }

  reset(): void {
    this.#counts.clear();
  }
}
