import type { Readable } from "node:stream";
import type { Table } from "../tables/column.ts";

/** A row of one of a reader's tables, and the UTC day whose partition it belongs to. */
export interface DatedRow {
  readonly table: Table;
  readonly day: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** An item of an object, or all that follows a place in it, that could not be used. */
export interface ItemProblem {
  /** Number of the event, line or row, from 1. */
  readonly item: number;
  readonly reason: string;
  /** Never a text of the item itself. */
  readonly detail: string;
}

export interface ItemTally {
  items: number;
  passedOver: number;
}

export interface OpenedObject {
  readonly key: string;
  /** Milliseconds; the object's own time. */
  readonly deliveredAt: number;
  readonly body: Readable;
}

/** One source beside the invocation log: what its objects are, and the rows in them. */
export interface SourceReader {
  readonly source: "cloudtrail" | "batch" | "kiro";
  /** What an object is by its key; anything but `records` is never opened. */
  kindOf(key: string): string;
  read(object: OpenedObject, refuse: (problem: ItemProblem) => void): AsyncGenerator<DatedRow, ItemTally>;
}
