import { UsageError } from "../../errors.ts";
import type { Decimal } from "../../money.ts";
import type { PricesConfig } from "../../pricing/prices-config.ts";
import { PROGRAM } from "../../program.ts";
import { chooseModel } from "../model-choice.ts";
import type { DayRange } from "../per-month.ts";
import { createRepricer } from "../reprice.ts";
import type { UsageSlice } from "../usage-slice.ts";
import { swapModel } from "./swap-model.ts";
import type { WhatIf } from "./what-if.ts";

/**
 * Another model for a share of the calls of one.
 * @param question `other`: a name, an id, or a family such as haiku; `share` as a number, `shareText` as it was given
 * @throws UsageError when the model has no priced calls, or no other model is meant
 */
export async function swapQuestion(question: {
  readonly slices: (model: string) => Promise<UsageSlice[]>;
  readonly range: DayRange;
  readonly config: PricesConfig;
  readonly model: string;
  readonly other: string;
  readonly share: Decimal;
  readonly shareText: string | undefined;
}): Promise<WhatIf> {
  const { range, model, share, shareText = "1" } = question;
  const slices = await question.slices(model);
  if (slices.length === 0)
    throw new UsageError(`whatif: there are no priced calls of "${model}" in ${range.from} to ${range.to}`, {
      hint: `${PROGRAM} sql "select distinct model from hourly_usage" lists the models.`,
    });
  const prices = createRepricer(question.config);
  const to = chooseModel(question.other, (choice) =>
    slices.some((slice) => prices.priceUncachedIfNeeded({ ...slice, ...choice }).cost !== null),
  );
  return swapModel({ slices, range, from: model, to, share, shareText: shareText === "1" ? "all" : shareText, prices });
}
