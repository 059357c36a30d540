import { thousands } from "../../figures.ts";
import { edgeBelow } from "../usage-slice.ts";
import { changeSlices } from "../whatif/change-slices.ts";
import type { WhatIf } from "../whatif/what-if.ts";
import type { RuleContext } from "./rule.ts";

/** Long prompts cut to `trimTo` tokens: only calls that are longer are concerned. */
export async function trimContext({ slices, range, prices }: RuleContext, trimTo: number): Promise<WhatIf> {
  const size = thousands(trimTo);
  const above = edgeBelow(trimTo);
  return changeSlices({
    title: `prompts of at most ${size} tokens`,
    range,
    prices,
    slices: await slices(),
    onlySavings: true,
    assumptions: [
      `Prompts above ${size} tokens are cut to that size, fresh and cached tokens in proportion; answers stay as long.`,
      "What is cut is not needed; summaries that replace it cost nothing here.",
    ],
    change: ({ trimmed }) => (trimmed === null ? undefined : { tokens: trimmed, above }),
  });
}
