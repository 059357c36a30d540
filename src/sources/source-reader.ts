import type { Readable } from "node:stream";
import type { FurtherSource } from "../config/further-sources.ts";
import type { DatedRow } from "../curated/day-rows.ts";
import type { Table } from "../tables/column.ts";

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
  readonly source: FurtherSource;
  /** Where its rows land. */
  readonly table: Table;
  /** What an object is by its key; anything but `records` is never opened. */
  kindOf(key: string): string;
  read(object: OpenedObject, refuse: (problem: ItemProblem) => void): AsyncGenerator<DatedRow, ItemTally>;
}
