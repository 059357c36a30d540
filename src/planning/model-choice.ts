import { UsageError } from "../errors.ts";
import { parseModelId } from "../model/model-id.ts";
import type { Decimal } from "../money.ts";
import { listRates, pricedModels, type RateQuery } from "../pricing/list-rates.ts";
import type { RateKind } from "../pricing/rates.ts";
import { PROGRAM } from "../program.ts";

/** A model by vendor and name, as slices have it. */
export interface ModelChoice {
  readonly vendor: string | null;
  readonly model: string;
}

/**
 * `claude-sonnet-4-6`, any id of it, or a family (`sonnet`, `claude-haiku`, `nova-lite`): then the newest version with a price.
 * @param priced whether a model can be priced where it is meant to run
 * @throws UsageError naming similar models when nothing fits
 */
export function chooseModel(name: string, priced: (choice: ModelChoice) => boolean): ModelChoice {
  const exact = parseModelId(name);
  if (exact && priced(choiceOf(exact))) return choiceOf(exact);
  const members = pricedModels()
    .map((model) => parseModelId(model))
    .filter((parsed) => parsed !== undefined)
    .filter(({ family, model }) => family === name || family.endsWith(`-${name}`) || model === name || model.endsWith(`-${name}`))
    .filter((parsed) => priced(choiceOf(parsed)))
    .sort((a, b) => compareVersions(b.version, a.version));
  const [newest] = members;
  if (newest) return choiceOf(newest);
  const similar = pricedModels().filter((model) => model.includes(name));
  throw new UsageError(`planning: no price is known for the model "${name}"`, {
    hint:
      similar.length > 0
        ? `Did you mean ${similar.slice(0, 6).join(", ")}? Prices depend on region and routing.`
        : `${PROGRAM} prices lists models; prices.overrides of strata.yml can add one.`,
  });
}

/** Only what a choice is: a parsed id also holds a routing, which the place decides. */
const choiceOf = ({ vendor, model }: ModelChoice): ModelChoice => ({ vendor, model });

/** 4.10 comes after 4.9; no version comes first. */
export function compareVersions(a: string | null, b: string | null): number {
  const left = (a ?? "").split(".").map(Number);
  const right = (b ?? "").split(".").map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const KINDS: readonly RateKind[] = ["input", "output"];

/**
 * The newest model of the same line (family and size) that costs less for input and output and not more for anything both have a price for, at list price;
 * undefined when there is none.
 */
export function newerAndCheaper(query: RateQuery): ModelChoice | undefined {
  const now = parseModelId(query.model);
  const rates = listRates(query)[0]?.rates;
  if (!now || !rates) return undefined;
  const newer = pricedModels()
    .map((model) => parseModelId(model))
    .filter((parsed) => parsed !== undefined)
    .filter(
      (other) => other.vendor === now.vendor && lineOf(other) === lineOf(now) && compareVersions(other.version, now.version) > 0,
    )
    .sort((a, b) => compareVersions(b.version, a.version))
    .find((other) => {
      const theirs = listRates({ ...query, vendor: other.vendor, model: other.model })[0]?.rates;
      if (!theirs) return false;
      const cheaper = KINDS.every((kind) => less(theirs.get(kind)?.rate, rates.get(kind)?.rate));
      return cheaper && [...rates].every(([kind, { rate }]) => !less(rate, theirs.get(kind)?.rate));
    });
  return newer && choiceOf(newer);
}

/** Name without its version, so that sizes stay apart: `nova-2-lite` and `nova-lite` are one line, `nova-pro` is another. */
function lineOf({ model, version }: { readonly model: string; readonly version: string | null }): string {
  const bare = version === null ? model : model.replace(version, "").replace(version.replaceAll(".", "-"), "");
  return bare
    .split("-")
    .filter((part) => part !== "" && !/^v\d*$/.test(part))
    .join("-");
}

/** a < b, both known. */
function less(a: Decimal | undefined, b: Decimal | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const scale = Math.max(a.scale, b.scale);
  return a.units * 10n ** BigInt(scale - a.scale) < b.units * 10n ** BigInt(scale - b.scale);
}
