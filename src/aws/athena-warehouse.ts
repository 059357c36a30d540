import { createHash, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { AthenaClient, type ColumnInfo } from "@aws-sdk/client-athena";
import { QueryError, StrataError, UsageError } from "../errors.ts";
import type { QueryParams, QueryResult, Row, SqlValue, Warehouse } from "../ports.ts";
import { compile } from "../query/compile.ts";
import { explainedText } from "../query/explained-text.ts";
import { queryFile } from "../query/files.ts";
import { sqlLiteral } from "../query/sql-literal.ts";
import { uniqueNames } from "../query/unique-names.ts";
import type { Table } from "../tables/column.ts";
import { tables } from "../tables/index.ts";
import { daysBetween } from "../time.ts";
import { DEFAULT_PRICE } from "./athena-cost.ts";
import { type AthenaRunOptions, readRows, runStatement, type Statement, stopRunning } from "./athena-run.ts";
import { AMBIGUOUS, athenaValue, columnType, jsonValue } from "./athena-values.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import type { PartitionSwap } from "./partition-swap.ts";
import { S3Store } from "./s3-store.ts";
import { markSuperseded } from "./superseded.ts";
import { unloadText } from "./unload.ts";

export interface AthenaOptions extends ClientOptions, Partial<Omit<AthenaRunOptions, "client" | "running">> {
  readonly database: string;
  readonly workgroup: string;
  /** The curated bucket: `s3://bucket` or with a prefix. */
  readonly data: string;
  readonly athena?: AthenaClient;
  /** Changes partitions (partition-swap.ts); a function that only asks has none, and loads no Glue client. */
  readonly swapPartitions?: (swap: PartitionSwap) => Promise<void>;
  readonly store?: S3Store;
  /** Names the location of a replacement; unique for each. */
  readonly newId?: () => string;
}

/** Days that one UNLOAD writes: below Athena's limit of 100 partitions a statement. */
const DAYS_AT_ONCE = 90;

/** Athena on the curated bucket. Tables and views are the catalog's (glue-catalog.ts). */
export class AthenaWarehouse implements Warehouse {
  readonly #run: AthenaRunOptions;
  readonly #swapPartitions: (swap: PartitionSwap) => Promise<void>;
  readonly #store: S3Store;
  readonly #newId: () => string;

  constructor(options: AthenaOptions) {
    this.#run = {
      client: options.athena ?? new AthenaClient(clientConfig(options)),
      database: options.database,
      workgroup: options.workgroup,
      output: options.output,
      timeout: options.timeout ?? 600_000,
      timeLeft: options.timeLeft ?? (() => Number.POSITIVE_INFINITY),
      running: new Set(),
      reuseMinutes: options.reuseMinutes ?? 0,
      price: options.price ?? DEFAULT_PRICE,
      onQuery: options.onQuery ?? (() => undefined),
      sleep: options.sleep ?? ((millis) => setTimeout(millis)),
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
    };
    this.#swapPartitions =
      options.swapPartitions ??
      (async ({ table }) => {
        throw new StrataError(`athena: ${table} cannot be replaced from here`, {
          hint: "Only functions that are given a partition swap replace days.",
        });
      });
    this.#store = options.store ?? new S3Store(options.data, options);
    this.#newId = options.newId ?? randomUUID;
  }

  async query(name: string, params: QueryParams = {}): Promise<QueryResult> {
    const file = queryFile(name);
    return this.#select(name, compile(name, file.sql, file.header, params));
  }

  async adhoc(text: string): Promise<QueryResult> {
    assertReads(text);
    return this.#select("the given SQL", text.replace(/;\s*$/, ""));
  }

  /** Nothing to do: Athena sees new objects of projected tables by itself, and partitions of the others are registered when they change. */
  async refresh(): Promise<void> {}

  async replaceDays(table: string, name: string, range: { from: string; to: string }, params: QueryParams = {}): Promise<number> {
    const target = tables().find((known) => known.name === table);
    if (target?.partitions.length !== 1 || target.partitions[0]?.name !== "dt")
      throw new QueryError(name, `athena: ${table} is not a table that is replaced by days`);
    const file = queryFile(name);
    const days = daysBetween(range.from, range.to);
    for (let first = 0; first < days.length; first += DAYS_AT_ONCE) {
      const some = days.slice(first, first + DAYS_AT_ONCE);
      const text = compile(name, file.sql, file.header, {
        ...params,
        from: some[0] ?? range.from,
        to: some.at(-1) ?? range.to,
      });
      await this.swap(table, "dt", await this.unload(name, target, text), some);
    }
    const day = (of: "from" | "to"): string => sqlLiteral({ name: of, type: "date", value: range[of] });
    const counted = await this.#select(
      name,
      `select count(*) as n from "${table}" where dt between ${day("from")} and ${day("to")}`,
      false,
    );
    return Number(counted.rows[0]?.n ?? 0);
  }

  /**
   * UNLOADs into a folder of the data bucket without touching any table. Each run of the statement has a folder of its own, and only that of the
   * one that succeeded is given: a run that failed leaves its files (Athena: "UNLOAD", orphaned data). They are marked for the lifecycle.
   * @returns the folder
   */
  async unload(name: string, table: Table, text: string): Promise<string> {
    const folders: string[] = [];
    const place = (folder = ""): string => `${this.#store.name}/${folder}/`;
    try {
      await runStatement(() => {
        folders.push(`${table.name}/run=${this.#newId()}`);
        const { unload, linesBefore } = unloadText(table, text, place(folders.at(-1)));
        return this.#statement(name, unload, false, linesBefore);
      }, this.#run);
      return folders.pop() ?? "";
    } finally {
      await markSuperseded(this.#store, folders.map(place));
    }
  }

  /** Points partitions of a table at a folder that `unload` wrote. */
  async swap(table: string, key: string, folder: string, values: readonly string[]): Promise<void> {
    await this.#swapPartitions({ store: this.#store, database: this.#run.database, table, key, folder, values });
  }

  /** A statement that defines something, for the catalog step. */
  async define(name: string, text: string): Promise<void> {
    await runStatement(() => this.#statement(name, text, false), this.#run);
  }

  /** Stops the queries that are still under way: whoever asked is gone, or has no more time. */
  async stop(): Promise<void> {
    await stopRunning(this.#run);
  }

  async #select(name: string, text: string, reusable = true): Promise<QueryResult> {
    const { columns, rows } = await this.#read(name, text, reusable);
    const types = columns.map(columnType);
    const names = namesOf(columns);
    const values = rows.map((row) => types.map((type, index) => athenaValue(type, row[index])));
    const doubtful = types.map((_, index) => values.some((row) => row[index] === AMBIGUOUS));
    const exact = doubtful.includes(true) ? await this.#asJson({ name, text, reusable }, columns, rows, doubtful) : undefined;
    return {
      columns: names.map((column, index) => ({ name: column, type: types[index] ?? "varchar" })),
      rows: values.map((row, at) =>
        asRow(
          names,
          row.map((value, index) => (value === AMBIGUOUS ? (exact?.[at]?.[index] ?? null) : value)),
        ),
      ),
    };
  }

  /**
   * Athena prints maps and lists without quoting. Where that leaves a doubt the query is run again with those columns as JSON, and rows are
   * brought back into the order of the first run by their other columns (an outer select need not keep an inner order).
   */
  async #asJson(
    { name, text, reusable }: Pick<Statement, "name" | "text" | "reusable">,
    columns: readonly ColumnInfo[],
    rows: readonly (readonly (string | undefined)[])[],
    doubtful: readonly boolean[],
  ): Promise<SqlValue[][]> {
    const cells = columns.map(({ Name = "" }, index) =>
      doubtful[index] ? `json_format(cast("${Name}" as json)) as "${Name}"` : `"${Name}"`,
    );
    const again = await this.#read(name, `select ${cells.join(", ")} from (\n${text}\n)`, reusable, 1);
    const keyOf = (row: readonly (string | undefined)[]): string =>
      JSON.stringify(row.filter((_, index) => !doubtful[index]).map((cell) => cell ?? null));
    const waiting = Map.groupBy(again.rows, keyOf);
    return rows.map((row) => {
      const match = waiting.get(keyOf(row))?.shift();
      if (!match)
        throw new QueryError(name, `athena: ${name} gave other rows when it was run again to read its maps`, {
          hint: "Data arrived in between; run it again.",
        });
      return match.map((cell, index) => (doubtful[index] ? jsonValue(cell) : (cell ?? null)));
    });
  }

  async #read(name: string, text: string, reusable: boolean, linesBefore = 0): ReturnType<typeof readRows> {
    const execution = await runStatement(() => this.#statement(name, text, reusable, linesBefore), this.#run);
    return readRows(name, execution, this.#run.client);
  }

  /** Each statement has a token of its own: the SDK may repeat its start, and Athena then knows it. */
  #statement(name: string, text: string, reusable: boolean, linesBefore = 0): Statement {
    const token = createHash("sha256").update([this.#run.database, text, this.#newId()].join("\n")).digest("hex");
    return { name, text, token, reusable, linesBefore };
  }
}

const namesOf = (columns: readonly ColumnInfo[]): string[] => uniqueNames(columns.map(({ Name = "" }) => Name));

const asRow = (names: readonly string[], values: readonly SqlValue[]): Row =>
  Object.fromEntries(values.map((value, index) => [names[index] ?? "", value]));

const QUERY = /^\(*\s*(?:select|with|values)\b/i;
const READS = /^\(*\s*(?:select|with|values|show|describe)\b/i;

/** @throws UsageError unless the text is one statement that reads. Athena itself refuses more than one statement. */
export function assertReads(text: string): void {
  const bare = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ").trim();
  // EXPLAIN ANALYZE runs what it explains.
  const explained = explainedText(bare);
  if ((explained === undefined ? READS : QUERY).test(explained ?? bare)) return;
  throw new UsageError(`athena: only statements that read can be run, not "${bare.slice(0, 20)}"`, { hint: "Write one select." });
}
