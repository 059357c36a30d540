import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { chance, mutatedLine, mutatedObject } from "./mutate.ts";
import { fastPath, straightforward } from "./two-paths.ts";

const lines = readFileSync(new URL("../fixtures/samples/invocation-logs/records.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => Buffer.from(line));

/** STRATA_FUZZ_LINES and STRATA_FUZZ_OBJECTS make it longer: npm run test:long. */
const LINES = Number(process.env["STRATA_FUZZ_LINES"] ?? 3000);
const OBJECTS = Number(process.env["STRATA_FUZZ_OBJECTS"] ?? 60);
const PER_OBJECT = 500;

describe("damaged input", () => {
  it(`gives the same rows and quarantine by both paths for ${LINES} damaged lines`, async () => {
    for (let start = 0; start < LINES; start += PER_OBJECT) {
      const random = chance(start + 1);
      const damaged = Array.from({ length: PER_OBJECT }, () =>
        mutatedLine(lines[random(lines.length)] ?? Buffer.alloc(0), random),
      );
      const source = MemoryStore.of({ "logs/a.jsonl": Buffer.concat(damaged.flatMap((line) => [line, Buffer.from("\n")])) });
      const [fast, slow] = [await fastPath(source), await straightforward(source)];
      expect(fast.result.failures).toEqual([]);
      expect(fast.refused).toEqual(slow.refused);
      expect(fast.rows).toEqual(slow.rows);
    }
    expect(Reflect.get({}, "x")).toBeUndefined();
  }, 600_000);

  it(`gives the same rows and quarantine by both paths for ${OBJECTS} damaged objects`, async () => {
    for (let seed = 1; seed <= OBJECTS; seed += 1) {
      const random = chance(seed * 7919);
      const some = Array.from({ length: 1 + random(12) }, () => {
        const line = lines[random(lines.length)] ?? Buffer.alloc(0);
        return random(4) === 0 ? mutatedLine(line, random) : line;
      });
      const source = MemoryStore.of({ "logs/a.json.gz": mutatedObject(some, random) });
      const [fast, slow] = [await fastPath(source), await straightforward(source)];
      expect(fast.result.failures, `seed ${seed}`).toEqual([]);
      expect(fast.refused, `seed ${seed}`).toEqual(slow.refused);
      expect(fast.rows, `seed ${seed}`).toEqual(slow.rows);
    }
  }, 600_000);
});
