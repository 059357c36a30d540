import { ConfigError } from "../errors.ts";
import type { Clock } from "../ports.ts";

/** What the stack tells its functions, as environment variables. Names as in serverless.yml. */
const VARIABLES = {
  data: "STRATA_DATA",
  reports: "STRATA_REPORTS",
  database: "STRATA_DATABASE",
  workgroup: "STRATA_WORKGROUP",
  bill: "STRATA_CUR",
  account: "STRATA_ACCOUNT",
  alertDeadLetters: "STRATA_ALERT_DEAD_LETTERS",
  denialPolicy: "STRATA_DENIAL_POLICY",
} as const;

export type Setting = keyof typeof VARIABLES;

/** @throws ConfigError when the stack did not set it */
export function setting(name: Setting): string {
  const value = process.env[VARIABLES[name]];
  if (value !== undefined && value !== "") return value;
  throw new ConfigError(VARIABLES[name], `stack: the variable ${VARIABLES[name]} is not set`, {
    hint: "Deploy with the project's serverless.yml, which sets it.",
  });
}

/** The stack's stage. A function is loaded before anybody sees an error of ours, so this one does not throw. */
export const stageName = (): string => process.env["STRATA_STAGE"] || "unknown";

/** Topic ARNs by severity, from `TOPIC_INFO`, `TOPIC_WARNING` and so on. */
export function topics(environment: Readonly<Record<string, string | undefined>> = process.env): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith("TOPIC_") && value) found.set(name.slice("TOPIC_".length).toLowerCase(), value);
  }
  return found;
}

export const systemClock: Clock = { now: () => Date.now() };
