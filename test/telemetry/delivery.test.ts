import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { ingestTelemetry } from "../../src/telemetry/ingest-telemetry.ts";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { behindLength, encoded, LOGS, METRICS, TRACES } from "./otlp-protobuf.ts";
import { RECORDINGS } from "./recordings.ts";

// However a collector delivers what clients told, the tables are the same.

interface Group {
  readonly [scopes: string]: unknown;
}
/** What one resource and scope told at once: the smallest thing that a collector hands on. */
interface Piece {
  readonly signal: "resourceLogs" | "resourceMetrics" | "resourceSpans";
  readonly entry: object;
}
const TYPES = { resourceLogs: LOGS, resourceMetrics: METRICS, resourceSpans: TRACES } as const;
const SCOPES = { resourceLogs: "scopeLogs", resourceMetrics: "scopeMetrics", resourceSpans: "scopeSpans" } as const;
const ITEMS = { resourceLogs: "logRecords", resourceMetrics: "metrics", resourceSpans: "spans" } as const;

const list = (value: unknown): readonly Group[] => (Array.isArray(value) ? value : []);

/** Every log record, metric and span of a recording by itself, with its resource and scope. */
function piecesOf(folder: string): Piece[] {
  const documents = readdirSync(folder)
    .filter((name) => /(?:logs|metrics|traces)\.jsonl$/.test(name))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line): Group => JSON.parse(line));
  return documents.flatMap((document) =>
    (["resourceLogs", "resourceMetrics", "resourceSpans"] as const).flatMap((signal) =>
      list(document[signal]).flatMap(({ resource, ...rest }) =>
        list(rest[SCOPES[signal]]).flatMap(({ scope, ...inner }) =>
          list(inner[ITEMS[signal]]).map(
            (item): Piece => ({ signal, entry: { resource, [SCOPES[signal]]: [{ scope, [ITEMS[signal]]: [item] }] } }),
          ),
        ),
      ),
    ),
  );
}

/** Form and packing of an object. */
const FORMS: readonly ((pieces: readonly Piece[]) => Buffer)[] = [
  (pieces) => Buffer.from(pieces.map(({ signal, entry }) => `${JSON.stringify({ [signal]: [entry] })}\n`).join("")),
  (pieces) => gzipSync(FORMS[0]?.(pieces) ?? ""),
  (pieces) => zstdCompressSync(FORMS[0]?.(pieces) ?? ""),
  (pieces) => Buffer.concat(messages(pieces).map(behindLength)),
  (pieces) => gzipSync(Buffer.concat(messages(pieces).map(behindLength))),
  (pieces) => Buffer.concat(messages(pieces).map((message) => behindLength(zstdCompressSync(message)))),
];
const messages = (pieces: readonly Piece[]): Uint8Array[] =>
  pieces.map(({ signal, entry }) => encoded({ type: TYPES[signal], json: { [signal]: [entry] } }));

interface Delivered {
  readonly form: number;
  readonly pieces: readonly Piece[];
}

/** The views of the tables after those objects, without where a row was read. */
async function tablesAfter(objects: readonly Delivered[]): Promise<Record<string, string[]>> {
  const out = mkdtempSync(join(tmpdir(), "strata-delivery-"));
  const source = new FolderStore(`${out}-in`);
  const target = new FolderStore(out);
  for (const [index, { form, pieces }] of objects.entries()) {
    const key = `${index}`;
    const bytes = FORMS[form]?.(pieces) ?? Buffer.alloc(0);
    await source.write(key, bytes);
    const object = { key, size: bytes.length, lastModified: Date.parse("2026-11-29T23:00:00Z") };
    const done = await ingestTelemetry({ name: `batch-${index}`, objects: [object] }, { source, target, keys: keptKeys() });
    expect(done.problems).toEqual([]);
    expect(done.failures).toEqual([]);
  }
  const warehouse = await DuckDbWarehouse.open(out);
  try {
    const rows = async (view: string): Promise<string[]> =>
      (await warehouse.adhoc(`select * from ${view}`)).rows.map((row) => JSON.stringify(row)).sort();
    return { calls: await rows("client_calls"), tools: await rows("client_tools"), counts: await rows("client_counts") };
  } finally {
    warehouse.close();
  }
}

const RECORDED = ["tools-delta", "subagent-with-traces", "continue-cumulative", "collector-refuses-first"];

test("any split into objects, any order, any repetition, any form and packing gives the same tables", async () => {
  for (const name of RECORDED) {
    const pieces = piecesOf(`${RECORDINGS}claude-code/${name}`);
    const wanted = await tablesAfter([{ form: 0, pieces }]);
    expect(wanted["calls"]?.length, name).toBeGreaterThan(0);
    const delivery = fc
      .tuple(
        fc.shuffledSubarray([...pieces.keys()], { minLength: pieces.length }),
        fc.array(fc.nat(pieces.length - 1), { maxLength: 30 }),
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), form: fc.nat(FORMS.length - 1) }), {
          minLength: 1,
          maxLength: 6,
        }),
      )
      .map(([order, again, cuts]): Delivered[] => {
        const all = [...order, ...again].flatMap((index) => pieces[index] ?? []);
        const objects: Delivered[] = [];
        for (let at = 0, n = 0; at < all.length; n += 1) {
          const { size, form } = cuts[n % cuts.length] ?? { size: 1, form: 0 };
          objects.push({ form, pieces: all.slice(at, at + size) });
          at += size;
        }
        return objects;
      });
    await fc.assert(
      fc.asyncProperty(delivery, async (objects) => {
        expect(await tablesAfter(objects)).toEqual(wanted);
      }),
      { numRuns: 4, seed: 5 },
    );
  }
}, 600_000);

test("a counter told as its growth and one told as its level come to the same sums", async () => {
  const sums = async (name: string): Promise<unknown> => {
    const pieces = piecesOf(`${RECORDINGS}claude-code/${name}`);
    const both = await Promise.all([
      tablesAfter([{ form: 0, pieces }]),
      tablesAfter([{ form: 0, pieces: pieces.map(asLevels()) }]),
    ]);
    return both.map(({ counts }) => {
      const sums = new Map<string, number>();
      for (const row of counts ?? []) {
        const { metric, type, model, session_id: session, value } = JSON.parse(row);
        const key = [metric, type, model, session].join(" ");
        sums.set(key, Number(((sums.get(key) ?? 0) + Number(value)).toFixed(9)));
      }
      return [...sums].filter(([, sum]) => sum !== 0).sort();
    });
  };
  const [delta, cumulative] = (await sums("tools-delta")) as [unknown[], unknown[]];
  expect(delta.length).toBeGreaterThan(5);
  expect(cumulative).toEqual(delta);
});

/** Growth of a series added up from its first start on, as an exporter with cumulative temporality would send the same counter. */
function asLevels(): (piece: Piece) => Piece {
  const levels = new Map<string, { start: unknown; value: number }>();
  return (piece) => {
    if (piece.signal !== "resourceMetrics") return piece;
    const entry = structuredClone(piece.entry) as Group;
    for (const { metrics } of list(entry["scopeMetrics"]))
      for (const metric of list(metrics)) {
        const sum = metric["sum"] as { aggregationTemporality: number; dataPoints: Record<string, unknown>[] };
        sum.aggregationTemporality = 2;
        for (const point of sum.dataPoints) {
          const key = JSON.stringify([metric["name"], point["attributes"]]);
          const level = levels.get(key) ?? { start: point["startTimeUnixNano"], value: 0 };
          level.value += Number(point["asDouble"] ?? point["asInt"]);
          levels.set(key, level);
          point["startTimeUnixNano"] = level.start;
          point["asDouble"] = level.value;
          delete point["asInt"];
        }
      }
    return { ...piece, entry };
  };
}
