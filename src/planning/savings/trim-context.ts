import { CallerSums, type WhatIf, whatIf } from "../whatif/what-if.ts";
import type { RuleContext } from "./rule.ts";

/** Every prompt cut to `trimTo` tokens: the calls as they are beside the same calls with shorter prompts. Callers without long prompts are left out. */
export async function trimContext({ slices, range, prices }: RuleContext, trimTo: number): Promise<WhatIf> {
  const sums = new CallerSums();
  const whole = await slices();
  const trimmed = await slices({ trimTo });
  let stored = 0n;
  for (const [part, sign] of [
    [whole, 1n],
    [trimmed, -1n],
  ] as const) {
    for (const slice of part) {
      const { who, kind, team, model, calls } = slice;
      const cost = prices.price(slice);
      if (cost === null) {
        if (sign === 1n)
          sums.skip({
            reason: "no price is known for these calls as they are",
            model,
            calls,
            estimatedCost: slice.estimatedCost,
          });
      } else if (sign === 1n) sums.add({ who, kind, team, model, calls, before: cost, after: 0n, saving: cost });
      else sums.add({ who, kind, team, model, calls: 0, before: 0n, after: cost, saving: -cost });
    }
  }
  const callers = sums.callers().filter(({ saving }) => saving > 0n);
  stored = callers.reduce((sum, { before }) => sum + before, 0n);
  return whatIf({
    title: `prompts of at most ${trimTo.toLocaleString("en-US")} tokens`,
    range,
    assumptions: [
      `Prompts above ${trimTo.toLocaleString("en-US")} tokens are cut to that size, fresh and cached tokens in proportion; answers stay as long.`,
      "What is cut is not needed; summaries that replace it cost nothing here.",
    ],
    callers,
    notComputed: sums.notComputed(),
    stored,
  });
}
