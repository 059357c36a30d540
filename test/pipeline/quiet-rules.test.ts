import { expect, it } from "vitest";
import { quietRules } from "../../src/pipeline/quiet-rules.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { MemoryStore } from "../anomaly/memory.ts";

/** Objects that were written when their names say. */
class DatedStore extends MemoryStore {
  override async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    for await (const info of super.list(prefix)) yield { ...info, lastModified: Date.parse(info.key.slice(prefix.length)) };
  }
}

const RULE = "anomalies/unreadable_logs";
const MIDNIGHT = { from: Date.parse("2026-10-06T00:00:00Z") };

it("the ledger is not looked through while nothing is in quarantine since the day before", async () => {
  const data = new DatedStore();
  const isQuiet = quietRules(data);
  expect(await isQuiet(RULE, MIDNIGHT)).toBe(true);
  await data.write("quarantine/2026-10-04T23:59:59Z", "");
  expect(await isQuiet(RULE, MIDNIGHT)).toBe(true);
  await data.write("quarantine/2026-10-05T00:00:00Z", "");
  expect(await isQuiet(RULE, MIDNIGHT)).toBe(false);
});

it("of no other rule anything is known without asking", async () => {
  const isQuiet = quietRules(new DatedStore());
  for (const query of ["anomalies/completeness", "anomalies/error_rate", "anomalies/restated"])
    expect(await isQuiet(query, MIDNIGHT), query).toBe(false);
});
