import { GlueClient } from "@aws-sdk/client-glue";
import { catalogPlaces } from "../src/aws/catalog-places.ts";
import { clientConfig } from "../src/aws/client-options.ts";
import { configInForce } from "../src/aws/config-in-force.ts";
import { CostExplorer } from "../src/aws/cost-explorer.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { dimensionObjects } from "../src/aws/dimension-objects.ts";
import { foreignStore } from "../src/aws/foreign-store.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { keptAnswers } from "../src/aws/kept-answers.ts";
import { objectEvents } from "../src/aws/object-events.ts";
import { runTold } from "../src/aws/run-told.ts";
import { type Stack, stack } from "../src/aws/stack.ts";
import { stageBill } from "../src/aws/stage-bill.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { askWitness } from "../src/billing/ask-witness.ts";
import type { DimensionWriter } from "../src/billing/dimensions.ts";
import { rememberLearned } from "../src/billing/learned-book.ts";
import { learnedOverrides, learnedRates } from "../src/billing/learned-rates.ts";
import { manifestPlace } from "../src/billing/manifest.ts";
import { monthsWaiting } from "../src/billing/months-waiting.ts";
import { reconcile } from "../src/billing/reconcile.ts";
import { reconcileLimits } from "../src/billing/reconcile-limits.ts";
import type { StrataConfig } from "../src/config/strata-config.ts";
import { formatUsd } from "../src/money.ts";
import { keepLabels } from "../src/pipeline/labels-object.ts";
import { addDays, dayOf } from "../src/time.ts";

/** The detector writes everybody who calls into the table `principals`; these days are read beside it. */
const CALLERS_DAYS = 3;
/** The order of sources that the view usage_to_match joins. */
const SOURCES = "attribution_sources/attribution_sources.jsonl";

/**
 * A manifest of the CUR export landed (or somebody sent `{"all": true}`): stages those periods and reconciles what changed. `{"waiting": true}`, every
 * hour, goes on with the months that the time was not enough for, and does nothing where there is none.
 */
export const handler = async (event: unknown, context?: LambdaContext): Promise<{ periods: readonly string[] }> => {
  const own = stack("reconcile", context, glueSwap());
  const { telemetry, data, warehouse } = own;
  return runTold(own, "reconciliation failed", async () => {
    const periods = periodsOf(event);
    const goesOn = isObject(event) && "waiting" in event && (await monthsWaiting(data)).length > 0;
    if (periods?.size === 0 && !goesOn) return { periods: [] };
    const staged = new Set<string>();
    // Payers may have an export each, in places of their own.
    for (const place of goesOn ? [] : setting("bill").split("\n")) {
      const done = await stageBill({
        warehouse,
        glue: new GlueClient(clientConfig()),
        database: setting("database"),
        source: foreignStore(place, deployedConfig.deploy.bucket_owners),
        exchangeRates: deployedConfig.billing.exchange_rates,
        kiro: deployedConfig.sources.kiro.some((place) => place.startsWith("s3://")),
        ...(periods === undefined ? {} : { periods }),
      });
      for (const period of done.periods) staged.add(period);
      for (const finding of done.findings)
        telemetry.log[finding.severity === "error" ? "error" : "info"](finding.message, { hint: finding.hint });
    }
    const dimensions = dimensionObjects(data);
    const config = await configInForce(data, telemetry, systemClock.now());
    const bill = { ...own, dimensions, config };
    const today = dayOf(systemClock.now());
    const done = await reconcile({
      warehouse,
      dimensions,
      attribution: config.attribution,
      ...reconcileLimits(config.billing),
      noticedAt: systemClock.now(),
      timeLeft: own.timeLeft,
      history: {
        answers: keptAnswers({
          warehouse,
          places: catalogPlaces(data),
          joined: async () => Buffer.from((await data.readAll(SOURCES))?.bytes ?? []).toString("utf8"),
          store: data,
          key: "state/reconcile-answers.json",
        }),
        callersFrom: addDays(today, -CALLERS_DAYS),
        summaryFrom: `${addDays(`${today.slice(0, 7)}-01`, -1).slice(0, 7)}-01`,
      },
    });
    const { summary, months, waiting } = done;
    for (const error of done.failures) telemetry.failed(error, "a month could not be reconciled; it is tried again every hour");
    if (done.closedChanged.length > 0) telemetry.log.warn("closed days were restated", { days: done.closedChanged });
    telemetry.count("BilledUsd", Number(summary.billed_usd));
    telemetry.count("ResidualUsd", Number(summary.residual_usd));
    telemetry.log.info("reconciled", { periods: [...staged], months, waiting, ...summary });
    await keepLabels(warehouse, data);
    await learn(bill);
    await askCostExplorer(bill);
    return { periods: [...staged] };
  });
};

interface Bill extends Stack {
  readonly config: StrataConfig;
  readonly dimensions: DimensionWriter;
}

/** With prices.learned: use, what the last billed days cost becomes the price of calls from the next day on. */
async function learn({ telemetry, data, warehouse, config }: Bill): Promise<void> {
  const { learned, overrides } = config.prices;
  if (learned !== "use") return;
  const rates = learnedOverrides(await learnedRates(warehouse), overrides);
  telemetry.count("LearnedRates", await rememberLearned(data, rates, systemClock.now()));
}

/** The third witness; that it cannot be asked leaves the reconciliation as it is. */
async function askCostExplorer({ telemetry, data, warehouse, dimensions, config }: Bill): Promise<void> {
  const { cost_explorer: wanted, explorer_limit: limit } = config.billing;
  if (!wanted) return;
  const api = new CostExplorer({ clock: systemClock, cache: data });
  try {
    for (const { findings } of await askWitness({ warehouse, dimensions, api, limit, now: systemClock.now() }))
      for (const { message, hint } of findings) telemetry.log.warn(message, { hint });
  } catch (error) {
    telemetry.failed(error, "Cost Explorer could not be asked");
  }
  telemetry.count("CostExplorerCalls", api.calls);
  telemetry.count("CostExplorerUsd", Number(formatUsd(api.cost)));
}

/** Billing periods whose manifests the event names; undefined for all of them. */
function periodsOf(event: unknown): Set<string> | undefined {
  if (isObject(event) && "all" in event) return undefined;
  if (isObject(event) && "waiting" in event) return new Set();
  return new Set(objectEvents(event).flatMap(({ key }) => manifestPlace(key)?.period ?? []));
}

const isObject = (event: unknown): event is object => typeof event === "object" && event !== null;
