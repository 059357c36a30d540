import {
  type Column,
  CreateDatabaseCommand,
  CreateTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  GlueClient,
  type Table as GlueTable,
  type TableInput,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import { StrataError } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import type { Table } from "../tables/column.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { asking, awsError, failureOf } from "./failure.ts";
import { CATALOG_VERSION, glueTable, USABLE_KEY, VERSION_KEY } from "./glue-tables.ts";

export interface CatalogOptions extends ClientOptions {
  readonly database: string;
  /** `s3://bucket/` or `s3://bucket/prefix/`, with the slash. */
  readonly data: string;
  readonly glue?: GlueClient;
}

/**
 * Database and tables in the Glue catalog. Only ever adds: a table that is missing, columns at the end of one that is there.
 * Running it again changes nothing.
 */
export class GlueCatalog {
  readonly #options: CatalogOptions;
  readonly #glue: GlueClient;

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#glue = options.glue ?? new GlueClient(clientConfig(options));
  }

  /** @returns what was done, one sentence each; empty when all was there */
  async ensure(tables: readonly Table[]): Promise<string[]> {
    const done: string[] = [];
    if (await this.#ensureDatabase()) done.push(`made the database ${this.#options.database}`);
    for (const table of tables) {
      const change = await this.#ensureTable(glueTable(table, this.#options.data));
      if (change !== undefined) done.push(change);
    }
    return done;
  }

  async #ensureDatabase(): Promise<boolean> {
    const { database } = this.#options;
    const there = await this.#find("reading", database, () => this.#glue.send(new GetDatabaseCommand({ Name: database })));
    if (there) return false;
    return this.#made(database, () =>
      this.#glue.send(
        new CreateDatabaseCommand({
          DatabaseInput: { Name: database, Description: "Amazon Bedrock usage and cost, by Strata." },
        }),
      ),
    );
  }

  async #ensureTable(wanted: TableInput): Promise<string | undefined> {
    const { database } = this.#options;
    const name = wanted.Name ?? "";
    const there = (
      await this.#find("reading", name, () => this.#glue.send(new GetTableCommand({ DatabaseName: database, Name: name })))
    )?.Table;
    if (!there) {
      const made = await this.#made(name, () =>
        this.#glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: wanted })),
      );
      return made ? `made the table ${name}` : undefined;
    }
    const added = addedColumns(there, wanted, database);
    // A newer release made more of it than this one knows: a rollback leaves it as it is.
    if (Number(there.Parameters?.[VERSION_KEY]) > CATALOG_VERSION) return undefined;
    if (added.length === 0 && there.Parameters?.[VERSION_KEY] === String(CATALOG_VERSION) && sameParameters(there, wanted))
      return undefined;
    const columns = [...(there.StorageDescriptor?.Columns ?? []), ...added];
    const TableInput: TableInput = {
      ...wanted,
      Parameters: { ...there.Parameters, ...wanted.Parameters },
      StorageDescriptor: { ...wanted.StorageDescriptor, Columns: columns },
    };
    await asking("glue", `changing ${name}`, name, () =>
      this.#glue.send(new UpdateTableCommand({ DatabaseName: database, TableInput })),
    );
    return added.length > 0
      ? `added to ${name}: ${added.map((column) => column.Name).join(", ")}`
      : `brought ${name} up to version ${CATALOG_VERSION}`;
  }

  /** @returns false when somebody else made it at the same time */
  async #made(place: string, call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      if (failureOf(error).name === "AlreadyExistsException") return false;
      throw awsError("glue", `making ${place}`, place, error);
    }
  }

  async #find<T>(doing: string, place: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (failureOf(error).kind === "missing") return undefined;
      throw awsError("glue", `${doing} ${place}`, place, error);
    }
  }
}

/** Why this release must not work on a table that a newer one made; undefined where it may. */
export function catalogRefusal(name: string, parameters: Readonly<Record<string, string>> = {}): StrataError | undefined {
  const version = Number(parameters[VERSION_KEY]);
  if (!(version > CATALOG_VERSION) || Number(parameters[USABLE_KEY] ?? version) <= CATALOG_VERSION) return undefined;
  return new StrataError(`catalog: the table ${name} has catalog version ${version}; this release knows ${CATALOG_VERSION}`, {
    hint: `Deploy a release that knows version ${parameters[USABLE_KEY] ?? version} or newer: older ones cannot use this catalog.`,
  });
}

/** @throws StrataError when a column has changed its type, when the table is not ours, or when a newer version of Strata wrote it */
function addedColumns(there: GlueTable, wanted: TableInput, database: string): Column[] {
  const name = `${database}.${wanted.Name ?? ""}`;
  const version = Number(there.Parameters?.[VERSION_KEY] ?? Number.NaN);
  if (Number.isNaN(version)) {
    throw new StrataError(`catalog: the table ${name} exists but was not made by Strata`, {
      hint: "Deploy under another stage name, which gives the stack a database of its own: npx serverless deploy --stage NAME.",
    });
  }
  const refusal = catalogRefusal(name, there.Parameters);
  if (refusal !== undefined) throw refusal;
  const location = there.StorageDescriptor?.Location;
  if (location !== wanted.StorageDescriptor?.Location) {
    throw new StrataError(
      `catalog: the table ${name} lies at ${location ?? "no location"}, not at ${wanted.StorageDescriptor?.Location ?? ""}`,
      {
        hint: "Another stack uses this database: deploy under another stage name, npx serverless deploy --stage NAME.",
      },
    );
  }
  const [keys, wantedKeys] = [there, wanted].map(({ PartitionKeys = [] }) => PartitionKeys.map(({ Name }) => Name).join(", "));
  if (keys !== wantedKeys) {
    throw new StrataError(
      `catalog: the table ${name} is partitioned by ${keys || "nothing"}, and would have to be by ${wantedKeys || "nothing"}`,
      {
        hint: `Glue cannot change that. Drop the table, which leaves its files, and deploy again: aws glue delete-table --database-name ${database} --name ${wanted.Name ?? ""}. Then read the logs again into the new layout: ${PROGRAM} backfill.`,
      },
    );
  }
  const known = new Map((there.StorageDescriptor?.Columns ?? []).map((column) => [column.Name, column.Type]));
  const changed = (wanted.StorageDescriptor?.Columns ?? []).find(
    (column) => known.has(column.Name) && known.get(column.Name) !== column.Type,
  );
  if (changed) {
    throw new StrataError(
      `catalog: the column ${changed.Name} of ${name} is ${known.get(changed.Name)} and would become ${changed.Type}`,
      {
        hint: "Columns are only added. Restore the column's type, or make a new database and backfill it.",
      },
    );
  }
  return (wanted.StorageDescriptor?.Columns ?? []).filter((column) => !known.has(column.Name));
}

const sameParameters = (there: GlueTable, wanted: TableInput): boolean =>
  Object.entries(wanted.Parameters ?? {}).every(([key, value]) => there.Parameters?.[key] === value);
