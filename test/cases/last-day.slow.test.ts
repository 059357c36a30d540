import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { CASES, runCase } from "./run-case.ts";

vi.setConfig({ testTimeout: 300_000 });

const FOLDER = join(CASES, "alerts", "lastday");

/** Five days of one call an hour at $1 each; the bill was delivered on the last day at noon. */
function made(granularity: "daily" | "hourly"): { logs: string[]; cur: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "strata-case-lastday-"));
  execFileSync(process.execPath, [join(FOLDER, "make.mjs"), folder, granularity]);
  return { logs: [join(folder, "logs")], cur: [join(folder, "cur")] };
}

describe("a bill that was delivered at noon", () => {
  it.each([
    ["daily", undefined],
    ["hourly", undefined],
    ["daily", "lag48.yml"],
  ] as const)("of %s lines has the afternoon not yet, and nothing is missing on it (%s)", async (granularity, config) => {
    const { dollars, rows } = await runCase({
      ...made(granularity),
      ...(config === undefined ? {} : { config: join(FOLDER, config) }),
    });
    expect(await dollars("select status, sum(estimated_cost) from logged_charges group by 1 order by 1")).toEqual({
      billed: "108.00",
      not_yet_billed: "12.00",
    });
    // The running day is provisional until a delivery covers the next.
    expect(
      (await rows("select distinct status from bill_versions where dt = date '2026-09-14'")).map(({ status }) => status),
    ).toEqual(["provisional"]);
    expect(
      (await rows("select distinct status from bill_versions where dt < date '2026-09-14'")).map(({ status }) => status),
    ).toEqual(["billed"]);
  });
});
