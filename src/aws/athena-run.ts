import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { QueryError } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import { type AthenaPrice, scanCost } from "./athena-cost.ts";
import { asking } from "./failure.ts";
import { LAKE_FORMATION, LAKE_FORMATION_HINT } from "./lake-formation.ts";

/** What one execution did, for logs and for the pipeline's own bill. */
export interface QueryMetering {
  readonly query: string;
  readonly executionId: string;
  readonly state: string;
  readonly bytesScanned: number;
  /** Pico-dollars. */
  readonly cost: bigint;
  readonly milliseconds: number;
  readonly reused: boolean;
}

export interface AthenaRunOptions {
  readonly client: AthenaClient;
  readonly database: string;
  readonly workgroup: string;
  /** Where results go, if the workgroup does not say: `s3://bucket/prefix/`. */
  readonly output?: string | undefined;
  /** Milliseconds until a query is stopped. */
  readonly timeout: number;
  /** Milliseconds that the caller itself still has; a query is stopped before they are over. */
  readonly timeLeft: () => number;
  /** Ids of the executions that are under way. */
  readonly running: Set<string>;
  /** Results this many minutes old may be given again; 0 for never. */
  readonly reuseMinutes: number;
  readonly price: AthenaPrice;
  readonly onQuery: (metering: QueryMetering) => void;
  /** Waiting and the clock are given, so that tests do not wait. */
  readonly sleep: (millis: number) => Promise<void>;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface Statement {
  /** Query file, for messages. */
  readonly name: string;
  readonly text: string;
  /** Makes the start idempotent: the same token never starts a second execution. */
  readonly token: string;
  readonly reusable: boolean;
  /** Lines that stand before the query file's own first line. */
  readonly linesBefore: number;
}

export interface Execution {
  readonly id: string;
  readonly execution: QueryExecution;
}

/** Athena refuses longer texts (Service Quotas, not adjustable). */
const LONGEST_QUERY = 262_144;
const FIRST_WAIT = 200;
const LONGEST_WAIT = 5_000;
/** Athena says of a failure whether the same query may succeed if it is run again. */
const RUNS = 3;

/**
 * Starts a statement and waits for its end; stops it when time is up. Where Athena says that another run may succeed it is run again.
 * @param next makes the statement of each run. Athena leaves what a failed run has written, so one that writes has to write elsewhere.
 * @throws QueryError
 */
export async function runStatement(next: () => Statement, options: AthenaRunOptions): Promise<Execution> {
  for (let run = 1; ; run++) {
    const statement = next();
    const size = Buffer.byteLength(statement.text);
    if (size > LONGEST_QUERY)
      throw new QueryError(statement.name, `athena: ${statement.name} is ${size} bytes long; Athena takes ${LONGEST_QUERY}`, {
        hint: "Give shorter values, or split the query.",
      });
    const limit = Math.min(options.timeout, options.timeLeft());
    if (limit <= 0)
      throw new QueryError(statement.name, `athena: ${statement.name} was not started: the time of this run is over`, {
        hint: "The next run goes on from here.",
      });
    const id = await start(statement, options);
    options.running.add(id);
    const execution = await finish(statement, id, limit, options);
    options.running.delete(id);
    meter(statement, id, execution, options);
    if (execution.Status?.State === "SUCCEEDED") return { id, execution };
    if (!execution.Status?.AthenaError?.Retryable || run >= RUNS) throw failed(statement, execution);
    await options.sleep(wait(run + 3, options));
  }
}

/** Stops what is still under way. That it could not be stopped is told to nobody: it ends by itself, and nothing waits for it. */
export async function stopRunning({ client, running }: Pick<AthenaRunOptions, "client" | "running">): Promise<void> {
  const ids = [...running];
  running.clear();
  await Promise.allSettled(ids.map((id) => client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))));
}

/** Every row of a result as text, page by page. The first row of a SELECT repeats the column names and is left out. */
export async function readRows(
  name: string,
  { id, execution }: Execution,
  client: AthenaClient,
): Promise<{ columns: readonly ColumnInfo[]; rows: (string | undefined)[][] }> {
  const rows: (string | undefined)[][] = [];
  let columns: readonly ColumnInfo[] = [];
  let token: string | undefined;
  let skip = execution.StatementType === "DML" ? 1 : 0;
  do {
    const page = await ask({ name }, "reading the result", () =>
      client.send(
        new GetQueryResultsCommand({
          QueryExecutionId: id,
          MaxResults: 1000,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
    for (const row of page.ResultSet?.Rows ?? []) {
      if (skip > 0) skip -= 1;
      else rows.push((row.Data ?? []).map((cell) => cell.VarCharValue));
    }
    token = page.NextToken;
  } while (token !== undefined);
  return { columns, rows };
}

async function start(statement: Statement, options: AthenaRunOptions): Promise<string> {
  const answer = await ask(statement, "starting it", () =>
    options.client.send(
      new StartQueryExecutionCommand({
        QueryString: statement.text,
        ClientRequestToken: statement.token,
        QueryExecutionContext: { Database: options.database },
        WorkGroup: options.workgroup,
        ...(options.output === undefined ? {} : { ResultConfiguration: { OutputLocation: options.output } }),
        ...(statement.reusable && options.reuseMinutes > 0
          ? {
              ResultReuseConfiguration: {
                ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: options.reuseMinutes },
              },
            }
          : {}),
      }),
    ),
  );
  if (answer.QueryExecutionId === undefined)
    throw new QueryError(statement.name, `athena: ${statement.name} was started but Athena gave no id`);
  return answer.QueryExecutionId;
}

async function finish(statement: Statement, id: string, limit: number, options: AthenaRunOptions): Promise<QueryExecution> {
  const begin = options.now();
  for (let poll = 0; ; poll++) {
    const { QueryExecution: execution } = await ask(statement, "asking for its state", () =>
      options.client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    );
    const state = execution?.Status?.State;
    if (execution && (state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED")) return execution;
    const left = limit - (options.now() - begin);
    if (left <= 0) {
      await ask(statement, "stopping it", () => options.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })));
      options.running.delete(id);
      const seconds = Math.round(limit / 1000);
      throw new QueryError(
        statement.name,
        `athena: ${statement.name} was stopped after ${seconds} seconds (execution ${id}, ${state ?? "unknown"})`,
        {
          hint:
            state === "QUEUED"
              ? "Too many queries run at once in this account; see the Athena quotas."
              : "Narrow the range of days, or allow more time.",
        },
      );
    }
    await options.sleep(Math.min(left, wait(poll, options)));
  }
}

/** Doubles from 0.2 s to 5 s; the upper half of each wait is random, so that many pollers spread. */
const wait = (poll: number, { random }: AthenaRunOptions): number => {
  const full = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** poll);
  return Math.round(full / 2 + (full / 2) * random());
};

function meter(
  statement: Statement,
  executionId: string,
  { Status, Statistics, StatementType }: QueryExecution,
  options: AthenaRunOptions,
): void {
  const bytesScanned = Statistics?.DataScannedInBytes ?? 0;
  const reused = Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
  // A failed query is not billed; a cancelled one is, for what it had scanned.
  const free = StatementType === "DDL" || reused || Status?.State === "FAILED";
  options.onQuery({
    query: statement.name,
    executionId,
    state: Status?.State ?? "unknown",
    bytesScanned,
    cost: scanCost(bytesScanned, free, options.price),
    milliseconds: Statistics?.TotalExecutionTimeInMillis ?? 0,
    reused,
  });
}

function failed(statement: Statement, { Status }: QueryExecution): QueryError {
  const reason = Status?.StateChangeReason ?? Status?.AthenaError?.ErrorMessage ?? "no reason given";
  const at = /line (\d+):(\d+)/.exec(reason);
  const line = at ? Math.max(1, Number(at[1]) - statement.linesBefore) : undefined;
  const place = line === undefined ? "" : ` at line ${line}`;
  return new QueryError(statement.name, `athena: ${statement.name} failed${place}: ${reason.replace(/line \d+:\d+: /, "")}`, {
    hint: hintFor(reason),
  });
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [LAKE_FORMATION, LAKE_FORMATION_HINT],
  [
    /Bytes scanned limit was exceeded/i,
    "The workgroup's scan limit stopped it: narrow the range of days, or raise deploy.scan_limit_gb in strata.yml and deploy.",
  ],
  [
    /(does not exist|TABLE_NOT_FOUND|SCHEMA_NOT_FOUND)/i,
    `Deploy the stack, so that the catalog step makes the tables and views; ${PROGRAM} doctor shows what is missing.`,
  ],
  [
    /(Access ?Denied|not authorized|Insufficient permissions)/i,
    "Allow the caller s3:GetObject on the data, s3:PutObject on the results, glue:Get* and the key.",
  ],
  [
    /(COLUMN_NOT_FOUND|cannot be resolved)/i,
    "The tables are of an older version: deploy again, so that the catalog step adds the new columns.",
  ],
  [/(exhausted resources|EXCEEDED_MEMORY)/i, "Narrow the range of days."],
];

const hintFor = (reason: string): string =>
  HINTS.find(([pattern]) => pattern.test(reason))?.[1] ?? "Run the query's text in the Athena console to see more.";

const ask = <T>({ name }: Pick<Statement, "name">, what: string, call: () => Promise<T>): Promise<T> =>
  asking("athena", `${name}: ${what}`, name, call);
