import type { StrataConfig } from "../config/strata-config.ts";
import { namedModel } from "../model/named-model.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import type { RowOf } from "../tables/column.ts";
import type { learnedOwners as table } from "../tables/learned-owners.ts";
import { addDays } from "../time.ts";
import { type Attribution, attributor, NO_PLACE, UNATTRIBUTED } from "./attribute.ts";
import { fillRates, type PriceChange } from "./billed-rates.ts";
import { callerFacts } from "./caller-facts.ts";
import { type Facts, type Labels, tagFacts } from "./facts.ts";
import { attributionPeriods, LAST_DAY } from "./periods.ts";

export type LearnedOwner = RowOf<typeof table>;

/** Tag sets of a principal or resource from a day on; several when lines of that day differ. */
export interface TagChange {
  readonly kind: "principal" | "resource";
  readonly id: string;
  readonly day: string;
  readonly sets: readonly Labels[];
}

/** The teams of several tag sets on one day disagree: calls are split where they meet the bill, and no single call has a team. */
export const SPLIT = "split";

const NO_RATES = {
  input_rate: null,
  output_rate: null,
  cache_read_rate: null,
  cache_write_5m_rate: null,
  cache_write_1h_rate: null,
};

/**
 * One row for each stretch of days within which nothing changes. A tag holds from the first day of the lines that carry it until lines say
 * otherwise; before the first line of a principal only within that line's month, so that a later bill says nothing about a closed one.
 */
export function learnedOwners(
  config: StrataConfig,
  known: { readonly principals: readonly string[]; readonly tags: readonly TagChange[]; readonly prices: readonly PriceChange[] },
): LearnedOwner[] {
  const attribute = attributor(config.attribution);
  const periods = attributionPeriods(config.attribution);
  const key = (kind: string, id: string): string => `${kind}\n${id}`;
  const tags = Map.groupBy(known.tags, ({ kind, id }) => key(kind, id));
  const prices = Map.groupBy(fillRates(known.prices), ({ id }) => id);
  const names = new Set([...known.principals.map((id) => key("principal", id)), ...tags.keys()]);
  for (const id of prices.keys()) names.add(key("resource", id));

  return [...names].sort().flatMap((name): LearnedOwner[] => {
    const [kind = "", id = ""] = name.split("\n");
    const changes = (tags.get(name) ?? []).map((change) => ({ ...change, from: change.day }));
    const priced = (kind === "resource" ? (prices.get(id) ?? []) : []).map((change) => ({ ...change, from: change.day }));
    const tagTimes = fromTheMonth(changes);
    const priceTimes = fromTheMonth(priced);
    const facts = kind === "principal" ? principalFacts(id, config) : resourceFacts(id);
    const days = [...new Set([...periods, ...tagTimes, ...priceTimes].map(({ from }) => from))].sort();
    const rows = days.flatMap((from, index): LearnedOwner[] => {
      const next = days[index + 1];
      const sets = tagTimes.findLast((change) => change.from <= from)?.sets ?? [new Map()];
      const price = priceTimes.findLast((change) => change.from <= from);
      const owner = agreed(sets.map((set) => attribute({ ...facts, ...setFacts(set), day: from })));
      const model = price?.model == null ? undefined : namedModel(price.model, config.models.tiers);
      const row: LearnedOwner = {
        kind,
        id,
        from_day: from,
        to_day: next === undefined ? LAST_DAY : addDays(next, -1),
        ...owner,
        vendor: model?.vendor ?? null,
        model_family: model?.family ?? null,
        model: model?.model ?? null,
        model_tier: model?.tier ?? null,
        ...(model === undefined ? NO_RATES : (price?.rates ?? NO_RATES)),
      };
      return says(row) ? [row] : [];
    });
    return merged(rows);
  });
}

/** The first change holds from the first day of its month on. */
const fromTheMonth = <Change extends { readonly from: string }>(changes: readonly Change[]): Change[] =>
  [...changes]
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map((change, index) => (index === 0 ? { ...change, from: `${change.from.slice(0, 8)}01` } : change));

function principalFacts(arn: string, config: StrataConfig): Omit<Facts, "day"> {
  const principal = parsePrincipal(arn, { trustSessionNames: config.attribution.trust_session_names });
  return { ...callerFacts(principal), accountId: principal.accountId ?? "" };
}

function resourceFacts(arn: string): Omit<Facts, "day"> {
  const isProfile = arn.includes("inference-profile/");
  return { accountId: arn.split(":")[4] ?? "", resources: [arn], ...(isProfile ? { inferenceProfile: arn } : {}) };
}

const NOTHING: Labels = new Map();
const setFacts = (tags: Labels) => tagFacts({ tags, resourceTags: NOTHING, costCategory: NOTHING });

type Owner = Pick<LearnedOwner, "person" | "team" | "cost_center" | "environment" | "feature" | "attribution_source" | "place">;

/** What all tag sets of a day say alike. */
function agreed(found: readonly Attribution[]): Owner {
  const same = <Value>(read: (one: Attribution) => Value): Value | null => {
    const values = new Set(found.map(read));
    const [value] = values;
    return values.size === 1 && value !== undefined ? value : null;
  };
  const team = same(({ team }) => team);
  const split = team === null;
  const known = !split && team !== UNATTRIBUTED;
  // Of sources that agree on the team the strongest counts.
  const strongest = found.reduce<Attribution | undefined>(
    (best, one) => (best && best.place <= one.place ? best : one),
    undefined,
  );
  return {
    person: same(({ person }) => person),
    team: known ? team : null,
    cost_center: same(({ costCenter }) => costCenter),
    environment: same(({ environment }) => environment),
    feature: same(({ feature }) => feature),
    attribution_source: split ? SPLIT : known ? (strongest?.source ?? null) : null,
    place: split || known ? (strongest?.place ?? NO_PLACE) : NO_PLACE,
  };
}

const says = (row: LearnedOwner): boolean =>
  [row.person, row.attribution_source, row.cost_center, row.environment, row.feature, row.model].some((value) => value !== null);

/** Neighbouring stretches that say the same become one. */
function merged(rows: readonly LearnedOwner[]): LearnedOwner[] {
  const result: LearnedOwner[] = [];
  const content = (row: LearnedOwner): string =>
    Object.entries(row)
      .filter(([name]) => name !== "from_day" && name !== "to_day")
      .map(([, value]) => String(value))
      .join("\n");
  for (const row of rows) {
    const last = result.at(-1);
    if (last && content(last) === content(row) && last.to_day !== null && addDays(last.to_day, 1) === row.from_day)
      result[result.length - 1] = { ...last, to_day: row.to_day };
    else result.push(row);
  }
  return result;
}
