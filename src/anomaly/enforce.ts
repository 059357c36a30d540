/** One run of the graduated response: plans, applies unless it is a dry run, and writes down every change. */
import type { EnforcementConfig } from "../config/enforcement.ts";
import { messageOf, StrataError } from "../errors.ts";
import type { ObjectStore, PolicyApi } from "../ports.ts";
import { isoOf } from "../time.ts";
import type { BudgetStatusFile } from "./budget-status.ts";
import { type Denial, denyPolicy, throttlePlan } from "./throttle-plan.ts";

/** What is in force now; the audit trail lies beside it, one object for each run that changed something. */
export const ENFORCEMENT_KEY = "alerts-state/enforcement/current.json";

/** One line of the audit trail. */
export interface EnforcementEntry {
  readonly at: string;
  readonly action: "deny" | "release";
  readonly dry_run: boolean;
  readonly outcome: "done" | "planned" | "failed";
  readonly reason: string;
  readonly error: string | null;
  readonly denial: Denial;
}

export interface EnforceInput {
  readonly enforcement: EnforcementConfig;
  readonly status: BudgetStatusFile;
  /** Without it every run is a dry run. */
  readonly policies?: PolicyApi;
  readonly state: ObjectStore;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * A change that failed stays as it was and is tried again at the next run. The state is written on condition: of two runs at once one
 * fails, and attaching or removing the same policy twice changes nothing.
 * @throws WriteConflict when another run was faster
 */
export async function enforce({
  enforcement: asked,
  status,
  policies,
  state,
  now,
}: EnforceInput): Promise<readonly EnforcementEntry[]> {
  const enforcement = policies ? asked : { ...asked, dry_run: true };
  const found = await state.readAll(ENFORCEMENT_KEY);
  const current: Denial[] = found ? JSON.parse(Buffer.from(found.bytes).toString("utf8")) : [];
  const plan = throttlePlan({ enforcement, status, current, now });
  if (plan.deny.length === 0 && plan.release.length === 0) return [];
  const entries: EnforcementEntry[] = [];
  const after: Denial[] = [...plan.keep];
  const record = async (
    action: EnforcementEntry["action"],
    denial: Denial,
    reason: string,
    change: () => Promise<void>,
  ): Promise<boolean> => {
    const base = { at: isoOf(now), action, dry_run: !denial.applied, reason, denial };
    try {
      if (denial.applied) await change();
      entries.push({ ...base, outcome: denial.applied ? "done" : "planned", error: null });
      return true;
    } catch (error) {
      entries.push({ ...base, outcome: "failed", error: messageOf(error) });
      return false;
    }
  };
  for (const { denial, reason } of plan.release)
    if (!(await record("release", denial, reason, async () => ofStack(policies).release(denial.principal)))) after.push(denial);
  const stuck = new Set(after.map(({ principal }) => principal));
  for (const denial of plan.deny) {
    if (stuck.has(denial.principal)) continue;
    const reason = `$${denial.used_usd} of $${denial.limit_usd} used`;
    if (
      await record("deny", denial, reason, async () =>
        policies?.deny(denial.principal, denyPolicy(denial.principal, denial.models)),
      )
    )
      after.push(denial);
    else after.push(...current.filter(({ principal, applied }) => applied && principal === denial.principal));
  }
  const trail = `alerts-state/enforcement/audit/dt=${isoOf(now).slice(0, 10)}/${isoOf(now).replaceAll(":", "-")}.jsonl`;
  await state.write(trail, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const condition = found ? { ifEtag: found.etag } : { ifAbsent: true };
  await state.write(ENFORCEMENT_KEY, `${JSON.stringify(after, null, 2)}\n`, condition);
  return entries;
}

/** A denial that was made with an adapter cannot be ended without one; the trail says so until it is. */
function ofStack(policies: PolicyApi | undefined): PolicyApi {
  if (policies) return policies;
  throw new StrataError("enforcement: nothing here can change IAM policies", {
    hint: "Remove the inline policy by hand, or run with the adapter that attached it.",
  });
}
