import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Connections to one engine. A query has one to itself, and those that wait for one get it in the order in which they came. */
export class Connections {
  /** The one for what changes tables. It is lent to queries, too. */
  readonly first: DuckDBConnection;
  readonly #all: readonly DuckDBConnection[];
  readonly #idle: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];

  private constructor(first: DuckDBConnection, others: readonly DuckDBConnection[]) {
    this.first = first;
    this.#all = [first, ...others];
    this.#idle = [...others, first];
  }

  /** @param atOnce how many there are */
  static async open(instance: DuckDBInstance, atOnce: number): Promise<Connections> {
    const first = await instance.connect();
    const others = await Promise.all(Array.from({ length: atOnce - 1 }, () => instance.connect()));
    return new Connections(first, others);
  }

  /** A setting that each connection has its own of. */
  async set(statement: string): Promise<void> {
    for (const connection of this.#all) await connection.run(statement);
  }

  async lend<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.shift() ?? (await new Promise<DuckDBConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.unshift(connection);
    }
  }

  /** Ends the queries that run, which fail then. */
  interrupt(): void {
    for (const connection of this.#all) connection.interrupt();
  }

  close(): void {
    for (const connection of this.#all) connection.closeSync();
  }
}
