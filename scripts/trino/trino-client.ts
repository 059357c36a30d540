import { setTimeout } from "node:timers/promises";
import { StrataError } from "../../src/errors.ts";

export interface TrinoColumn {
  readonly name: string;
  /** Trino's spelling, for example `decimal(38,12)` or `timestamp(3)`. */
  readonly type: string;
}

export interface TrinoResult {
  readonly columns: readonly TrinoColumn[];
  /** Cells as the protocol gives them: decimals, dates and times as text, the rest as JSON. */
  readonly rows: readonly (readonly unknown[])[];
  /** What the statement read of the tables' files. */
  readonly bytesRead: number;
}

/** What one answer of the protocol may hold (Trino: "Client REST API"). */
interface Answer {
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: { readonly message: string; readonly errorName?: string };
  readonly stats?: { readonly physicalInputBytes?: number };
}

export interface TrinoClientOptions {
  /** For example http://127.0.0.1:18080, without a slash at the end. */
  readonly url: string;
  readonly catalog: string;
  readonly schema: string;
  /** Session properties, for example `strata.compression_codec=ZSTD`. */
  readonly session?: string;
}

/** Trino as Athena offers it: one statement at a time, in UTC. */
export class TrinoClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, catalog, schema, session }: TrinoClientOptions) {
    this.url = url;
    this.#headers = {
      "X-Trino-User": "strata",
      "X-Trino-Catalog": catalog,
      "X-Trino-Schema": schema,
      "X-Trino-Time-Zone": "UTC",
      // Without it the types of times come back without their precision.
      "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
      ...(session === undefined ? {} : { "X-Trino-Session": session }),
    };
  }

  /** @throws StrataError with Trino's own words, which name line and column of the text */
  async run(text: string): Promise<TrinoResult> {
    let answer = await this.#ask(`${this.url}/v1/statement`, text);
    let columns = answer.columns;
    const rows: (readonly unknown[])[] = [...(answer.data ?? [])];
    while (answer.nextUri !== undefined) {
      answer = await this.#ask(answer.nextUri);
      columns ??= answer.columns;
      for (const row of answer.data ?? []) rows.push(row);
    }
    if (answer.error) throw new StrataError(`trino: ${answer.error.errorName ?? "error"}: ${answer.error.message}`);
    return { columns: columns ?? [], rows, bytesRead: answer.stats?.physicalInputBytes ?? 0 };
  }

  async #ask(url: string, body?: string): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(url, { method: body === undefined ? "GET" : "POST", headers: this.#headers, body });
      if (response.ok) return (await response.json()) as Answer;
      // The protocol asks clients to repeat a 502, 503 or 504 after a pause of 50 to 100 ms.
      if (![502, 503, 504].includes(response.status) || attempt >= 20) {
        throw new StrataError(`trino: the server answers ${response.status} to ${new URL(url).pathname}`);
      }
      await setTimeout(100);
    }
  }
}
