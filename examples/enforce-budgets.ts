/**
 * How a gateway (LiteLLM, API Gateway, a proxy of your own) enforces budgets: read current/budget-status.json every minute,
 * ask for each call. The file's schema is schemas/budget-status.schema.json.
 */
import type { BudgetStanding, BudgetStatusFile } from "../src/anomaly/budget-status.ts";

export interface Decision {
  readonly action: "allow" | "throttle" | "reject";
  /** What to tell the caller. */
  readonly reason: string;
  /** When the budget resets; undefined when nothing stands in the way. */
  readonly until?: string;
}

/** Older than this the file says nothing: a gateway must not stop work because a report did not run. */
export const STALE_MS = 2 * 3_600_000;

const ORDER = ["ok", "warn", "throttle", "reject"] as const;

/** The strictest budget that holds for a caller decides. A standing whose period is over no longer counts. */
export function decide(
  status: BudgetStatusFile,
  caller: { person: string; team: string; account: string },
  now: number,
): Decision {
  if (now - Date.parse(status.generated_at) > STALE_MS)
    return { action: "allow", reason: "the budget status is too old to act on" };
  const holds = ({ scope, name, resets_at }: BudgetStanding): boolean => {
    if (Date.parse(resets_at) <= now) return false;
    if (scope === "organisation") return true;
    const own: Partial<Record<BudgetStanding["scope"], string>> = {
      account: caller.account,
      team: caller.team,
      // The file has addresses in lower case.
      person: caller.person.toLowerCase(),
    };
    return name !== null && name === own[scope];
  };
  const [worst] = status.standings.filter(holds).sort((a, b) => ORDER.indexOf(b.state) - ORDER.indexOf(a.state));
  if (!worst || worst.state === "ok" || worst.state === "warn") return { action: "allow", reason: "within budget" };
  const whose = worst.name === null ? "the organisation" : `${worst.scope} ${worst.name}`;
  const reason = `${whose} used $${worst.used_usd} of $${worst.limit_usd} this ${worst.period}`;
  return { action: worst.state, reason, until: worst.resets_at };
}
