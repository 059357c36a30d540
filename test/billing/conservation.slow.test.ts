import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatUsd, parseUsd } from "../../src/money.ts";
import type { Row } from "../../src/ports.ts";
import { sixParts } from "../pipeline/six-parts.ts";
import { type BillLine, billLine, csv, type Ledger, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

const USERS = ["ann", "ben", "cy"].map((name) => `arn:aws:iam::111122223333:user/${name}`);
const TYPES = ["input", "output", "cache_read", "cache_write_5m"] as const;
const KINDS = ["input-tokens", "output-tokens", "cache-read-input-token-count", "cache-write-input-token-count"];
const MODELS = [
  ["NovaLite", "nova-lite"],
  ["NovaPro", "nova-pro"],
] as const;

const day = fc.constantFrom("2026-10-05", "2026-10-06");
const hour = fc.integer({ min: 0, max: 3 });
const pad = (n: number): string => String(n).padStart(2, "0");
const pico = fc.bigInt({ min: -2_000_000_000_000n, max: 9_000_000_000_000_000n });

/** A bill line of any kind: tokens at an arbitrary cost, an adjustment, hours, or something unknown. */
const anyLine: fc.Arbitrary<BillLine> = fc
  .record({
    day,
    hour,
    model: fc.constantFrom(...MODELS),
    kind: fc.constantFrom(...KINDS),
    suffix: fc.constantFrom("", "", "", "-batch", "-flex", "-cross-region-global"),
    principal: fc.constantFrom(...USERS, ...USERS, ""),
    units: fc.integer({ min: -5, max: 5_000 }),
    cost: pico,
    honest: fc.boolean(),
    other: fc.constantFrom("", "", "", "", "Credit", "Tax", "EdpDiscount", "Hours", "Unknown"),
    daily: fc.boolean(),
  })
  .map(({ day, hour, model, kind, suffix, principal, units, cost, honest, other, daily }) => {
    const rate = "0.00006";
    const exact = honest && other === "" ? formatUsd(BigInt(units) * 60_000_000n) : formatUsd(cost);
    const isType = ["Credit", "Tax", "EdpDiscount"].includes(other);
    return {
      line_item_line_item_type: isType ? other : "Usage",
      line_item_usage_type:
        other === "Hours"
          ? "USE1-ProvisionedThroughput-ModelUnits"
          : other === "Unknown"
            ? "USE1-Teleports"
            : `USE1-${model[0]}-${kind}${suffix}`,
      pricing_unit: other === "Hours" ? "Hrs" : other === "Unknown" ? "Teleports" : "1K tokens",
      line_item_iam_principal: principal,
      line_item_usage_amount: String(units),
      line_item_unblended_rate: rate,
      line_item_unblended_cost: exact,
      line_item_net_unblended_cost: formatUsd(parseUsd(exact) / 3n),
      line_item_usage_start_date: daily ? `${day}T00:00:00Z` : `${day}T${pad(hour)}:00:00Z`,
      line_item_usage_end_date: daily ? `${day}T23:59:59Z` : `${day}T${pad(hour + 1)}:00:00Z`,
    };
  });

const anyUsage: fc.Arbitrary<Row> = fc
  .record({
    dt: day,
    hour: fc.constantFrom(0, 1, 2, 3, 5, 23, 23, 23),
    model: fc.constantFrom(...MODELS),
    type: fc.constantFrom(...TYPES),
    principal: fc.constantFrom(...USERS, null),
    team: fc.constantFrom("red", "blue"),
    routing: fc.constantFrom("in-region", "geo", "global", null),
    tier: fc.constantFrom("on-demand", "on-demand", "flex"),
    tokens: fc.integer({ min: 0, max: 6_000_000 }),
    cost: fc.integer({ min: 0, max: 900_000 }),
  })
  .map(({ dt, hour, model, type, principal, team, routing, tier, tokens, cost }) =>
    usage({
      dt,
      hour,
      model: model[1],
      principal_arn: principal,
      team,
      routing,
      service_tier: tier,
      [`${type}_tokens`]: tokens,
      [`${type.startsWith("cache_write") ? "cache_write" : type}_cost`]: (cost / 1e6).toFixed(6),
    }),
  );

/** Most of a call that is logged in the last hour of the day before. */
const OVER_MIDNIGHT: BillLine = {
  line_item_usage_type: "USE1-NovaMicro-input-tokens",
  line_item_usage_amount: "700",
  line_item_unblended_cost: "0.0245",
  line_item_net_unblended_cost: "0.0245",
  line_item_unblended_rate: "0.000035",
  line_item_usage_start_date: "2026-10-06T00:00:00Z",
  line_item_usage_end_date: "2026-10-06T01:00:00Z",
};

const folder = temporaryFolder();
afterAll(folder.remove);
let serial = 0;

async function run(lines: readonly BillLine[], rows: readonly Row[], parts: readonly (readonly number[])[]): Promise<Ledger> {
  const place = `${folder.path}/${serial++}`;
  for (const [index, part] of parts.entries()) writeFile(place, `cur/part-${index}.csv`, csv(part.map((i) => lines[i] ?? {})));
  await writeUsage(`${place}/data`, rows);
  const first = await settle(`${place}/data`, `${place}/cur`, 2);
  if (parts.length > 1) return first;
  const again = await settle(`${place}/data`, `${place}/cur`, 2);
  expect(again.charges).toEqual(first.charges);
  expect(again.logged).toEqual(first.logged);
  return first;
}

const total = (rows: readonly Row[], column: string): string =>
  formatUsd(rows.reduce((sum, row) => sum + parseUsd(String(row[column])), 0n));
const tokens = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Number(row["tokens"]), 0);

let examples: [BillLine[], Row[]][];
beforeAll(() => {
  const arbitrary = fc.tuple(fc.array(anyLine, { minLength: 1, maxLength: 40 }), fc.array(anyUsage, { maxLength: 25 }));
  examples = fc
    .sample(arbitrary, { numRuns: 3, seed: 20261005 })
    .map(([lines, rows]) => [
      [...lines, OVER_MIDNIGHT].map((line) => billLine(line)),
      [...rows, usage({ dt: "2026-10-05", hour: 23, model: "nova-micro", input_tokens: 777_777, input_cost: "0.027" })],
    ]);
});

it("keeps every billed dollar and every logged token exactly once, however the bill is cut into parts", {
  timeout: 900_000,
}, async () => {
  const levels = new Set<string>();
  for (const [lines, rows] of examples) {
    const order = lines.map((_, index) => index);
    const whole = await run(lines, rows, [order]);
    const billed = formatUsd(lines.reduce((sum, line) => sum + parseUsd(line["line_item_unblended_cost"] ?? ""), 0n));
    const net = formatUsd(lines.reduce((sum, line) => sum + parseUsd(line["line_item_net_unblended_cost"] ?? ""), 0n));
    const { summary } = whole;
    expect(summary.billed_usd).toBe(billed);
    expect(formatUsd(sixParts(summary))).toBe(billed);
    expect(total(whole.charges, "usd")).toBe(billed);
    expect(total(whole.charges, "net_cost")).toBe(net);

    for (const row of whole.charges) levels.add(String(row["match_level"]));
    const logged = rows.reduce((sum, row) => sum + TYPES.reduce((n, type) => n + Number(row[`${type}_tokens`]), 0), 0);
    expect(tokens(whole.logged)).toBe(logged);
    const allocated = whole.charges
      .filter((row) => row["status"] === "allocated")
      .reduce((sum, row) => sum + Number(row["logged_tokens"]), 0);
    expect(tokens(whole.logged.filter((row) => row["status"] === "billed"))).toBe(allocated);

    const halves = [order.filter((i) => i % 2 === 1).toReversed(), order.filter((i) => i % 2 === 0)];
    const cut = await run(
      lines,
      rows.toReversed(),
      halves.filter((half) => half.length > 0),
    );
    expect(cut.summary).toEqual(summary);
    expect(cut.charges).toEqual(whole.charges);
    expect(cut.logged).toEqual(whole.logged);
  }
  // Calls over midnight are among them.
  expect([...levels].filter((level) => level.endsWith(":midnight"))).not.toEqual([]);
});
