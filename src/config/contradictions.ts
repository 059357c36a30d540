import type { AlertRule } from "./alert-rule.ts";

/**
 * Rules that cannot both be meant: the same detector with the same parameters, told to the same topic about the same scope, so that one
 * outage would be two pages. A warning at 5 % beside a page at 10 % is no contradiction.
 */
export function contradictions(
  rules: Readonly<Record<string, AlertRule>>,
): { readonly path: string; readonly message: string }[] {
  const found: { path: string; message: string }[] = [];
  const enabled = Object.entries(rules).filter(([, rule]) => rule.enabled);
  for (const [index, [name, rule]] of enabled.entries()) {
    for (const [other, theirs] of enabled.slice(0, index)) {
      if (theirs.query !== rule.query || theirs.severity !== rule.severity || differ(theirs, rule)) continue;
      const shared = rule.scopes.filter((scope) => theirs.scopes.includes(scope));
      if (shared.length === 0) continue;
      found.push({
        path: name,
        message: `contradicts alerts.rules.${other}: both tell ${rule.severity} about ${rule.query} for ${shared.join(", ")}; change severity, scopes or params of one, or disable it`,
      });
    }
  }
  return found;
}

/** A parameter that only one of them names has the query's own default in the other. */
const differ = (a: AlertRule, b: AlertRule): boolean =>
  Object.entries(a.params).some(([name, value]) => name in b.params && b.params[name] !== value);
