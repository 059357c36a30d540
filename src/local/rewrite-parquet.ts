import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { nameToken } from "../principal/name-token.ts";
import { identifier, quote } from "./duckdb-tables.ts";

/** Who is to be forgotten, and what stands for him. */
export interface Forgotten {
  readonly person: string;
  readonly pseudonym: string;
  /** Names that stand for that person alone → what stands for them. */
  readonly names: ReadonlyMap<string, string>;
}

export interface Rewritten {
  readonly rows: number;
  /** Raw objects that those rows came from, where the table says so. */
  readonly sources: readonly string[];
}

/** Rewrites Parquet files whatever their columns are: every text, list and map of texts is looked through. */
export class ParquetRewriter {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<ParquetRewriter> {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run("set TimeZone='UTC'");
    return new ParquetRewriter(connection);
  }

  close(): void {
    this.#connection.closeSync();
  }

  /** Every identity of a file and whether it was that person's in all of its rows. */
  async identities(file: string, person: string): Promise<{ readonly arn: string; readonly alone: boolean }[]> {
    const columns = await this.#columns(file);
    if (!columns.has("person") || !columns.has("principal_arn")) return [];
    const rows = await this.#rows(
      `select principal_arn, bool_and(person is not null and lower(person) = ${quote(person.toLowerCase())}) from ${source(file)} where principal_arn is not null group by 1`,
    );
    return rows.map(([arn, alone]) => ({ arn: String(arn), alone: alone === true }));
  }

  /** @returns what was rewritten into `out`; nothing is written where no row names the person */
  async rewrite(file: string, out: string, forgotten: Forgotten): Promise<Rewritten> {
    const columns = await this.#columns(file);
    const changes = [...columns].flatMap(([name, type]) => {
      const changed = changedColumn(name, type, columns, forgotten);
      return changed === undefined ? [] : [{ name: identifier(name), changed }];
    });
    if (changes.length === 0) return { rows: 0, sources: [] };
    const touched = changes.map(({ name, changed }) => `${name} is distinct from ${changed}`).join(" or ");
    const [[rows] = [0]] = await this.#rows(`select count(*) from ${source(file)} where ${touched}`);
    if (Number(rows) === 0) return { rows: 0, sources: [] };
    const sources = columns.has("source_object")
      ? await this.#rows(`select distinct source_object from ${source(file)} where ${touched} order by 1`)
      : [];
    const replaced = changes.map(({ name, changed }) => `${changed} as ${name}`).join(", ");
    await this.#connection.run(
      `copy (select * replace (${replaced}) from ${source(file)}) to ${quote(out)} (format parquet, compression zstd)`,
    );
    return { rows: Number(rows), sources: sources.map(([object]) => String(object)) };
  }

  async #columns(file: string): Promise<Map<string, string>> {
    const rows = await this.#rows(`select column_name, column_type from (describe select * from ${source(file)})`);
    return new Map(rows.map(([name, type]) => [String(name), String(type)]));
  }

  async #rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.#connection.runAndReadAll(sql)).getRows();
  }
}

const source = (file: string): string => `read_parquet(${quote(file)}, hive_partitioning = false)`;

/** Columns that name a person by something else than his own name, which others may share: replaced in his rows only. */
function changedColumn(
  name: string,
  type: string,
  columns: ReadonlyMap<string, string>,
  { person, pseudonym, names }: Forgotten,
): string | undefined {
  const column = identifier(name);
  const text = (value: string): string =>
    [...names, ...names].reduce(
      (sql, [found, replacement]) =>
        `regexp_replace(${sql}, ${quote(nameToken(found))}, ${quote(`\\1${replacement.replaceAll("\\", "\\\\")}\\2`)}, 'gim')`,
      value,
    );
  if (type === "VARCHAR[]") return `list_transform(${column}, lambda item: ${text("item")})`;
  if (type === "MAP(VARCHAR, VARCHAR)")
    return `if(${column} is null, null, map(map_keys(${column}), list_transform(map_values(${column}), lambda item: ${text("item")})))`;
  if (type !== "VARCHAR") return undefined;
  const inHisRows = columns.has("person") && (name === "session_name" || name === "principal_name");
  if (!inHisRows) return text(column);
  const his =
    name === "session_name"
      ? `lower(person) = ${quote(person.toLowerCase())} and ${column} is not null`
      : `lower(person) = ${quote(person.toLowerCase())} and principal_arn like '%:user/%'`;
  if (name === "principal_name" && !columns.has("principal_arn")) return text(column);
  return `case when ${his} then ${quote(pseudonym)} else ${text(column)} end`;
}
