import { UsageError } from "../../errors.ts";
import { listRates, type RateQuery } from "../../pricing/list-rates.ts";
import { chooseModel, type ModelChoice, newerAndCheaper } from "../model-choice.ts";
import type { UsageSlice } from "../usage-slice.ts";
import { stepsDown } from "./assumptions.ts";

type Placed = Pick<UsageSlice, "vendor" | "model" | "routing" | "region" | "serviceTier" | "day">;

const queryOf = ({ vendor, model, routing, region, serviceTier, day }: Placed): RateQuery => ({
  vendor,
  model,
  routing,
  region,
  serviceTier,
  day,
});

/** Remembers an answer by what a price depends on. */
function remembered(find: (query: RateQuery) => ModelChoice | undefined): (slice: Placed) => ModelChoice | undefined {
  const known = new Map<string, ModelChoice | undefined>();
  return (slice) => {
    const query = queryOf(slice);
    const key = Object.values(query).join("|");
    if (!known.has(key)) known.set(key, find(query));
    return known.get(key);
  };
}

/** The newest model one tier down at the same maker that has a price in the same place. */
export const oneTierDown = (): ((slice: Placed) => ModelChoice | undefined) =>
  remembered((query) => {
    const step = stepsDown.find(({ vendor, from }) => vendor === query.vendor && from.test(query.model));
    if (!step) return undefined;
    try {
      return chooseModel(step.to, (choice) => choice.vendor === step.vendor && listRates({ ...query, ...choice }).length > 0);
    } catch (error) {
      if (error instanceof UsageError) return undefined;
      throw error;
    }
  });

/** The newest cheaper version of the same family in the same place. */
export const newerVersion = (): ((slice: Placed) => ModelChoice | undefined) => remembered(newerAndCheaper);
