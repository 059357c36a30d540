import type { Routing } from "../../model/identity.ts";
import type { Decimal } from "../../money.ts";
import type { ModelChoice } from "../model-choice.ts";
import type { DayRange } from "../per-month.ts";
import type { Repricer } from "../reprice.ts";
import type { UsageSlice } from "../usage-slice.ts";
import { changeSlices } from "./change-slices.ts";
import { ALL, type WhatIf } from "./what-if.ts";

/** Share of calls of `from` that go to `to` instead. The same model saves exactly 0. */
export function swapModel(given: {
  readonly slices: readonly UsageSlice[];
  readonly range: DayRange;
  readonly from: string;
  readonly to: ModelChoice;
  readonly share?: Decimal;
  readonly shareText?: string;
  readonly prices: Repricer;
}): WhatIf {
  const { to } = given;
  return changeSlices({
    ...given,
    share: given.share ?? ALL,
    title: `${given.shareText ?? "all"} of ${given.from} to ${to.model}`,
    assumptions: [
      `${to.model} needs as many input and output tokens for the same work as ${given.from}; nothing is said about its answers.`,
      "Region, routing, account, service tier and cache hits stay as they are.",
      ...(given.share === undefined || given.share === ALL ? [] : ["The calls that change are like those that stay."]),
    ],
    change: (slice) => (slice.model === given.from ? { model: to.model, vendor: to.vendor } : undefined),
  });
}

/** The same calls through another routing, for example global instead of a geography. */
export function changeRouting(given: {
  readonly slices: readonly UsageSlice[];
  readonly range: DayRange;
  readonly to: Routing;
  readonly share?: Decimal;
  readonly prices: Repricer;
  readonly onlySavings?: boolean;
}): WhatIf {
  return changeSlices({
    ...given,
    title: `routing ${given.to}`,
    assumptions: [
      `The models are offered with ${given.to} routing to these accounts, and rules on where data may be processed allow it.`,
      "Tokens and cache hits stay as they are.",
    ],
    change: (slice) =>
      slice.routing !== null && slice.routing !== given.to && slice.serviceTier === "on-demand"
        ? { routing: given.to }
        : undefined,
  });
}

/** On-demand calls through another service tier: batch or flex. */
export function changeServiceTier(given: {
  readonly slices: readonly UsageSlice[];
  readonly range: DayRange;
  readonly to: "batch" | "flex";
  readonly share?: Decimal;
  readonly prices: Repricer;
  readonly concerned?: (slice: UsageSlice) => boolean;
  readonly onlySavings?: boolean;
}): WhatIf {
  const { concerned = () => true } = given;
  return changeSlices({
    ...given,
    title: `${given.to} instead of on-demand`,
    assumptions:
      given.to === "batch"
        ? [
            "The work can wait for a batch job (up to a day), and its models take batch jobs in these regions.",
            "Prompt caching does not apply to batch: cached tokens count as plain input.",
          ]
        : ["The work can wait: flex calls are served after others."],
    change: (slice) => (slice.serviceTier === "on-demand" && concerned(slice) ? { serviceTier: given.to } : undefined),
  });
}

/** The same calls at other prices. */
export function changePrices(given: {
  readonly slices: readonly UsageSlice[];
  readonly range: DayRange;
  readonly prices: Repricer;
  readonly newPrices: Repricer;
}): WhatIf {
  return changeSlices({
    ...given,
    title: "another price list",
    assumptions: ["The same calls would have been made at the new prices."],
    change: () => ({}),
  });
}
