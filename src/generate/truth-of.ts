import { formatUsd } from "../money.ts";
import { dayOf } from "../time.ts";
import { type Budgets, shareOf } from "./budgets.ts";
import { instant, type Month } from "./calendar.ts";
import type { Caller } from "./call.ts";
import { type ClientTelemetry, telemetryTruth } from "./client-telemetry.ts";
import type { Directory } from "./directory.ts";
import { type Elsewhere, elsewhereTruth } from "./elsewhere.ts";
import { incidentList } from "./incident-list.ts";
import type { Schedule } from "./incidents.ts";
import type { MonthBill } from "./month-bill.ts";
import type { Observations } from "./observations.ts";
import { discount } from "./rates.ts";
import type { Tally } from "./tally.ts";
import type { Truth, TruthBill, TruthTeam } from "./truth.ts";

interface Finished {
  readonly seed: number;
  readonly scale: number;
  readonly month: Month;
  readonly plan: Schedule;
  readonly directory: Directory;
  readonly tally: Tally;
  readonly bill: MonthBill;
  readonly observations: Observations;
  readonly telemetry: ClientTelemetry;
  readonly elsewhere: Elsewhere;
  readonly budgets: Budgets;
  readonly runaway: Caller;
  readonly places: number;
  readonly parts: number;
  readonly lines: number;
}

const TOKEN_TYPE_NAMES = {
  input: "input",
  output: "output",
  cacheRead: "cache_read",
  cacheWrite5m: "cache_write_5m",
  cacheWrite1h: "cache_write_1h",
} as const;

/** Puts the sums of the finished month into the shape of truth.json. */
export function truthOf(done: Finished): Truth {
  const { seed, scale, month, plan, directory, tally, bill, observations: seen, budgets, runaway } = done;
  const notLogged = bill.mantle + bill.batch + bill.gap + bill.lost;
  const notTokens = bill.provisioned + bill.guardrail;
  const adjustments = bill.discount + bill.tax + bill.credit;
  const allocated = bill.tokenLines - bill.gap - bill.lost;
  const billed = allocated + notLogged + notTokens + adjustments + bill.residual;
  const truthBill = billTruth(done);
  const teams = [...tally.teams]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([team, sums]): TruthTeam[] => {
      const budget = budgets.teams.get(team);
      if (budget === undefined) return [];
      return [
        {
          team,
          invocations: sums.invocations,
          estimated_usd: formatUsd(sums.estimated),
          budget_usd: formatUsd(budget),
          share: shareOf(sums.estimated, budget),
        },
      ];
    });
  const unattributed = [...seen.unattributed].map((caller) => caller.arn);
  // The unreadable rest of a damaged object is no record: it is counted as an object.
  const quarantined = seen.corruptLines;
  const measured = {
    burst: seen.burst,
    spike: seen.spike,
    busyDay: { list: seen.busyDay, ordinary: median(seen.workdays) },
    runaway: {
      person: runaway.person ?? "",
      principal: runaway.arn,
      calls: seen.runawayCalls,
      spent: tally.personDays.get(`${runaway.person} ${dayOf(plan.runaway.start)}`) ?? 0n,
      limit: budgets.personDay,
    },
    gap: { calls: seen.lostInGap },
    unpriced: seen.unpriced,
    unattributed: { calls: tally.unattributed, principal: unattributed[0] ?? "" },
  };
  return {
    version: 1,
    seed,
    scale,
    month: month.name,
    first_event: instant(tally.firstEvent),
    last_event: instant(tally.lastEvent),
    counts: {
      developers: directory.teams.reduce((sum, team) => sum + team.developers.length, 0),
      objects: seen.objects,
      skipped_objects: seen.bodyObjects + done.places,
      body_objects: seen.bodyObjects,
      permission_checks: done.places,
      damaged_objects: seen.damagedObjects,
      records: tally.invocations + seen.duplicates + quarantined,
      invocations: tally.invocations,
      duplicates: seen.duplicates,
      quarantined,
      corrupt_lines: seen.corruptLines,
      coerced: tally.coerced,
      failed: tally.failed,
      blocked: tally.blocked,
      unpriced: tally.unpriced,
      uncounted: 0,
      not_token_priced: tally.notTokenPriced,
      unattributed: tally.unattributed,
      lost_in_gap: seen.lostInGap,
      lost_in_damaged_object: seen.lostInDamagedObject,
    },
    tokens: {
      input: tally.tokens.input,
      output: tally.tokens.output,
      cache_read: tally.tokens.cacheRead,
      cache_write_5m: tally.tokens.cacheWrite5m,
      cache_write_1h: tally.tokens.cacheWrite1h,
    },
    money: {
      list_usd: formatUsd(tally.list),
      estimated_usd: formatUsd(tally.estimated),
      not_yet_billed_usd: formatUsd(tally.notYetBilled),
      unattributed_estimated_usd: formatUsd(tally.unattributedEstimated),
      billed_usd: formatUsd(billed),
      allocated_usd: formatUsd(allocated),
      billed_not_logged_usd: formatUsd(notLogged),
      not_token_based_usd: formatUsd(notTokens),
      adjustments_usd: formatUsd(adjustments),
      unclassified_usd: formatUsd(0n),
      residual_usd: formatUsd(bill.residual),
    },
    bill: truthBill,
    teams,
    budgets: {
      organisation_month_usd: formatUsd(budgets.organisation),
      person_day_usd: formatUsd(budgets.personDay),
      dearest_ordinary_person_day_usd: formatUsd(budgets.dearestPersonDay),
    },
    telemetry: telemetryTruth(done.telemetry),
    elsewhere: elsewhereTruth(done.elsewhere),
    unattributed_principals: unattributed,
    incidents: incidentList(plan, month, measured, truthBill, teams),
  };
}

function billTruth({ plan, bill, parts, lines }: Finished): TruthBill {
  const raised = bill.residualLine;
  return {
    lines,
    parts,
    cutoff: instant(plan.cutoff),
    other_services_usd: formatUsd(bill.other),
    token_lines_usd: formatUsd(bill.tokenLines),
    unpriced_model_usd: formatUsd(bill.unpricedModel),
    gap_usd: formatUsd(bill.gap),
    damaged_object_usd: formatUsd(bill.lost),
    mantle_usd: formatUsd(bill.mantle),
    provisioned_usd: formatUsd(bill.provisioned),
    guardrail_usd: formatUsd(bill.guardrail),
    discount: {
      name: discount.name,
      percent: String(discount.percent),
      vendors: discount.vendors,
      usd: formatUsd(bill.discount),
    },
    tax_usd: formatUsd(bill.tax),
    credit_usd: formatUsd(bill.credit),
    residual: {
      usd: formatUsd(bill.residual),
      day: plan.residual.date,
      principal: raised?.principal?.arn ?? "",
      model: raised?.tokens?.model ?? "",
      token_type: TOKEN_TYPE_NAMES[raised?.tokens?.type ?? "output"],
      routing: raised?.tokens?.routing ?? "",
    },
  };
}

const median = (values: readonly bigint[]): bigint =>
  values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))[Math.floor(values.length / 2)] ?? 1n;
