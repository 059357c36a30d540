import type { Ran } from "./shell.ts";

/** What a reader has at hand to put in. */
export interface Known {
  readonly alerts: readonly string[];
}

/** Names in capitals and names of examples, with what the reader has in their place. */
export function fill(command: string, { alerts }: Known): string {
  const [alert = ""] = alerts;
  const critical = alerts.find((id) => id.startsWith("error_rate-")) ?? alert;
  return command
    .replace(/\bID\b|error_rate-2026\d{4}T\d{4}-1rat4at/, critical)
    .replace(/(query) NAME\b/, "$1 top_spenders")
    .replace(/\bkey=value\b|\bname=value\b/, "top=3")
    .replace(/\bDIR\b|\/path\/to\/data/, "demo/data")
    .replace(/\bDAY\b/, "2026-10-15")
    .replace(/\bYYYY-MM\b/, "2026-10")
    .replace(/\bMODEL\b/, "claude-sonnet-4-6")
    .replace(/"select … from invocations"/, '"select count(*) as calls from invocations"');
}

/** What needs an account, a bucket or the network, which a fresh machine has not. */
const ACCOUNT =
  /s3:\/\/|--athena|--stage|--queue|--from-doctor|--cost-explorer|prices update|doctor(?!.*(?:--data|--policy))|analyze$|analyze --counts/;
/** A refusal for people: which thing is missing, and what to do. */
const HELPFUL = /credential|region|AWS_|sign in|strata\.yml|sources\.logs|no such|Give /i;
/** Findings are an answer. */
const CHECKS = /--fail-on|doctor|demo|quarantine retry/;
/** Examples of what somebody else has: another's quarantine, person, principal, team. */
const OTHERS = /3f9a12c4|ann@example\.com|--who|--team/;

/** How a command that was printed is judged, and after which output one is ended that would go on. */
export function outcomeOf(command: string): { readonly until?: RegExp; readonly judge: (ran: Ran) => string | undefined } {
  const sane = ({ output, code }: Ran): string | undefined =>
    /This should not happen|\n\s+at .*:\d+:\d+/.test(output)
      ? "an error without words for people"
      : code > 2 && code < 128
        ? `exit code ${code}`
        : undefined;
  if (/ serve\b/.test(command))
    return { until: /Serving .* at http/, judge: (ran) => (/Serving/.test(ran.output) ? undefined : "did not serve") };
  if (ACCOUNT.test(command))
    return {
      judge: (ran) =>
        sane(ran) ?? (ran.code === 0 || HELPFUL.test(ran.output) ? undefined : "refused without saying what is missing"),
    };
  if (CHECKS.test(command)) return { judge: (ran) => sane(ran) ?? (ran.code === 2 ? "exit code 2" : undefined) };
  if (OTHERS.test(command)) return { judge: sane };
  return { judge: (ran) => sane(ran) ?? (ran.code === 0 ? undefined : `exit code ${ran.code}`) };
}
