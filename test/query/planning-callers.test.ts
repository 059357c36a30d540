import { describe, expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const A = "111122223333";
const DAYS = { from: "2026-06-10", to: "2026-06-11" };
const place = {
  team: "core",
  account_id: A,
  region: "us-east-1",
  routing: "geo",
  vendor: "anthropic",
  model: "m",
  service_tier: "flex",
};
const call = (time: string, cells: Cells): Cells => ({
  ...{ ...place, dt: "2026-06-10", event_time: `2026-06-10 ${time}`, request_id: time, price_status: "priced", status: "ok" },
  ...cells,
});
/** The same calls of a person, a role and an identity that has but its ARN, and of nobody. */
const CALLERS: readonly (readonly [caller: Cells, who: string, kind: string])[] = [
  [{ person: "ann", principal_name: "Dev", principal_arn: "arn:dev" }, "ann", "person"],
  [{ principal_name: "Batch", principal_arn: "arn:batch" }, "Batch", "service"],
  [{ principal_arn: "arn:only" }, "arn:only", "service"],
  [{}, "unknown", "service"],
];
/** Who they are, each with figures of their own. */
const each = (figures: Cells): Cells[] =>
  CALLERS.map(([, who, kind]) => ({ who, kind, ...place, ...figures })).sort((a, b) => (a.who < b.who ? -1 : 1));
const byWho = (rows: readonly Cells[]) => rows.toSorted((a, b) => (String(a["who"]) < String(b["who"]) ? -1 : 1));

// As the headers of the planning queries say: a person or a service.
describe("a caller", () => {
  it("of prefixes that are written again is a person or a service, at its place", async () => {
    const written = { input_tokens: 1, cache_read_tokens: 0, cache_write_1h_tokens: 0 };
    const invocations = CALLERS.flatMap(([caller]) => [
      call("10:00", { ...caller, ...written, cache_write_5m_tokens: 100 }),
      call("10:30", { ...caller, ...written, cache_write_5m_tokens: 90 }),
    ]);
    const rows = (await ask("planning/cache_rewrites", DAYS, { invocations })) as Cells[];
    expect(byWho(rows)).toEqual(
      each({ last_day: "2026-06-10", calls: 2, rewrites: 1, written_tokens: 190, rewritten_tokens: 90 }),
    );
  });

  it("of prompts that could be cached is one, too, with the tenth percentile of the prompts", async () => {
    const invocations = CALLERS.flatMap(([caller]) =>
      [2000, 3000, 4000].map((input_tokens, index) =>
        call(`10:0${index}`, { ...caller, input_tokens, output_tokens: 1, estimated_cost: 2 }),
      ),
    );
    const rows = (await ask("planning/cache_candidates", { ...DAYS, least_calls: 3 }, { invocations })) as Cells[];
    // A fifth of the way from the first of three to the second.
    expect(byWho(rows)).toEqual(
      each({
        ...{ last_day: "2026-06-10", calls: 3, warm_calls: 2, small_prompt: 2200, prompt_tokens: 9000 },
        estimated_cost: "6.000000000000",
      }),
    );
  });
});
