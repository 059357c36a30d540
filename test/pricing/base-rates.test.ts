import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import disagreements from "../../scripts/price-sources/disagreements.json" with { type: "json" };
import genai from "../../scripts/price-sources/genai-prices.json" with { type: "json" };
import { secondPrices } from "../../scripts/second-opinion.ts";
import { baseRatesText } from "../../scripts/update-prices.ts";
import { glob } from "../../src/glob.ts";
import type { Routing } from "../../src/model/identity.ts";
import { parseModelId } from "../../src/model/model-id.ts";
import { listRates } from "../../src/pricing/list-rates.ts";
import own from "../../src/pricing/own-rates.data.json" with { type: "json" };
import { baseRates, ownRates, rateRules } from "../../src/pricing/rate-entry.ts";
import { formatRate, type RateKind } from "../../src/pricing/rates.ts";

test("the base table is what the recorded sources give; else run node scripts/update-prices.ts", () => {
  const file = readFileSync(new URL("../../src/pricing/base-rates.data.json", import.meta.url), "utf8");
  expect(file).toBe(baseRatesText());
});

interface Said {
  readonly source: "genai-prices" | "litellm";
  readonly key: string;
  readonly vendor: string;
  readonly model: string;
  readonly routing: Routing;
  readonly region: string;
  readonly above: number;
  readonly kind: string;
  readonly rate: string;
}

const DAY = "2026-11-29";

const litellm = secondPrices().flatMap(({ key, vendor, model, routing, regions, above, rates }): Said[] =>
  Object.entries(rates).map(([kind, rate]) => ({
    source: "litellm",
    key,
    vendor,
    model,
    routing: routingOf(routing[0]),
    region: regions?.[0]?.replace("eu-*", "eu-west-1").replace("ap-*", "ap-southeast-1") ?? "us-east-1",
    above,
    kind,
    rate,
  })),
);

function routingOf(name: string | undefined): Routing {
  return name === "global" || name === "geo" ? name : "in-region";
}

const kinds = new Map([
  ["input_mtok", "input"],
  ["output_mtok", "output"],
  ["cache_read_mtok", "cache_read"],
  ["cache_write_mtok", "cache_write_5m"],
  ["cache_write_1h_mtok", "cache_write_1h"],
]);

const first = genai.models.flatMap(({ id, prices }): Said[] => {
  const [, scope, plain = ""] = /^(global|regional)?\.?(.+)$/.exec(id) ?? [];
  const parsed = parseModelId(plain);
  const newest = prices.findLast((price) => !("from" in price) || String(price.from) <= DAY);
  if (!parsed || !newest) return [];
  const said = { source: "genai-prices", key: id, vendor: parsed.vendor, model: parsed.model, region: "us-east-1" } as const;
  const routing: Routing = scope === "global" ? "global" : "in-region";
  return Object.entries(newest.rates).flatMap(([name, value]: [string, unknown]) => {
    const kind = kinds.get(name);
    if (kind === undefined) return [];
    if (typeof value === "string") return [{ ...said, routing, above: 0, kind, rate: value }];
    const { base, steps } = Object(value);
    return [
      { ...said, routing, above: 0, kind, rate: String(base) },
      ...Object.entries(Object(steps)).map(([above, rate]) => ({
        ...said,
        routing,
        above: Number(above),
        kind,
        rate: String(rate),
      })),
    ];
  });
});

/** What Strata would charge for the same, where it is something else. */
function difference(said: Said): string | undefined {
  const { vendor, model, routing, region } = said;
  const classes = listRates({ vendor, model, routing, region, serviceTier: "on-demand", day: DAY });
  const rates = classes.find(({ above }) => above === said.above)?.rates;
  const find = (kind: RateKind) => rates?.get(kind);
  const found =
    said.kind === "cache_write_5m" || said.kind === "cache_write"
      ? (find("cache_write_5m") ?? find("cache_write"))
      : [...(rates ?? [])].find(([kind]) => kind === said.kind)?.[1];
  if (found === undefined) return `${said.source} ${said.key} ${said.above} ${said.kind}: ${said.rate}, Strata none`;
  if (formatRate(found.rate) === said.rate || found.entry.reason !== null) return undefined;
  return `${said.source} ${said.key} ${said.above} ${said.kind}: ${said.rate}, Strata ${formatRate(found.rate)} (${found.entry.id})`;
}

const reasons = disagreements.entries.map((entry: { keys: string[]; kinds?: string[]; source: string; reason: string }) => ({
  ...entry,
  fits: (said: Said): boolean =>
    entry.source === said.source &&
    entry.keys.some((key) => glob(key)(said.key)) &&
    (entry.kinds === undefined || entry.kinds.includes(said.kind)),
}));

describe("where public tables and ours differ, it is written why", () => {
  const differences = [...first, ...litellm].flatMap((said) => {
    const text = difference(said);
    return text === undefined ? [] : [{ said, text }];
  });

  test("for every rate of both tables", () => {
    expect(differences.filter(({ said }) => !reasons.some(({ fits }) => fits(said))).map(({ text }) => text)).toEqual([]);
  });

  test("and no reason is left over", () => {
    expect(reasons.filter(({ fits }) => !differences.some(({ said }) => fits(said))).map(({ keys }) => keys)).toEqual([]);
    expect(reasons.filter(({ reason }) => !/\w{4,} \w+/.test(reason))).toEqual([]);
  });

  test("the check sees a difference", () => {
    const said = first.find(({ key, kind }) => key === "amazon.nova-pro-v1:0" && kind === "input");
    expect(said && difference({ ...said, rate: "0.81" })).toContain("0.81, Strata 0.8 (base:nova-pro:any)");
  });
});

describe("every entry can be relied on", () => {
  const all = [...baseRates, ...ownRates];

  test("ids are unique", () => {
    const ids = [...all, ...rateRules].map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test("it has a source, a check date, a rate, a period, and a name that log ids lead to", () => {
    const day = /^\d{4}-\d{2}-\d{2}$/;
    const faults = all.flatMap((entry) => [
      ...(entry.source === "" ? [`${entry.id}: no source`] : []),
      ...([entry.checked, entry.from, entry.to].every((text) => text === null || day.test(text))
        ? []
        : [`${entry.id}: not a day`]),
      ...(entry.rates.size === 0 ? [`${entry.id}: no rate`] : []),
      ...((entry.from ?? "") <= (entry.to ?? "9999") ? [] : [`${entry.id}: ends before it begins`]),
      ...(parseModelId(`${entry.vendor}.${entry.model}`)?.model === entry.model
        ? []
        : [`${entry.id}: ${entry.model} is not canonical`]),
    ]);
    expect(faults).toEqual([]);
  });

  test("own entries and rules say where a price was read and when, each for itself, in words that are read", () => {
    const read = {
      entries: [
        ...["id", "vendor", "model", "routing", "regions", "estimate_elsewhere", "service_tier", "above", "from", "to", "rates"],
        ...["estimate", "source", "checked", "note", "reason"],
      ],
      rules: [
        ...["id", "models", "except", "vendor", "service_tier", "routing", "kind", "of", "needs", "kinds", "times", "value"],
        ...["estimate", "source", "checked", "note"],
      ],
    };
    const faults = (["entries", "rules"] as const).flatMap((list) =>
      own[list].flatMap((entry) => [
        ...(entry.source && entry.checked ? [] : [`${entry.id}: no source or no day`]),
        ...Object.keys(entry).flatMap((word) => (read[list].includes(word) ? [] : [`${entry.id}: nobody reads "${word}"`])),
      ]),
    );
    expect(faults).toEqual([]);
  });

  test("no two entries of one table say different things about the same call", () => {
    const overlap = (a: readonly string[] | null, b: readonly string[] | null) =>
      a === null || b === null ? a === b : a.some((one) => b.includes(one));
    const table = (id: string): string => id.slice(0, id.indexOf(":"));
    const clashes = all.flatMap((a, index) =>
      all
        .slice(index + 1)
        .filter(
          (b) =>
            table(a.id) === table(b.id) &&
            a.vendor === b.vendor &&
            a.model === b.model &&
            a.serviceTier === b.serviceTier &&
            a.above === b.above &&
            overlap(a.routing, b.routing) &&
            overlap(a.regions, b.regions) &&
            (a.from ?? "") <= (b.to ?? "9999") &&
            (b.from ?? "") <= (a.to ?? "9999") &&
            [...a.rates].some(([kind, rate]) => {
              const other = b.rates.get(kind);
              return other !== undefined && formatRate(other) !== formatRate(rate);
            }),
        )
        .map((b) => `${a.id} ${b.id}`),
    );
    expect(clashes).toEqual([]);
  });
});
