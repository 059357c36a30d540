import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { CANARY, plantedLines, plantedSideBodies, SAMPLE_LINES } from "./planted.ts";
import { fastPath, type Ingested } from "./two-paths.ts";

const FOLDER = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
const WORD = CANARY.slice(0, 6);
/** What a reader of the tables sees: Parquet may be compressed. */
const shown = (rows: Ingested["rows"]): string =>
  JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value));

function expectClean({ target, result, rows }: Awaited<ReturnType<typeof fastPath>>): void {
  expect(JSON.stringify(result)).not.toContain(WORD);
  expect(shown(rows)).not.toContain(WORD);
  for (const [key, bytes] of target.objects) expect(Buffer.from(bytes).includes(WORD), key).toBe(false);
}

it("writes no word of a prompt or completion anywhere, wherever in a body it stands and however the line is damaged", async () => {
  const damaged = plantedLines();
  expect(damaged.length).toBeGreaterThan(1500);
  const text = Buffer.from(damaged.join("\n"));
  const done = await fastPath(
    MemoryStore.of({
      "logs/plain.jsonl": text,
      "logs/packed.json.gz": gzipSync(text),
      "logs/cut.json.gz": gzipSync(text).subarray(0, -200),
      "logs/pretty.json": SAMPLE_LINES.map((line) =>
        JSON.stringify(JSON.parse(line.replaceAll(/"text":"[^"]*"/g, `"text":"${CANARY}"`)), null, 1),
      ).join("\n"),
    }),
  );
  expect(done.result.counts.landed).toBeGreaterThan(1000);
  expect(done.result.counts.quarantined).toBeGreaterThan(1000);
  expectClean(done);
});

it("writes no word of an off-loaded body, whether it can be read or not", async () => {
  const { lines, bodies } = plantedSideBodies(FOLDER);
  const source = MemoryStore.of({ ...bodies, [`${FOLDER}/side.jsonl`]: lines.join("\n") });
  const asked: string[] = [];
  const readAll = source.readAll.bind(source);
  source.readAll = (key) => {
    asked.push(key);
    return readAll(key);
  };
  const done = await fastPath(source, [source.info(`${FOLDER}/side.jsonl`)]);
  expect(done.result.counts.landed).toBe(lines.length);
  expect(asked.filter((key) => key.includes("/data/")).length).toBeGreaterThan(50);
  expectClean(done);
});

it("keeps labels that callers send as request metadata, in their column and in what is derived from them, and nowhere else", async () => {
  const [first = "{}"] = SAMPLE_LINES;
  const labels = { ...JSON.parse(first), requestMetadata: { team: `${CANARY} team`, note: `${CANARY} note`, [CANARY]: "key" } };
  const refused = { ...labels, requestId: "", requestMetadata: { team: { text: CANARY } } };
  const source = MemoryStore.of({ "logs/a.jsonl": [labels, refused].map((record) => JSON.stringify(record)).join("\n") });
  const { rows, target, result } = await fastPath(source);
  const [row] = Object.values(rows).flat();
  const holding = Object.entries(Object(row)).filter(([, value]) => JSON.stringify(value, stringOf).includes(WORD));
  expect(holding.map(([column]) => column).sort()).toEqual(["request_metadata", "team"]);
  expect(result.counts.quarantined).toBe(1);
  for (const [key, bytes] of target.objects)
    if (!key.endsWith(".parquet")) expect(Buffer.from(bytes).includes(WORD), key).toBe(false);
});

const stringOf = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
