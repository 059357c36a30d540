import { answered } from "./answer.ts";
import { type Check, GROUPS, STATUSES, type Status } from "./check.ts";
import { accessChecks } from "./checks/access.ts";
import { billChecks } from "./checks/bill.ts";
import { bucketChecks } from "./checks/buckets.ts";
import { keyChecks } from "./checks/keys.ts";
import { loggingChecks } from "./checks/logging.ts";
import { runningChecks } from "./checks/running.ts";
import { stackChecks } from "./checks/stack.ts";
import { tagChecks } from "./checks/tags.ts";
import type { AccountFacts } from "./facts.ts";

/** What `strata doctor --json` prints. */
export interface Diagnosis {
  readonly account: string | null;
  readonly stage: string;
  /** Region of the stack. */
  readonly region: string;
  /** Regions in which logging was looked at. */
  readonly regions: readonly string[];
  /** The worst of all checks. */
  readonly status: Status;
  readonly counts: Readonly<Record<Status, number>>;
  readonly checks: readonly Check[];
}

const ALL = [accessChecks, loggingChecks, bucketChecks, keyChecks, billChecks, tagChecks, stackChecks, runningChecks];

/** Every check, what has to be done first at the front: by group in working order, and in a group failures before the rest. */
export function diagnose(facts: AccountFacts): Diagnosis {
  const noAccess = !facts.identity.ok && facts.identity.reason === "credentials";
  const checks = (noAccess ? [accessChecks] : ALL)
    .flatMap((check) => check(facts))
    .map((check, index) => ({ check, index }))
    .sort((a, b) => rank(a.check) - rank(b.check) || a.index - b.index)
    .map(({ check }) => check);
  const count = (status: Status): number => checks.filter((check) => check.status === status).length;
  return {
    account: answered(facts.identity)?.account ?? null,
    stage: facts.stage,
    region: facts.home,
    regions: facts.regions,
    status: STATUSES.find((status) => count(status) > 0) ?? "ok",
    counts: { fail: count("fail"), warn: count("warn"), unknown: count("unknown"), ok: count("ok") },
    checks,
  };
}

const rank = ({ group, status }: Check): number => GROUPS.indexOf(group) * STATUSES.length + STATUSES.indexOf(status);
