/** Who is to be denied premium models and who is released, from the budget status. Pure. */
import type { EnforcementConfig } from "../config/enforcement.ts";
import type { BudgetStanding, BudgetStatusFile } from "./budget-status.ts";

/** A denial that is in force, or would be without dry run. */
export interface Denial {
  /** ARN of the IAM role or user. */
  readonly principal: string;
  readonly scope: BudgetStanding["scope"];
  readonly name: string | null;
  /** ISO 8601: when the budget begins anew. */
  readonly until: string;
  readonly used_usd: string;
  readonly limit_usd: string;
  readonly models: readonly string[];
  /** False in a dry run. */
  readonly applied: boolean;
}

export interface ThrottlePlan {
  readonly deny: readonly Denial[];
  readonly release: readonly { readonly denial: Denial; readonly reason: string }[];
  /** In force before, and still to be. */
  readonly keep: readonly Denial[];
}

export interface PlanInput {
  readonly enforcement: EnforcementConfig;
  readonly status: BudgetStatusFile | undefined;
  readonly current: readonly Denial[];
  /** Milliseconds. */
  readonly now: number;
}

/** A status older than this denies nobody: work must not stop because a report did not run. */
export const STALE_STATUS_MS = 2 * 3_600_000;

export function throttlePlan({ enforcement, status, current, now }: PlanInput): ThrottlePlan {
  const fresh = status !== undefined && now - Date.parse(status.generated_at) <= STALE_STATUS_MS;
  const wanted = new Map<string, Denial>();
  if (enforcement.enabled && fresh) {
    for (const standing of status.standings) {
      if (standing.state !== "reject" || standing.limit_usd === null || Date.parse(standing.resets_at) <= now) continue;
      for (const { arn, scope, name = null } of enforcement.principals) {
        if (scope !== standing.scope || name !== standing.name) continue;
        // Of several budgets the one that lasts longest decides until when.
        const other = wanted.get(arn);
        if (!other || other.until < standing.resets_at) wanted.set(arn, denialOf(arn, standing, standing.limit_usd, enforcement));
      }
    }
  }
  const listed = new Set(enforcement.principals.map(({ arn }) => arn));
  const release: { denial: Denial; reason: string }[] = [];
  const keep: Denial[] = [];
  for (const denial of current) {
    const reason = releaseReason(denial, { enabled: enforcement.enabled, listed, fresh, now }, wanted.get(denial.principal));
    if (reason !== undefined) release.push({ denial, reason });
    else keep.push(denial);
  }
  const kept = new Map(keep.map((denial) => [denial.principal, denial]));
  // A changed list of models, and the end of a dry run, deny anew.
  const deny = [...wanted.values()].filter((denial) => {
    const before = kept.get(denial.principal);
    return !before || before.applied !== denial.applied || before.models.join() !== denial.models.join();
  });
  const renewed = new Set(deny.map(({ principal }) => principal));
  return { deny, release, keep: keep.filter(({ principal }) => !renewed.has(principal)) };
}

const denialOf = (principal: string, standing: BudgetStanding, limit: string, enforcement: EnforcementConfig): Denial => ({
  principal,
  scope: standing.scope,
  name: standing.name,
  until: standing.resets_at,
  used_usd: standing.used_usd,
  limit_usd: limit,
  models: enforcement.models,
  applied: !enforcement.dry_run,
});

interface Circumstances {
  readonly enabled: boolean;
  readonly listed: ReadonlySet<string>;
  readonly fresh: boolean;
  readonly now: number;
}

/** Why a denial ends; undefined while it stays. A dry run ends what was in force: it must never deny. */
function releaseReason(
  denial: Denial,
  { enabled, listed, fresh, now }: Circumstances,
  wanted: Denial | undefined,
): string | undefined {
  if (!enabled) return "enforcement is off";
  if (!listed.has(denial.principal)) return "the principal is no longer in alerts.enforcement.principals";
  if (wanted) return denial.applied && !wanted.applied ? "enforcement became a dry run" : undefined;
  if (Date.parse(denial.until) <= now) return "the budget began anew";
  return fresh ? "the budget is no longer used up" : undefined;
}
