import { createHash, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { AthenaClient, type ColumnInfo } from "@aws-sdk/client-athena";
import { QueryError, StrataError, UsageError } from "../errors.ts";
import type { QueryParams, QueryResult, Row, SqlValue, Warehouse } from "../ports.ts";
import { compile } from "../query/compile.ts";
import { queryFile } from "../query/files.ts";
import type { Table } from "../tables/column.ts";
import { tables } from "../tables/index.ts";
import { daysBetween } from "../time.ts";
import { DEFAULT_PRICE } from "./athena-cost.ts";
import { athenaLiteral } from "./athena-literals.ts";
import { type AthenaRunOptions, readRows, runStatement, type Statement } from "./athena-run.ts";
import { AMBIGUOUS, athenaValue, columnType, jsonValue } from "./athena-values.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import type { PartitionSwap } from "./partition-swap.ts";
import { S3Store } from "./s3-store.ts";
import { unloadText } from "./unload.ts";

export interface AthenaOptions extends ClientOptions, Partial<Omit<AthenaRunOptions, "client">> {
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
    const { text, values } = compile(name, file.sql, file.header, params);
    return this.#select(name, text, values.map(athenaLiteral));
  }

  async adhoc(text: string): Promise<QueryResult> {
    assertReads(text);
    return this.#select("the given SQL", text.replace(/;\s*$/, ""), []);
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
      const { text, values } = compile(name, file.sql, file.header, {
        ...params,
        from: some[0] ?? range.from,
        to: some.at(-1) ?? range.to,
      });
      const folder = `${table}/run=${this.#newId()}`;
      const { unload, linesBefore } = unloadText(target, text, `${this.#store.name}/${folder}/`);
      await runStatement(this.#statement(name, unload, values.map(athenaLiteral), false, linesBefore), this.#run);
      await this.swap(table, "dt", folder, some);
    }
    const counted = await this.#select(
      name,
      `select count(*) as n from "${table}" where dt between ${athenaLiteral({ name: "from", type: "date", value: range.from })} and ${athenaLiteral({ name: "to", type: "date", value: range.to })}`,
      [],
      false,
    );
    return Number(counted.rows[0]?.n ?? 0);
  }

  /** UNLOADs into a folder of the data bucket without touching any table. @returns the folder */
  async unload(name: string, table: Table, text: string): Promise<string> {
    const folder = `${table.name}/run=${this.#newId()}`;
    const { unload, linesBefore } = unloadText(table, text, `${this.#store.name}/${folder}/`);
    await runStatement(this.#statement(name, unload, [], false, linesBefore), this.#run);
    return folder;
  }

  /** Points partitions of a table at a folder that `unload` wrote. */
  async swap(table: string, key: string, folder: string, values: readonly string[]): Promise<void> {
    await this.#swapPartitions({ store: this.#store, database: this.#run.database, table, key, folder, values });
  }

  /** A statement that defines something, for the catalog step. */
  async define(name: string, text: string): Promise<void> {
    await runStatement(this.#statement(name, text, [], false), this.#run);
  }

  async #select(name: string, text: string, parameters: readonly string[], reusable = true): Promise<QueryResult> {
    const statement = this.#statement(name, text, parameters, reusable);
    const { columns, rows } = await readRows(statement, await runStatement(statement, this.#run), this.#run.client);
    const types = columns.map(columnType);
    const values = rows.map((row) => types.map((type, index) => athenaValue(type, row[index])));
    const doubtful = types.map((_, index) => values.some((row) => row[index] === AMBIGUOUS));
    const exact = doubtful.includes(true) ? await this.#asJson(statement, columns, rows, doubtful) : undefined;
    return {
      columns: columns.map((column, index) => ({ name: column.Name ?? "", type: types[index] ?? "varchar" })),
      rows: values.map((row, at) =>
        asRow(
          columns,
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
    statement: Statement,
    columns: readonly ColumnInfo[],
    rows: readonly (readonly (string | undefined)[])[],
    doubtful: readonly boolean[],
  ): Promise<SqlValue[][]> {
    const cells = columns.map(({ Name = "" }, index) =>
      doubtful[index] ? `json_format(cast("${Name}" as json)) as "${Name}"` : `"${Name}"`,
    );
    const wrapped: Statement = this.#statement(
      statement.name,
      `select ${cells.join(", ")} from (\n${statement.text}\n)`,
      statement.parameters,
      statement.reusable,
      1,
    );
    const again = await readRows(wrapped, await runStatement(wrapped, this.#run), this.#run.client);
    const keyOf = (row: readonly (string | undefined)[]): string =>
      JSON.stringify(row.filter((_, index) => !doubtful[index]).map((cell) => cell ?? null));
    const waiting = Map.groupBy(again.rows, keyOf);
    return rows.map((row) => {
      const match = waiting.get(keyOf(row))?.shift();
      if (!match)
        throw new QueryError(statement.name, `athena: ${statement.name} gave other rows when it was run again to read its maps`, {
          hint: "Data arrived in between; run it again.",
        });
      return match.map((cell, index) => (doubtful[index] ? jsonValue(cell) : (cell ?? null)));
    });
  }

  #statement(name: string, text: string, parameters: readonly string[], reusable: boolean, linesBefore = 0): Statement {
    const token = createHash("sha256")
      .update([this.#run.database, text, ...parameters, this.#newId()].join("\n"))
      .digest("hex");
    return { name, text, parameters, token, reusable, linesBefore };
  }
}

const asRow = (columns: readonly ColumnInfo[], values: readonly SqlValue[]): Row =>
  Object.fromEntries(values.map((value, index) => [columns[index]?.Name ?? "", value]));

/** @throws UsageError unless the text is one statement that reads. Athena itself refuses more than one statement. */
export function assertReads(text: string): void {
  const bare = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ").trim();
  if (/^\(*\s*(select|with|values|explain|show|describe)\b/i.test(bare)) return;
  throw new UsageError(`athena: only statements that read can be run, not "${bare.slice(0, 20)}"`, { hint: "Write one select." });
}
