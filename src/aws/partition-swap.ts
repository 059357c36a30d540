import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchUpdatePartitionCommand,
  type ErrorDetail,
  GetPartitionsCommand,
  GetTableCommand,
  type GlueClient,
  type Partition,
  type StorageDescriptor,
} from "@aws-sdk/client-glue";
import { StrataError } from "../errors.ts";
import { asking } from "./failure.ts";
import type { S3Store } from "./s3-store.ts";
import { markSuperseded } from "./superseded.ts";

export interface PartitionSwap {
  readonly store: S3Store;
  readonly database: string;
  readonly table: string;
  /** The one partition key: `dt` for days, `period` for months. */
  readonly key: string;
  /** Where the new content lies in the store: `<folder>/<key>=<value>/`. */
  readonly folder: string;
  /** Values to replace, sorted: `YYYY-MM-DD` or `YYYY-MM`. */
  readonly values: readonly string[];
  /** Where the caller wrote them: the values that have files, and the name of the one file that each has. */
  readonly wrote?: { readonly filled: ReadonlySet<string>; readonly file: string };
}

interface GlueSwap extends PartitionSwap {
  readonly glue: GlueClient;
}

/** Glue takes 100 partitions to create or update in one call and 25 to delete (botocore: BatchCreatePartition, BatchDeletePartition). */
const CREATE_AT_ONCE = 100;
const DELETE_AT_ONCE = 25;

/**
 * Points each value's partition at its new location; one without new files loses its partition. Each partition changes in one step, so a
 * reader sees the old day or the new one. What was there before is marked for the bucket's lifecycle, not deleted: a query may be reading it.
 */
export async function swapPartitions(glue: GlueClient, given: PartitionSwap): Promise<void> {
  const swap: GlueSwap = { ...given, glue };
  const { store, database, table, key: by, folder, values, wrote } = swap;
  const filled = wrote?.filled ?? (await filledValues(swap));
  const descriptor = await tableDescriptor(swap);
  const present = await partitionsOf(swap);
  const input = (value: string) => ({
    Values: [value],
    StorageDescriptor: { ...descriptor, Location: `${store.name}/${folder}/${by}=${value}/` },
  });
  const added = values.filter((value) => filled.has(value) && !present.has(value));
  const changed = values.filter((value) => filled.has(value) && present.has(value));
  const emptied = values.filter((value) => !filled.has(value) && present.has(value));

  for (const some of chunks(added, CREATE_AT_ONCE)) {
    const { Errors } = await ask(swap, () =>
      glue.send(
        new BatchCreatePartitionCommand({ DatabaseName: database, TableName: table, PartitionInputList: some.map(input) }),
      ),
    );
    // Somebody else made the partition meanwhile: then it is one to update.
    const there = (Errors ?? [])
      .filter((error) => error.ErrorDetail?.ErrorCode === "AlreadyExistsException")
      .map((error) => error.PartitionValues?.[0] ?? "");
    changed.push(...there);
    refuse(
      swap,
      Errors?.filter((error) => error.ErrorDetail?.ErrorCode !== "AlreadyExistsException"),
    );
  }
  for (const some of chunks(changed, CREATE_AT_ONCE)) {
    const Entries = some.map((value) => ({ PartitionValueList: [value], PartitionInput: input(value) }));
    const { Errors } = await ask(swap, () =>
      glue.send(new BatchUpdatePartitionCommand({ DatabaseName: database, TableName: table, Entries })),
    );
    refuse(
      swap,
      Errors?.map(({ PartitionValueList, ErrorDetail }) => ({ PartitionValues: PartitionValueList, ErrorDetail })),
    );
  }
  for (const some of chunks(emptied, DELETE_AT_ONCE)) {
    const PartitionsToDelete = some.map((value) => ({ Values: [value] }));
    const { Errors } = await ask(swap, () =>
      glue.send(new BatchDeletePartitionCommand({ DatabaseName: database, TableName: table, PartitionsToDelete })),
    );
    refuse(
      swap,
      Errors?.filter((error) => error.ErrorDetail?.ErrorCode !== "EntityNotFoundException"),
    );
  }
  const old = values
    .flatMap((value) => present.get(value)?.StorageDescriptor?.Location ?? [])
    .filter((place) => !place.startsWith(`${store.name}/${folder}/`));
  await markSuperseded(store, old, wrote?.file);
}

async function filledValues({ store, key: by, folder }: GlueSwap): Promise<ReadonlySet<string>> {
  const filled = new Set<string>();
  for await (const { key } of store.list(`${folder}/`)) {
    const [part = ""] = key.slice(folder.length + 1).split("/");
    if (part.startsWith(`${by}=`)) filled.add(part.slice(by.length + 1));
  }
  return filled;
}

async function tableDescriptor(swap: GlueSwap): Promise<StorageDescriptor> {
  const { Table } = await ask(swap, () => swap.glue.send(new GetTableCommand({ DatabaseName: swap.database, Name: swap.table })));
  return Table?.StorageDescriptor ?? {};
}

/** The partitions of the days in question, by value. */
async function partitionsOf(swap: GlueSwap): Promise<Map<string, Partition>> {
  const found = new Map<string, Partition>();
  const [first = "", last = first] = [swap.values[0], swap.values.at(-1)];
  let NextToken: string | undefined;
  do {
    const page = await ask(swap, () =>
      swap.glue.send(
        new GetPartitionsCommand({
          DatabaseName: swap.database,
          TableName: swap.table,
          Expression: `${swap.key} >= '${first}' and ${swap.key} <= '${last}'`,
          ExcludeColumnSchema: true,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      ),
    );
    for (const partition of page.Partitions ?? []) found.set(partition.Values?.[0] ?? "", partition);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function refuse(
  { table, key }: GlueSwap,
  errors: readonly { PartitionValues?: string[] | undefined; ErrorDetail?: ErrorDetail | undefined }[] = [],
): void {
  const [first] = errors;
  if (!first) return;
  const { ErrorCode = "unknown", ErrorMessage = "" } = first.ErrorDetail ?? {};
  throw new StrataError(
    `glue: ${errors.length} partitions of ${table} were not changed; the first is ${key}=${first.PartitionValues?.[0] ?? "?"}: ${ErrorCode}: ${ErrorMessage}`,
    {
      hint: "What was not changed still shows the old rows; the next run replaces them.",
    },
  );
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

const ask = <T>({ table }: GlueSwap, call: () => Promise<T>): Promise<T> =>
  asking("glue", `swapping partitions of ${table}`, table, call);
