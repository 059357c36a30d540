import type { RowOf } from "../tables/column.ts";
import type { invocationRecords } from "../tables/invocation-records.ts";

export type InvocationRow = RowOf<typeof invocationRecords>;

export interface CuratedFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
}
