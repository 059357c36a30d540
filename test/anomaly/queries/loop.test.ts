import { expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
/** Ticks at 11:00 and 12:00 of June 10. */
const RANGE = ticks("2026-06-10T10:00", "2026-06-10T12:00");
const usd = (dollars: number): string => dollars.toFixed(12);

// docs/alerts.md: the 99th percentile of calls an hour among principals of the same kind in the week before; prompts that grow by 20 %.
it("a loop is who calls often with prompts that grow within the hour", async () => {
  const hour = (dt: string, of: number, principal_arn: string, invocations: number, cells: Cells = {}): Cells => ({
    ...{ dt, hour: of, principal_arn, principal_type: "user", invocations, ...cells },
  });
  const five = (of: number, principal_arn: string, cells: Cells): Cells => ({
    ...{ dt: "2026-06-10", hour: of, principal_arn, team: "core", account_id: A, person: "ann", model: "m1" },
    ...cells,
  });
  /** Prompts of 100 tokens in the first quarter, and of so many in the last one. */
  const grown = (tokens: number): Cells => ({
    invocations: 6,
    first_calls: 2,
    first_prompt_tokens: 200,
    last_calls: 1,
    last_prompt_tokens: tokens,
  });
  const hourly_usage = [
    hour("2026-06-02", 5, "p8", 900),
    hour("2026-06-03", 5, "p8", 6),
    hour("2026-06-03", 5, "p8", 4),
    hour("2026-06-03", 6, "p8", 20),
    hour("2026-06-03", 5, "p9", 25),
    hour("2026-06-09", 6, "p8", 30),
    hour("2026-06-09", 5, "p7", 800, { principal_type: "role" }),
    ...["loop", "same", "fewer", "short", "none"].map((name) => hour("2026-06-10", 10, name, name === "fewer" ? 5 : 4)),
    ...["loop", "same", "short", "none"].map((name) => hour("2026-06-10", 10, name, 2)),
    hour("2026-06-10", 9, "loop", 6),
    hour("2026-06-10", 12, "loop", 6),
    hour("2026-06-10", 11, "sso", 7, { principal_type: "sso" }),
    { dt: "2026-06-10", hour: 10, invocations: 50 },
  ];
  const calls_5m = [
    five(10, "loop", {
      invocations: 4,
      estimated_cost: 1,
      first_calls: 2,
      first_prompt_tokens: 200,
      last_calls: 0,
      last_prompt_tokens: 0,
    }),
    five(10, "loop", {
      ...{ invocations: 3, estimated_cost: 2, first_calls: 0, first_prompt_tokens: 0, last_calls: 2, last_prompt_tokens: 240 },
      team: "web",
      model: "m2",
      person: "bob",
    }),
    five(10, "same", grown(119)),
    five(10, "fewer", grown(500)),
    five(10, "none", { invocations: 6, first_calls: 2, first_prompt_tokens: 200, last_calls: 0, last_prompt_tokens: 0 }),
    five(9, "loop", grown(500)),
    five(12, "loop", grown(500)),
    five(11, "sso", {
      invocations: 7,
      first_calls: 1,
      first_prompt_tokens: 0,
      last_calls: 1,
      last_prompt_tokens: 9,
      account_id: B,
    }),
    five(11, "sso", { invocations: 1, first_calls: 1, first_prompt_tokens: 0, last_calls: 1, last_prompt_tokens: 9 }),
  ];
  const told = (of: number, scope_name: string, cells: Cells) => ({
    ...{ tick: at(`2026-06-10 ${of + 1}:00`), since: at(`2026-06-10 ${of}:00`), scope: "principal", scope_name, ...cells },
  });
  expect(await ask("anomalies/runaway_loop", { ...RANGE, floor: 6 }, { hourly_usage, calls_5m })).toEqual([
    {
      ...told(10, "loop", {
        value: 7,
        floor_value: 7,
        baseline_n: 4,
        dollars: usd(3),
        account_id: A,
        person: "bob",
        main_model: "m2",
      }),
      // Of 10, 20, 25 and 30 calls.
      ...{ baseline: expect.closeTo(29.85, 9), prompt_growth: 1.2 },
    },
    told(11, "sso", { value: 8, floor_value: 8, baseline_n: 0, dollars: usd(0), team: "core", person: "ann", main_model: "m1" }),
  ]);
});
