import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { findInputs } from "../../src/local/find-inputs.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-inputs-"));
  for (const file of ["logs/a/1.json", "logs/b/2.json.gz", "more/3.json", "out/summary.json"]) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), "{}");
  }
});
const found = async (...paths: string[]) =>
  (await findInputs(paths.map((path) => join(root, path)))).objects.map((object) => object.key);

describe("input paths", () => {
  it("may be folders, files and globs, each file once, keys relative to the folder that holds them all", async () => {
    expect(await found("logs")).toEqual(["a/1.json", "b/2.json.gz"]);
    expect(await found("logs", "more/3.json", "logs/a/1.json")).toEqual(["logs/a/1.json", "logs/b/2.json.gz", "more/3.json"]);
    expect(await found("logs/**/*.gz")).toEqual(["2.json.gz"]);
  });

  it("leave out the output folder", async () => {
    const { objects } = await findInputs([root], [join(root, "out")]);
    expect(objects.map((object) => object.key)).toEqual(["logs/a/1.json", "logs/b/2.json.gz", "more/3.json"]);
  });

  it("are wrong usage when nothing is there", async () => {
    await expect(found("nowhere")).rejects.toThrow("nowhere does not exist");
    await expect(found("logs/*.xml")).rejects.toThrow("nothing matches");
  });
});
