import { describe, expect, it } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import { billedLabels, writePrincipals } from "../../src/pipeline/principals.ts";
import { queryFile } from "../../src/query/files.ts";
import { FakeWarehouse, MemoryStore } from "../anomaly/memory.ts";

const arn = (name: string): string => `arn:aws:iam::111122223333:user/${name}`;

describe("writePrincipals", () => {
  it("asks for the days that are rolled up and no others, and writes everyone once", async () => {
    const asked: unknown[] = [];
    const warehouse = new FakeWarehouse({
      "rollups/principals_seen": (range) => {
        asked.push(range);
        return ["old", range.to === "2026-10-05" ? "ann" : "bob"].map((name) => ({ principal_arn: arn(name) }));
      },
      "billing/tags_by_day": () => [
        { kind: "principal", id: arn("billed"), first_day: "2026-10-05", tag_sets: "iamPrincipal/team\u001dsearch" },
      ],
      "billing/resource_prices": () => [],
    });
    const ranges = [
      { from: "2026-09-01", to: "2026-09-01" },
      { from: "2026-10-04", to: "2026-10-05" },
    ];
    const store = new MemoryStore();
    const labels = { ...(await billedLabels(warehouse)), asOf: "2026-10-05" };
    expect(await writePrincipals(warehouse, store, strataConfig.parse({}), ranges, labels)).toBe(4);
    expect(asked).toEqual(ranges);
    const etag = store.objects.get("principals/principals.parquet")?.etag;
    expect(etag).toBeDefined();
    const learned = Buffer.from(store.objects.get("learned_owners/learned_owners.jsonl")?.bytes ?? []).toString("utf8");
    expect(JSON.parse(learned.split("\n").find((line) => line.includes("principal_tag")) ?? "{}")).toMatchObject({
      kind: "principal",
      id: arn("billed"),
      // From the first of the month: a bill says nothing of the day before the principal's first line.
      from_day: "2026-10-01",
      to_day: "9999-12-31",
      team: "search",
      attribution_source: "principal_tag",
    });
    // The same again: nothing is written, so a versioned bucket keeps no copies of one table and caches stay good.
    await writePrincipals(warehouse, store, strataConfig.parse({}), ranges, labels);
    expect(store.objects.get("principals/principals.parquet")?.etag).toBe(etag);
    await writePrincipals(warehouse, store, strataConfig.parse({}), ranges, { ...labels, tags: [] });
    expect(store.objects.get("principals/principals.parquet")?.etag).not.toBe(etag);
  });

  it("never reads all records: every file of the retention would be opened in each run", () => {
    const { header, sql } = queryFile("rollups/principals_seen");
    expect(header.params.map(({ name }) => name)).toEqual(["from", "to"]);
    expect(sql).toMatch(/from invocation_records r\s+where r\.dt between :from and :to/);
  });
});
