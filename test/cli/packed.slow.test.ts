import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked } from "../../scripts/install-packed.ts";
import { summarySchema } from "../../src/pipeline/summary-schema.ts";
import { ROOT, SAMPLES } from "../pipeline/run-strata.ts";
import { processorTime } from "./processor-time.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-packed-"));
const installed = join(folder, "node_modules");
beforeAll(() => {
  installPacked(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): string =>
  execFileSync("npm", ["exec", "--", ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** In megabytes of content. */
const size = (path: string): number =>
  [".", ...readdirSync(path, { recursive: true, encoding: "utf8" })]
    .map((file) => lstatSync(join(path, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0) / 1e6;

describe("the packed package", () => {
  it("runs from another folder in which it is installed, under either name", () => {
    const logs = join(SAMPLES, "invocation-logs", "records.jsonl");
    const summary = summarySchema.parse(
      JSON.parse(run("strata-bedrock", "analyze", logs, "--from", "2026-10-01", "--out", "data", "--json")),
    );
    expect(summary.invocations).toBeGreaterThan(20);
    expect(run("strata", "query", "--format", "json")).toContain("purpose");
  });

  it("is as large as docs/performance.md says, part by part, and below 150 MB", () => {
    const table = readFileSync(join(ROOT, "docs", "performance.md"), "utf8");
    const stated = [...table.matchAll(/^\| `([\w@/-]+)` \| .* \| (\d+) MB \|$/gm)].map(([, name = "", mb]) => ({
      name,
      mb: Number(mb),
    }));
    expect(stated.map(({ name }) => name).sort()).toEqual(
      readdirSync(installed)
        .filter((name) => statSync(join(installed, name)).isDirectory() && size(join(installed, name)) > 1)
        .sort(),
    );
    for (const { name, mb } of stated) {
      expect(size(join(installed, name)), name).toBeLessThan(mb * 1.1);
      expect(size(join(installed, name)), name).toBeGreaterThan(mb * 0.8);
    }
    expect(size(installed)).toBeLessThan(150);
  });

  it("starts as fast as docs/performance.md says, in multiples of a Node that does nothing", () => {
    const stated = [
      ...readFileSync(join(ROOT, "docs", "performance.md"), "utf8").matchAll(/^\| `strata ([^`]+)` \| ([\d.]+) \| \d+ ms \|$/gm),
    ].map(([, command = "", times]) => ({ command, times: Number(times) }));
    expect(stated.map(({ command }) => command)).toEqual(expect.arrayContaining(["--version", "--help", "query"]));
    const nothing = processorTime("-e", "0");
    for (const { command, times } of stated) {
      const taken = processorTime(join(installed, "strata-bedrock", "bin", "strata.js"), ...command.split(" ")) / nothing;
      expect(taken, command).toBeLessThan(2 * times);
      expect(taken, command).toBeGreaterThan(times / 3);
    }
  });

  it("exports the labelling of calls, by name and with types", () => {
    const steps = `import { instrument } from "strata-bedrock/instrument";
      const added = [];
      const client = { middlewareStack: { add: (_, { step }) => added.push(step) } };
      console.log(instrument(client, { team: "documents" }) === client, added.join());`;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", steps], { cwd: folder, encoding: "utf8" })).toBe(
      "true initialize,build\n",
    );
    const typed = (labels: string): boolean => {
      writeFileSync(
        join(folder, "app.mts"),
        `import { instrument } from "strata-bedrock/instrument";\ninstrument({ middlewareStack: { add(_: unknown): void {} } }, ${labels});\n`,
      );
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--types", "", "app.mts"];
      return (
        spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...options], { cwd: folder }).status === 0
      );
    };
    expect(typed('{ team: "documents", trace_id: () => undefined }')).toBe(true);
    expect(typed('{ team: { name: "documents" } }')).toBe(false);
  });

  it("holds the documentation and the licences of what it brings along", () => {
    const own = join(installed, "strata-bedrock");
    expect(readdirSync(join(own, "docs"))).toContain("reports.md");
    expect(readFileSync(join(own, "dist", "libraries", "LICENSES.txt"), "utf8")).toMatch(/^echarts [\d.]+ \(Apache-2\.0\)$/m);
  });
});
