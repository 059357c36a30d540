import { readFileSync } from "node:fs";
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, test } from "vitest";
import { baseRatesText, installedVersion } from "../../scripts/update-prices.ts";
import { parseModelId } from "../../src/model/model-id.ts";
import base from "../../src/pricing/base-rates.data.json" with { type: "json" };
import { baseRates, ownRates, type RateEntry, rateRules } from "../../src/pricing/rate-entry.ts";
import { formatRate, type RateKind } from "../../src/pricing/rates.ts";

test("the base table is what the installed package gives; else run node scripts/update-prices.ts", () => {
  const file = readFileSync(new URL("../../src/pricing/base-rates.data.json", import.meta.url), "utf8");
  expect(file).toBe(baseRatesText(installedVersion(), base.checked));
});

const packageKey = new Map<RateKind, string>([
  ["input", "input_mtok"],
  ["output", "output_mtok"],
  ["cache_read", "cache_read_mtok"],
  ["cache_write_5m", "cache_write_mtok"],
  ["cache_write_1h", "cache_write_1h_mtok"],
  ["cache_write", "cache_write_mtok"],
]);

const packageIds = (findProvider({ providerId: "aws" })?.models ?? []).map(({ id }) => id.replace(/^(global|regional)\./, ""));

/** Ids under which a caller may meet the entry's model: the package's own, and the plain forms. */
function idsOf(entry: RateEntry): string[] {
  const plain = `${entry.vendor}.${entry.model}`;
  const own = packageIds.filter((id) => parseModelId(id)?.vendor === entry.vendor && parseModelId(id)?.model === entry.model);
  const prefixes = (entry.routing ?? ["in-region"]).map((routing) =>
    routing === "global"
      ? "global."
      : routing === "in-region"
        ? ""
        : entry.regions?.[0]?.startsWith("us-gov")
          ? "us-gov."
          : "us.",
  );
  return prefixes.flatMap((prefix) => [...new Set([...own, plain, `${plain}-v1:0`, `${plain}:0`])].map((id) => prefix + id));
}

/** What the package would charge for it, by kind, where that differs. */
function disagreements(entry: RateEntry): string[] {
  const timestamp = new Date(`${entry.from ?? entry.to ?? entry.checked}T12:00:00Z`);
  return idsOf(entry).flatMap((id) => {
    const found = calcPrice({ input_tokens: 1 }, id, { providerId: "aws", timestamp })?.model_price;
    if (!found) return [];
    return [...entry.rates].flatMap(([kind, rate]) => {
      const value = found[packageKey.get(kind) ?? ""];
      if (value === undefined) return [];
      const theirs =
        typeof value === "object" ? (value.tiers.find(({ start }) => start === entry.above)?.price ?? value.base) : value;
      return String(theirs) === formatRate(rate) ? [] : [`${id} ${kind}: package ${theirs}, own ${formatRate(rate)}`];
    });
  });
}

describe("where our own table and the package both know a price and differ, the entry says why", () => {
  test.each(ownRates.map((entry) => [entry.id, entry] as const))("%s", (_, entry) => {
    const differ = disagreements(entry);
    if (differ.length > 0) expect([differ, entry.reason]).toEqual([differ, expect.stringMatching(/\w{4,}/)]);
  });

  test("the check sees Titan v2, which the package prices as v1", () => {
    const titan = ownRates.find(({ id }) => id === "own:titan-embed-text-v2");
    expect(titan && disagreements(titan)[0]).toContain("package 0.1, own 0.02");
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

  test("no two entries of one origin say different things about the same call", () => {
    const overlap = (a: readonly string[] | null, b: readonly string[] | null) =>
      a === null || b === null ? a === b : a.some((one) => b.includes(one));
    const clashes = all.flatMap((a, index) =>
      all
        .slice(index + 1)
        .filter(
          (b) =>
            a.origin === b.origin &&
            a.vendor === b.vendor &&
            a.model === b.model &&
            a.serviceTier === b.serviceTier &&
            a.above === b.above &&
            overlap(a.routing, b.routing) &&
            overlap(a.regions, b.regions) &&
            (a.from ?? "") <= (b.to ?? "9999") &&
            (b.from ?? "") <= (a.to ?? "9999") &&
            [...a.rates.keys()].some((kind) => b.rates.has(kind)),
        )
        .map((b) => `${a.id} ${b.id}`),
    );
    expect(clashes).toEqual([]);
  });
});
