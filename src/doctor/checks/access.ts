import { type Check, ok, unanswered } from "../check.ts";
import type { AccountFacts } from "../facts.ts";

/** Who asks. Everything else depends on it. */
export function accessChecks({ identity, home }: AccountFacts): Check[] {
  const subject = { id: "identity", group: "access", title: "Credentials" } as const;
  return [
    identity.ok
      ? ok(subject, `account ${identity.value.account} as ${identity.value.arn}, stack region ${home}`)
      : unanswered(subject, identity),
  ];
}
