import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { sqlFolder } from "../../src/query/files.ts";
import { withFragments } from "../../src/query/fragments.ts";
import { isKnown, knownOf, type Priced } from "../../src/report/measures.ts";

// Saved queries say in SQL what reports say in TypeScript (knownOf): whether the dollars of some calls are known. Here both answer for every mixture of calls.

const CALLS = {
  priced: { cost: "0.25", unpriced: 0, uncounted: 0, not_token_priced: 0 },
  free: { cost: "0", unpriced: 0, uncounted: 0, not_token_priced: 0 },
  unpriced: { cost: null, unpriced: 1, uncounted: 0, not_token_priced: 0 },
  uncounted: { cost: null, unpriced: 0, uncounted: 1, not_token_priced: 0 },
  by_the_hour: { cost: null, unpriced: 0, uncounted: 0, not_token_priced: 1 },
} as const;
type Kind = keyof typeof CALLS;
const KINDS = Object.keys(CALLS) as Kind[];

/** Every set of kinds of calls but the empty one, which no row of the usage has. */
const MIXTURES: Kind[][] = Array.from({ length: 2 ** KINDS.length - 1 }, (_, bits) =>
  KINDS.filter((_, at) => (bits + 1) & (1 << at)),
);

const count = (mixture: readonly Kind[], what: "unpriced" | "uncounted" | "not_token_priced"): number =>
  mixture.filter((kind) => CALLS[kind][what] === 1).length;
const pricedCalls = (mixture: readonly Kind[]): Priced => ({
  invocations: mixture.length,
  unpriced: count(mixture, "unpriced"),
  uncounted: count(mixture, "uncounted"),
  notTokenPriced: count(mixture, "not_token_priced"),
  estimated: mixture.includes("priced") ? 250_000_000_000n : 0n,
});

/** What a select with these includes says of each mixture; u has a row an hour, or, where `noCost` is null, a row a call. */
async function said(list: string, noCost: "0" | "null"): Promise<Map<string, Record<string, unknown>>> {
  const rows = MIXTURES.flatMap((mixture) =>
    mixture.map((kind) => {
      const { cost, unpriced, uncounted, not_token_priced } = CALLS[kind];
      return `('${mixture.join(" ")}', 'ann', 1, 10, 0, cast(${cost ?? noCost} as decimal(38,12)), ${unpriced}, ${uncounted}, ${not_token_priced})`;
    }),
  );
  const text = withFragments("test", `select u.mixture,\n${list}\nfrom u\ngroup by u.mixture`, (name) =>
    readFileSync(join(sqlFolder(), "fragments", `${name}.sql`), "utf8"),
  );
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(
      `create table u as select * from (values ${rows.join(",")}) as t(mixture, person, invocations, total_tokens, errors, estimated_cost, unpriced, uncounted, not_token_priced)`,
    );
    const answer = await connection.runAndReadAll(text);
    return new Map(answer.getRowObjectsJson().map((row) => [String(row["mixture"]), row]));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const dollars = (mixture: readonly Kind[]): string | null => {
  const calls = pricedCalls(mixture);
  return isKnown(knownOf(calls)) ? (calls.estimated === 0n ? "0.000000000000" : "0.250000000000") : null;
};

it("a saved query's `known` and its dollars are those of a report, for every mixture of calls", async () => {
  const answers = await said("-- @include spend_measures", "0");
  expect(answers.size).toBe(31);
  for (const mixture of MIXTURES)
    expect(answers.get(mixture.join(" ")), mixture.join(" ")).toMatchObject({
      known: knownOf(pricedCalls(mixture)),
      estimated_cost: dollars(mixture),
    });
});

it.each([
  ["known_cost", "0"],
  ["known_cost_of_calls", "null"],
] as const)("%s is null exactly where a report has no figure", async (fragment, noCost) => {
  const answers = await said(`-- @include ${fragment} of=u | then=`, noCost);
  for (const mixture of MIXTURES)
    expect(answers.get(mixture.join(" "))?.["estimated_cost"], mixture.join(" ")).toBe(dollars(mixture));
});
