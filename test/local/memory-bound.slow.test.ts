import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";

it("a question that needs more memory than is allowed fails, and the next one is answered", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-memory-"));
  const warehouse = await DuckDbWarehouse.open(folder, { memory: 64 * 1024 * 1024, threads: 1, locked: true });
  try {
    const hungry =
      "select count(*) as n from (select distinct r || repeat('x', 200) as x from unnest(sequence(1, 9000)) as t(r), unnest(sequence(1, 400)) as u(s), unnest(sequence(1, 9)) as v(q) where hash(r, s, q) >= 0 group by r || repeat('x', 200), s, q)";
    await expect(warehouse.adhoc(hungry)).rejects.toThrow(/memory/i);
    expect((await warehouse.adhoc("select 1 as n")).rows).toEqual([{ n: 1 }]);
  } finally {
    warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
