import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { fastPath } from "./two-paths.ts";

const CANARY = "CANARY in plain words";
const FOLDER = new URL("../fixtures/samples/invocation-logs/", import.meta.url);
const lines = readFileSync(new URL("records.jsonl", FOLDER), "utf8").trimEnd().split("\n");

/** Copies of a body with the canary in one text each, and in one new field of every object. */
function* planted(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield CANARY;
  else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) for (const copy of planted(each)) yield value.with(index, copy);
    yield [...value, CANARY];
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) for (const copy of planted(each)) yield { ...value, [key]: copy };
    yield { ...value, [CANARY]: CANARY };
  }
}

function* variants(line: string): Generator<string> {
  const record = JSON.parse(line);
  for (const [side, name] of [
    ["input", "inputBodyJson"],
    ["output", "outputBodyJson"],
  ] as const) {
    const body: unknown = record[side]?.[name];
    for (const copy of planted(body)) {
      const whole = JSON.stringify({ ...record, [side]: { ...record[side], [name]: copy } });
      yield whole;
      // The same text in lines that are refused: cut off, with a wrong field, with broken JSON behind it.
      yield whole.slice(0, whole.indexOf(CANARY) + CANARY.length);
      yield whole.replace(/"accountId":"\d+"/, '"accountId":"1"');
      yield whole.replace(CANARY, `${CANARY}\\x`);
    }
  }
  yield JSON.stringify({ ...record, errorCode: `ValidationException: ${CANARY}` });
}

it("writes no word of a prompt or completion anywhere, wherever in a body it stands and however the line is damaged", async () => {
  const damaged = lines.flatMap((line) => [...variants(line)]);
  expect(damaged.length).toBeGreaterThan(500);
  const text = Buffer.from(damaged.join("\n"));
  const source = MemoryStore.of({
    "logs/plain.jsonl": text,
    "logs/packed.json.gz": gzipSync(text),
    "logs/cut.json.gz": gzipSync(text).subarray(0, -200),
    "logs/pretty.json": lines
      .map((line) => JSON.stringify(JSON.parse(line.replaceAll(/"text":"[^"]*"/g, `"text":"${CANARY}"`)), null, 1))
      .join("\n"),
  });
  const { target, result } = await fastPath(source);
  expect(result.counts.landed).toBeGreaterThan(500);
  expect(result.counts.quarantined).toBeGreaterThan(500);
  expect(JSON.stringify(result)).not.toContain("CANARY");
  for (const [key, bytes] of target.objects) expect(Buffer.from(bytes).includes("CANARY"), key).toBe(false);
});
