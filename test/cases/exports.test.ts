import { cpSync, mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 300_000 });

import type { BillImport } from "../../src/billing/import.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { CASES } from "./run-case.ts";

const SNAPSHOTS = join(CASES, "bill", "daily-snapshots");

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "strata-exports-"));
}

/** What a bill of these folders and files comes to. */
async function imported(path: string): Promise<{ usd: string[]; codes: string[]; found: BillImport }> {
  const found = await importCur({ paths: [path], folder: temporary() });
  return {
    usd: found.periods.map(({ period, billedUsd }) => `${period} ${Number(billedUsd)}`),
    codes: [...new Set(found.findings.map(({ code }) => code))],
    found,
  };
}

/** The three snapshots of the case under other names. */
function renamed(names: readonly [string, string, string]): string {
  const folder = temporary();
  for (const [index, day] of ["2026-10-02", "2026-10-03", "2026-10-04"].entries()) {
    const target = join(folder, names[index] ?? "");
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(SNAPSHOTS, "new-ids", day, "part-0001.csv"), target);
  }
  // A copy has its own times, here the wrong way round.
  for (const [index, name] of names.entries())
    utimesSync(join(folder, name), 1_790_000_000 - index * 86_400, 1_790_000_000 - index * 86_400);
  return folder;
}

describe("daily snapshots of one export", () => {
  it("count once, the newest, with a note, though every line has a new id", async () => {
    const { usd, codes, found } = await imported(join(SNAPSHOTS, "new-ids"));
    expect(usd).toEqual(["2026-10 19.8"]);
    expect(codes).toEqual(["older_snapshot"]);
    expect(found.findings[0]?.message).toMatch(/new-ids\/2026-10-04: is the newest of 3 snapshots of 2026-10/);
  });

  it.each(["same-ids", "bp-folders", "chunks"])("%s comes to what the newest says", async (kind) => {
    expect((await imported(join(SNAPSHOTS, kind))).usd).toEqual(["2026-10 19.8"]);
  });

  it.each([
    [["snap_20261002/a.csv", "snap_20261003/a.csv", "snap_20261004/a.csv"]],
    [["2026/10/02/cur.csv", "2026/10/03/cur.csv", "2026/10/04/cur.csv"]],
    [["02-10-2026/cur.csv", "03-10-2026/cur.csv", "04-10-2026/cur.csv"]],
    [["run8/cur.csv", "run9/cur.csv", "run10/cur.csv"]],
    [["cur-2026-10-02.csv", "cur-2026-10-03.csv", "cur-2026-10-04.csv"]],
    [["1790900000/cur.csv", "1790990000/cur.csv", "1791080000/cur.csv"]],
  ] as [[string, string, string]][])("named %j, too", async (names) => {
    const { usd, codes } = await imported(renamed(names));
    expect({ usd, codes }).toEqual({ usd: ["2026-10 19.8"], codes: ["older_snapshot"] });
  });

  it("whose running day grew count as the newest has it", async () => {
    const folder = renamed(["2026-10-02/a.csv", "2026-10-03/a.csv", "2026-10-04/a.csv"]);
    const text = readFileSync(join(folder, "2026-10-02/a.csv"), "utf8");
    writeFileSync(join(folder, "2026-10-02/a.csv"), text.replace("3.3000000000", "1.1000000000"));
    expect((await imported(folder)).usd).toEqual(["2026-10 19.8"]);
  });

  it("are not what folders with days, or parts, of their own are", async () => {
    const folder = temporary();
    const [header = "", first = "", second = "", third = ""] = readFileSync(
      join(SNAPSHOTS, "new-ids/2026-10-04/part-0001.csv"),
      "utf8",
    ).split("\n");
    for (const [name, line] of [
      ["2026-10-02", first],
      ["2026-10-03", second],
      ["2026-10-04", third],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "part.csv"), `${header}\n${line}\n`);
    }
    expect(await imported(folder)).toMatchObject({ usd: ["2026-10 19.8"], codes: [] });
  });
});
