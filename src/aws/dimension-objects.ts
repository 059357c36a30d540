import type { DimensionWriter } from "../billing/dimensions.ts";
import { StrataError } from "../errors.ts";
import type { ObjectStore } from "../ports.ts";
import { tables } from "../tables/index.ts";
import { writeChanged } from "../write-changed.ts";

/** Dimension tables as one object each in the curated bucket; S3 shows the old object or the new one. */
export function dimensionObjects(store: ObjectStore): DimensionWriter {
  return {
    async write(name, rows) {
      const table = tables().find((known) => known.name === name);
      if (table?.format !== "jsonl" || table.partitions.length > 0)
        throw new StrataError(`catalog: ${name} is not a table that is written as one object`, { hint: "Add it to src/tables." });
      await writeChanged(store, `${name}/${name}.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    },
  };
}
