import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { expect, it } from "vitest";
import { writeServiceCounts } from "../../src/aws/service-counts.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import type { Warehouse } from "../../src/ports.ts";
import { parseInstant } from "../../src/time.ts";

it("writes one object a day and region, and the same again when it is run again", async () => {
  const data = new FolderStore(mkdtempSync(join(tmpdir(), "strata-counts-")));
  const asked: unknown[] = [];
  const warehouse: Pick<Warehouse, "query"> = {
    query: async () => ({ columns: [{ name: "region", type: "varchar" }], rows: [{ region: "us-east-1" }] }),
  };
  const input = {
    warehouse: { ...warehouse, adhoc: warehouse.query, replaceDays: async () => 0 },
    data,
    account: "011122223333",
    now: parseInstant("2026-10-05T02:30:00Z") ?? 0,
    countsOf: async (region: string, from: number, to: number) => {
      asked.push([new Date(from).toISOString(), new Date(to).toISOString()]);
      return [
        { region, hour: "2026-10-04T23:00:00.000Z", invocations: 7, undelivered: 0 },
        { region, hour: "2026-10-05T01:00:00.000Z", invocations: 9, undelivered: 1 },
      ];
    },
  };
  expect(await writeServiceCounts(input)).toBe(1);
  await writeServiceCounts(input);
  expect(asked[0]).toEqual(["2026-10-04T00:00:00.000Z", "2026-10-05T02:00:00.000Z"]);
  const keys: string[] = [];
  for await (const { key } of data.list()) keys.push(key);
  expect(keys).toEqual([
    "service_counts/dt=2026-10-04/011122223333-us-east-1.parquet",
    "service_counts/dt=2026-10-05/011122223333-us-east-1.parquet",
  ]);
  const bytes = new Uint8Array((await data.readAll(keys[1] ?? ""))?.bytes ?? []);
  const [row] = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  expect(row).toEqual({ hour: 1, account_id: "011122223333", region: "us-east-1", invocations: 9n, undelivered: 1n });
});
