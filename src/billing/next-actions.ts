import { formatUsd, parseUsd } from "../money.ts";
import { PROGRAM } from "../program.ts";

export interface ReasonAmount {
  readonly status: string;
  readonly reason: string;
  /** Exact decimal. */
  readonly usd: string;
}

export interface NextAction {
  /** Status and reason, or the step of the waterfall, that it is about. */
  readonly about: string;
  readonly usd: string;
  /** What to do, as a sentence. */
  readonly action: string;
}

/** What a person does about each kind of difference; the first pattern that matches `status/reason` or `step` counts. */
const ACTIONS: readonly { readonly about: RegExp; readonly action: string }[] = [
  {
    about: /^billed_not_logged\/mantle$/,
    action:
      "Unlogged, perhaps the bedrock-mantle endpoint, which writes no invocation log: CloudTrail data events for it tell who calls it. Lines worded -mantle- bill logged calls of some models too, so a gap in the log looks the same.",
  },
  {
    about: /^billed_not_logged\/uncounted$/,
    action: "These calls are in the log, but without token counts: nothing can be matched. Log the bodies, or leave it at that.",
  },
  {
    about: /^billed_not_logged\/batch$/,
    action: "Batch jobs write no invocation log: read their token totals from manifest.json.out.",
  },
  {
    about: /^billed_not_logged\/dark_hours$/,
    action: `Nothing was logged in these hours: turn model invocation logging on in that account and region (${PROGRAM} query unlogged_spend).`,
  },
  {
    about: /^billed_not_logged\//,
    action: `Log records are missing: see which principals and models with ${PROGRAM} query unlogged_spend.`,
  },
  {
    about: /^unclassified\//,
    action: `The usage grammar does not know these lines: report the usage types (${PROGRAM} query billed_by_status).`,
  },
  {
    about: /^residual\/price$/,
    action:
      "Lines cost other than quantity times rate: ask AWS Support about them, or raise billing.tolerance_usd if it is rounding.",
  },
  { about: /^residual\/quantity$/, action: "Token counts differ within the tolerance; nothing to do unless it grows." },
  {
    about: /^price$/,
    action: `Your rates differ from the published ones: ${PROGRAM} prices MODEL --data DIR shows what you really pay.`,
  },
  {
    about: /^routing$/,
    action: "Calls are billed with another routing than logged: map application profiles under models.inference_profiles.",
  },
  {
    about: /^cache$/,
    action: "Cache writes are billed with another duration than logged: log bodies, or use Converse cacheDetails, to know it.",
  },
  {
    about: /^tier$/,
    action: "Calls are billed in another service tier than logged: the log does not say which tier served them.",
  },
  {
    about: /^logged_not_billed$/,
    action: "Logged calls are missing on the bill: failed, free, or another account's export is needed.",
  },
];

/** Below this share of the bill a difference is not worth a person's time: one in ten thousand. */
const WORTH = 10_000n;

/** Differences that are worth looking at, largest first, each with what to do. */
export function nextActions(
  billedUsd: string,
  reasons: readonly ReasonAmount[],
  steps: readonly { readonly step: string; readonly usd: string }[],
): NextAction[] {
  const billed = magnitude(parseUsd(billedUsd));
  const causes = [
    ...reasons.map(({ status, reason, usd }) => ({ about: `${status}/${reason}`, usd })),
    ...steps.map(({ step, usd }) => ({ about: step, usd })),
  ];
  return causes
    .flatMap(({ about, usd }) => {
      const action = ACTIONS.find((known) => known.about.test(about))?.action;
      const amount = parseUsd(usd);
      return action === undefined || amount === 0n || magnitude(amount) * WORTH < billed
        ? []
        : [{ about, usd: formatUsd(amount), action }];
    })
    .sort((a, b) => compare(magnitude(parseUsd(b.usd)), magnitude(parseUsd(a.usd))));
}

const magnitude = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
