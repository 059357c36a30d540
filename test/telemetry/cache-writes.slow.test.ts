import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { formatUsd } from "../../src/money.ts";
import { matchCalls, traceCalls } from "../../src/pipeline/trace-calls.ts";
import type { Row } from "../../src/ports.ts";
import { ingestTelemetry } from "../../src/telemetry/ingest-telemetry.ts";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { pricer, request } from "../pricing/factories.ts";
import { type ClientEvent, eventsDocument } from "./client-events.ts";
import { landed, logOf, RECORDINGS } from "./recordings.ts";

const opened = async (out: string): Promise<DuckDbWarehouse> => {
  const warehouse = await DuckDbWarehouse.open(out);
  await matchCalls(warehouse);
  await traceCalls(warehouse);
  return warehouse;
};

test("a recorded session costs what its events' split of cache writes says, and is an estimate no longer", async () => {
  const out = mkdtempSync(join(tmpdir(), "strata-writes-"));
  await landed(`${RECORDINGS}claude-code/tools-delta`, out);
  const warehouse = await opened(out);
  try {
    const { rows } = await warehouse.adhoc(
      "select sum(estimated_cost) as usd, string_agg(distinct price_status, ' ') as status, sum(cache_write_1h_tokens) as long from traced_calls where seen = 'both'",
    );
    // expected.json, cost_usd in events: 0.170960999999999999, added up in floats.
    expect(rows).toEqual([{ usd: "0.170961000000", status: "priced", long: rows[0]?.["long"] }]);
    expect(Number(rows[0]?.["long"])).toBeGreaterThan(0);
    // A second look at the same data finds the same.
    await matchCalls(warehouse);
    await traceCalls(warehouse);
    // Every question about calls reads this view: a join that compares each call with each match would make all of them slow.
    const plan = JSON.stringify((await warehouse.adhoc("explain select * from invocations")).rows);
    expect(plan).toContain("HASH_JOIN");
    expect(plan).not.toMatch(/NL_JOIN|NESTED_LOOP/);
    const again = await warehouse.adhoc("select sum(estimated_cost) as usd from traced_calls where seen = 'both'");
    expect(again.rows).toEqual([{ usd: "0.170961000000" }]);
  } finally {
    warehouse.close();
  }
});

const NOON = Date.parse("2026-11-20T12:00:00Z");
const MODEL = "global.anthropic.claude-opus-4-8";
const tokens = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200_000 }));
const call = fc.record({
  input: fc.integer({ min: 1, max: 5000 }),
  output: tokens,
  read: tokens,
  short: tokens,
  long: tokens,
  failed: fc.constantFrom(false, false, false, true),
  /** What the client tells: nothing, totals alone, the split, or a split of other totals. */
  told: fc.constantFrom("nothing", "totals", "split", "split", "other"),
});
const DISCOUNTS = [[], [{ name: "agreed", percent: "12.5" }], [{ name: "odd", percent: "3.3333" }]];
type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never;

async function invocations(
  calls: readonly Call[],
  config: ReturnType<typeof strataConfig.parse>,
  telemetry: boolean,
): Promise<Row[]> {
  const out = mkdtempSync(join(tmpdir(), "strata-writes-"));
  const source = new FolderStore(`${out}-in`);
  const target = new FolderStore(out);
  const log = logOf(
    calls.map(({ input, output, read, short, long, failed }, n) => ({
      at: new Date(NOON + n * 1000).toISOString(),
      requestId: `request-${n}`,
      modelId: MODEL,
      ...(failed ? { status: 500, error: "ModelStreamErrorException" } : {}),
      usage: {
        input_tokens: input,
        output_tokens: output,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: short + long,
      },
    })),
    { bodies: false },
  );
  await source.write("log.jsonl", log);
  const object = { key: "log.jsonl", size: log.length, lastModified: NOON };
  await ingestObjects({ name: "l", objects: [object] }, { source, target, curator: curator(config) });
  if (telemetry) {
    const events = calls.flatMap(({ input, output, read, short, long, told }, n): ClientEvent[] =>
      told === "nothing"
        ? []
        : [
            {
              at: NOON + n * 1000,
              name: "api_request",
              attributes: {
                request_id: `request-${n}`,
                model: "claude-opus-4-8",
                input_tokens: input,
                output_tokens: output,
                cache_read_tokens: read,
                cache_creation_tokens: short + long,
                ...(told === "totals"
                  ? {}
                  : { cache_creation_5m_tokens: short, cache_creation_1h_tokens: told === "split" ? long : long + 1 }),
                cost_usd: 1000.5,
              },
            },
          ],
    );
    const document = eventsDocument(events);
    await source.write("otel.json", document);
    const otel = { key: "otel.json", size: document.length, lastModified: NOON };
    await ingestTelemetry({ name: "t", objects: [otel] }, { source, target, keys: keptKeys() });
  }
  const warehouse = await opened(out);
  const { rows } = await warehouse.adhoc("select * from invocations order by event_time");
  warehouse.close();
  return [...rows];
}

test("telemetry changes the price of cache writes whose duration only it knows, to the exact one, and nothing else", async () => {
  let settled = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 8, maxLength: 30 }), fc.constantFrom(...DISCOUNTS), async (calls, discounts) => {
      const config = strataConfig.parse({ prices: { discounts } });
      const without = await invocations(calls, config, false);
      const together = await invocations(calls, config, true);
      expect(together.length).toBe(calls.length);
      const by = pricer({ discounts });
      for (const [n, { input, output, read, short, long, failed, told }] of calls.entries()) {
        const [before, after] = [without[n], together[n]];
        if (failed || short + long === 0 || told !== "split") {
          expect(after).toEqual(before);
          continue;
        }
        settled += 1;
        const exact = by.price(
          request(MODEL, {
            inputTokens: input,
            outputTokens: output,
            cacheReadTokens: read,
            cacheWrite5mTokens: short,
            cacheWrite1hTokens: long,
          }),
        );
        const changed = Object.entries(after ?? {}).filter(([name, value]) => String(value) !== String(before?.[name]));
        const costs = ["cache_write_cost", "list_cost", "estimated_cost", "estimated_cost_high"];
        const allowed = [...costs, "cache_write_5m_tokens", "cache_write_1h_tokens", "price_status", "price_assumptions"];
        expect(allowed).toEqual(expect.arrayContaining(changed.map(([name]) => name)));
        expect(after).toMatchObject({
          price_status: "priced",
          price_assumptions: null,
          cache_write_5m_tokens: short,
          cache_write_1h_tokens: long,
        });
        for (const [name, usd] of [
          ["cache_write_cost", exact.cacheWriteCost],
          ["estimated_cost", exact.estimatedCost],
          ["estimated_cost_high", exact.estimatedCostHigh],
          ["list_cost", exact.listCost],
        ] as const) {
          const off = BigInt(String(after?.[name]).replace(".", "")) - (usd ?? -1n);
          // Rates of whole pico-dollars are exact; others are rounded once at either end.
          const most = discounts.some(({ percent }) => percent === "3.3333") ? 2n : 0n;
          expect([off >= -most && off <= most, `${name} ${after?.[name]} ${formatUsd(usd ?? 0n)}`]).toEqual([
            true,
            expect.anything(),
          ]);
        }
      }
    }),
    { numRuns: 6, seed: 11 },
  );
  expect(settled).toBeGreaterThan(10);
}, 300_000);
