import { describe, expect, it } from "vitest";
import { tablesToHold } from "../../src/pipeline/analyze.ts";
import { tables } from "../../src/tables/index.ts";

const grows = (name: string): boolean => tables().some((table) => table.name === name && table.partitions.length > 0);

describe("what an analysis keeps in memory", () => {
  it("is everything but the calls as they landed, which `invocations` reads once, of up to 300,000 calls", () => {
    const names = tables().map(({ name }) => name);
    expect(tablesToHold(300_000).toSorted()).toEqual(names.filter((name) => name !== "invocation_records").toSorted());
  });

  it("is no table with a row for each call of more of them", () => {
    const held = tablesToHold(300_001);
    expect(held).toEqual(expect.arrayContaining(["hourly_usage", "calls_5m", "cur_line_items", "charge_groups", "principals"]));
    for (const name of ["invocation_records", "client_call_records", "client_tool_records", "client_points", "trail_events"])
      expect(held, name).not.toContain(name);
  });

  it("is nothing that grows with days or bills beyond two million", () => {
    expect(tablesToHold(2_000_000).some(grows)).toBe(true);
    const held = tablesToHold(2_000_001);
    expect(held.filter(grows)).toEqual([]);
    expect(held).toContain("principals");
  });
});
