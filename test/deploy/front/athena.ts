import { randomUUID } from "node:crypto";
import { TrinoClient, type TrinoResult } from "../../../scripts/trino/trino-client.ts";
import { messageOf } from "../../../src/errors.ts";
import { LARGEST_PAGE, resultPage } from "./athena-results.ts";
import { parseUnload, refusal, type StartRequest, type Unload, withParameters } from "./athena-rules.ts";

export interface AthenaOptions {
  /** Trino's address. */
  readonly trino: string;
  readonly catalog: string;
  /** A database of its own for the tables that stand for an UNLOAD while it runs. */
  readonly scratch: string;
  /** Whether something lies below `s3://bucket/prefix/`. */
  readonly holdsObjects: (location: string) => Promise<boolean>;
}

export interface QueryLog {
  readonly caller: string;
  readonly text: string;
  readonly state: string;
  readonly reason: string | undefined;
  readonly milliseconds: number;
  readonly bytesRead: number;
}

export interface AthenaAnswer {
  readonly status: number;
  readonly body: object;
}

interface Execution extends Omit<QueryLog, "text" | "caller" | "reason"> {
  readonly id: string;
  readonly statement: StartRequest;
  state: "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  reason: string | undefined;
  retryable: boolean;
  milliseconds: number;
  bytesRead: number;
  result: TrinoResult | undefined;
}

const done = (body: object): AthenaAnswer => ({ status: 200, body });
const invalid = (Message: string): AthenaAnswer => ({ status: 400, body: { __type: "InvalidRequestException", Message } });
const EMPTY: TrinoResult = { columns: [], rows: [], bytesRead: 0 };

/** Athena's query operations, answered by a real Trino. One statement runs at a time, so that what it reads can be laid to its caller. */
export class AthenaFront {
  readonly #options: AthenaOptions;
  readonly #executions = new Map<string, Execution>();
  readonly #tokens = new Map<string, Execution>();
  readonly log: QueryLog[] = [];
  #queue: Promise<void> = Promise.resolve();
  #failing = 0;
  /** Takes parameters in every clause, as Athena may do but does not say. */
  anywhere = false;
  /** Whose statement runs now. */
  running = "";

  constructor(options: AthenaOptions) {
    this.#options = options;
  }

  /** The next so many UNLOADs write their files and fail after that, as an internal error of Athena does. */
  failUnloads(count: number): void {
    this.#failing = count;
  }

  /** How long statements took, a line for each caller. */
  times(): string[] {
    return [...Map.groupBy(this.log, ({ caller }) => caller)].map(([caller, statements]) => {
      const seconds = statements.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
      return `athena for ${caller}: ${statements.length} statements, ${seconds.toFixed(1)} s`;
    });
  }

  /** @returns undefined for operations that are not about executions */
  answer(operation: string, body: string, caller: string): AthenaAnswer | undefined {
    switch (operation) {
      case "StartQueryExecution":
        return this.#start(JSON.parse(body), caller);
      case "GetQueryExecution":
        return this.#found(JSON.parse(body).QueryExecutionId, (execution) => done({ QueryExecution: described(execution) }));
      case "StopQueryExecution":
        return this.#found(JSON.parse(body).QueryExecutionId, (execution) => {
          if (execution.state === "QUEUED" || execution.state === "RUNNING") execution.state = "CANCELLED";
          return done({});
        });
      case "GetQueryResults":
        return this.#results(JSON.parse(body));
      default:
        return undefined;
    }
  }

  #found(id: string, then: (execution: Execution) => AthenaAnswer): AthenaAnswer {
    const execution = this.#executions.get(id);
    return execution ? then(execution) : invalid(`QueryExecution ${id} was not found`);
  }

  #results({
    QueryExecutionId,
    NextToken,
    MaxResults = LARGEST_PAGE,
  }: {
    QueryExecutionId: string;
    NextToken?: string;
    MaxResults?: number;
  }) {
    if (MaxResults < 1 || MaxResults > LARGEST_PAGE) return invalid(`MaxResults is too high. Maximum is ${LARGEST_PAGE}`);
    return this.#found(QueryExecutionId, ({ state, result }) =>
      state === "SUCCEEDED"
        ? done(resultPage(result ?? EMPTY, Number(NextToken ?? 0), MaxResults))
        : invalid(`Query did not finish successfully. Final query state: ${state}`),
    );
  }

  #start(statement: StartRequest & { QueryExecutionContext?: { Database?: string } }, caller: string): AthenaAnswer {
    const why = refusal(statement, this.anywhere);
    if (why !== undefined) {
      this.log.push({ caller, text: statement.QueryString ?? "", state: "REFUSED", reason: why, milliseconds: 0, bytesRead: 0 });
      return invalid(why);
    }
    const { ClientRequestToken: token } = statement;
    const same = token === undefined ? undefined : this.#tokens.get(token);
    if (same) {
      return same.statement.QueryString === statement.QueryString
        ? done({ QueryExecutionId: same.id })
        : invalid("Idempotent parameters do not match");
    }
    const execution: Execution = {
      id: randomUUID(),
      statement,
      state: "QUEUED",
      reason: undefined,
      retryable: false,
      milliseconds: 0,
      bytesRead: 0,
      result: undefined,
    };
    this.#executions.set(execution.id, execution);
    if (token !== undefined) this.#tokens.set(token, execution);
    this.#queue = this.#queue.then(() => this.#run(execution, statement.QueryExecutionContext?.Database ?? "default", caller));
    return done({ QueryExecutionId: execution.id });
  }

  async #run(execution: Execution, schema: string, caller: string): Promise<void> {
    if (execution.state === "CANCELLED") return;
    execution.state = "RUNNING";
    this.running = caller;
    const begin = performance.now();
    const text = withParameters(execution.statement.QueryString ?? "", execution.statement.ExecutionParameters ?? []);
    let ended: Execution["state"] = "SUCCEEDED";
    try {
      const unload = parseUnload(text);
      execution.result = unload ? await this.#unload(unload, schema, execution) : await this.#client(schema).run(text);
      execution.bytesRead = execution.result.bytesRead;
    } catch (error) {
      ended = "FAILED";
      execution.reason = messageOf(error).replace(/^trino: /, "");
    }
    execution.milliseconds = Math.round(performance.now() - begin);
    // A statement that was stopped meanwhile stays stopped.
    if (execution.state === "RUNNING") execution.state = ended;
    this.running = "";
    const { state, reason, milliseconds, bytesRead } = execution;
    this.log.push({ caller, text, state, reason, milliseconds, bytesRead });
  }

  async #unload({ query, location, format, compression, partitionedBy }: Unload, schema: string, execution: Execution) {
    const { catalog, scratch, holdsObjects } = this.#options;
    if (await holdsObjects(location))
      throw new Error(`HIVE_PATH_ALREADY_EXISTS: Unable to perform write operation as the path already exists: ${location}`);
    const table = `"${scratch}"."unload_${execution.id.replaceAll("-", "")}"`;
    const keys =
      partitionedBy.length === 0 ? "" : `, partitioned_by = array[${partitionedBy.map((key) => `'${key}'`).join(", ")}]`;
    const properties = `external_location = '${location}', format = '${format}'${keys}`;
    const client = this.#client(schema, `${catalog}.compression_codec=${compression}`);
    const { bytesRead } = await client.run(`create table ${table} with (${properties}) as\n${query}`);
    await client.run(`drop table ${table}`);
    if (this.#failing > 0) {
      this.#failing -= 1;
      execution.retryable = true;
      throw new Error("GENERIC_INTERNAL_ERROR: the test lets this attempt fail after its files are written");
    }
    return { ...EMPTY, bytesRead };
  }

  #client(schema: string, session?: string): TrinoClient {
    const { trino, catalog } = this.#options;
    return new TrinoClient({ url: trino, catalog, schema, ...(session === undefined ? {} : { session }) });
  }
}

function described({ id, statement, state, reason, retryable, milliseconds, bytesRead }: Execution): object {
  const text = statement.QueryString ?? "";
  return {
    QueryExecutionId: id,
    Query: text,
    StatementType: /^\s*(create|drop|alter|describe|show|msck)\b/i.test(text) ? "DDL" : "DML",
    Status: {
      State: state,
      ...(reason === undefined ? {} : { StateChangeReason: reason, AthenaError: { ErrorMessage: reason, Retryable: retryable } }),
    },
    Statistics: { DataScannedInBytes: bytesRead, TotalExecutionTimeInMillis: milliseconds },
  };
}
