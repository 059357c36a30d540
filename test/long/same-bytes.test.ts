import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runAnalyze } from "../../src/cli/analyze/run-analyze.ts";
import { generate } from "../../src/generate/generate.ts";

const root = mkdtempSync(join(tmpdir(), "strata-bytes-"));
const input = join(root, "input");

beforeAll(async () => {
  await generate({ out: input, seed: 5, scale: 0.02, curFormat: "csv", onProgress: () => undefined });
}, 1_200_000);

/** SHA-256 of every file of a data folder. */
function fingerprints(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return Object.fromEntries(
    files.sort().map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
}

const analysed = async (name: string, threads: number): Promise<Record<string, string>> => {
  const out = join(root, name);
  await runAnalyze({
    paths: [join(input, "logs")],
    cur: [join(input, "cur")],
    config: join(input, "strata.yml"),
    out,
    quiet: true,
    threads,
  });
  return fingerprints(out);
};

/** Puts the lines of each bill file into another order. */
function shuffleBill(): void {
  const cur = join(input, "cur");
  for (const path of readdirSync(cur, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".csv")) continue;
    const [head = "", ...lines] = readFileSync(join(cur, path), "utf8").trimEnd().split("\n");
    writeFileSync(join(cur, path), `${[head, ...lines.reverse()].join("\n")}\n`);
  }
}

describe("the same input", () => {
  test("gives the same bytes in every file, whatever the number of threads and the order of the bill's lines", async () => {
    const once = await analysed("one", 1);
    expect(Object.keys(once).length).toBeGreaterThan(30);
    expect(await analysed("four", 4)).toEqual(once);
    shuffleBill();
    expect(await analysed("shuffled", 3)).toEqual(once);
  });
});
