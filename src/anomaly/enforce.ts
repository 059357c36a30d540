/** One run of the graduated response: plans, applies unless it is a dry run, and writes down every change. */
import type { EnforcementConfig } from "../config/enforcement.ts";
import { messageOf } from "../errors.ts";
import { jsonOf } from "../json-of.ts";
import type { ObjectStore, PolicyApi } from "../ports.ts";
import { isoOf } from "../time.ts";
import type { BudgetStatusFile } from "./budget-status.ts";
import { type Denial, throttlePlan } from "./throttle-plan.ts";

/** What is in force now; the audit trail lies beside it, one object for each run that changed something. */
export const ENFORCEMENT_KEY = "alerts-state/enforcement/current.json";

/** One line of the audit trail. */
export interface EnforcementEntry {
  readonly at: string;
  readonly action: "deny" | "release";
  readonly principal: string;
  readonly dry_run: boolean;
  readonly outcome: "done" | "planned" | "failed";
  readonly reason: string;
  readonly error: string | null;
  /** Null for a principal that was denied without a word about it in the state. */
  readonly denial: Denial | null;
}

export interface EnforceInput {
  readonly enforcement: EnforcementConfig;
  /** Without it nobody is denied anew. */
  readonly status: BudgetStatusFile | undefined;
  readonly policies: PolicyApi;
  readonly state: ObjectStore;
  /** Milliseconds. */
  readonly now: number;
}

export interface EnforceResult {
  readonly entries: readonly EnforcementEntry[];
  /** Denied by a real policy when the run ended. */
  readonly denied: number;
}

const isDenial = (value: unknown): value is Denial => typeof Object(value).principal === "string";

/**
 * A change that failed stays as it was and is tried again at the next run. Who is denied is asked of IAM first: a denial that a run left
 * behind when it died before it wrote the state is found and, unless it is still called for, ended.
 * @throws WriteConflict when another run was faster; the next run finds what this one did
 */
export async function enforce({ enforcement, status, policies, state, now }: EnforceInput): Promise<EnforceResult> {
  const found = await state.readAll(ENFORCEMENT_KEY);
  // Damaged, it is lost: who is denied for good reason is denied anew, and whoever else IAM names is let go.
  const kept = jsonOf(found?.bytes);
  const current = Array.isArray(kept) ? kept.filter(isDenial) : [];
  const plan = throttlePlan({ enforcement, status, current, now });
  const entries: EnforcementEntry[] = [];
  const after: Denial[] = [...plan.keep];
  const record = async (
    change: Pick<EnforcementEntry, "action" | "principal" | "reason" | "denial" | "dry_run">,
  ): Promise<boolean> => {
    const at = isoOf(now);
    try {
      if (!change.dry_run) await policies[change.action](change.principal);
      entries.push({ at, ...change, outcome: change.dry_run ? "planned" : "done", error: null });
      return true;
    } catch (error) {
      entries.push({ at, ...change, outcome: "failed", error: messageOf(error) });
      return false;
    }
  };
  for (const { denial, reason } of plan.release) {
    const change = { action: "release", principal: denial.principal, reason, denial, dry_run: !denial.applied } as const;
    if (!(await record(change))) after.push(denial);
  }
  const known = new Set([...current.filter(({ applied }) => applied), ...plan.deny].map(({ principal }) => entityOf(principal)));
  for (const principal of await policies.denied()) {
    if (known.has(entityOf(principal))) continue;
    const reason = "denied without a record: an earlier run did not end";
    await record({ action: "release", principal, reason, denial: null, dry_run: false });
  }
  const stuck = new Set(after.map(({ principal }) => principal));
  for (const denial of plan.deny) {
    if (stuck.has(denial.principal)) continue;
    const reason = `$${denial.used_usd} of $${denial.limit_usd} used`;
    const { principal, applied } = denial;
    if (await record({ action: "deny", principal, reason, denial, dry_run: !applied })) after.push(denial);
    else after.push(...current.filter((before) => before.applied && before.principal === principal));
  }
  const denied = after.filter(({ applied }) => applied).length;
  if (entries.length === 0) return { entries, denied };
  const trail = `alerts-state/enforcement/audit/dt=${isoOf(now).slice(0, 10)}/${isoOf(now).replaceAll(":", "-")}.jsonl`;
  await state.write(trail, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const condition = found ? { ifEtag: found.etag } : { ifAbsent: true };
  await state.write(ENFORCEMENT_KEY, `${JSON.stringify(after, null, 2)}\n`, condition);
  return { entries, denied };
}

/** `role/Dev`: account and kind and name are unique without the path, which IAM does not give back. */
function entityOf(arn: string): string {
  const [, , , , account = "", entity = ""] = arn.split(":");
  return `${account} ${entity.slice(0, entity.indexOf("/"))} ${entity.slice(entity.lastIndexOf("/") + 1)}`;
}
