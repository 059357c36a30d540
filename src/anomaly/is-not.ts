import type { AlertRule } from "../config/alert-rule.ts";
import { percent } from "../figures.ts";
import type { Contributor, Contributors } from "./contributors.ts";
import { formatValue } from "./format-value.ts";
import type { Incident, Reading } from "./lifecycle.ts";

const ERROR_CLASSES = ["throttling", "client", "server", "model"] as const;
const CLASS_WORDS: Readonly<Record<(typeof ERROR_CLASSES)[number], string>> = {
  throttling: "throttling",
  client: "the callers' own mistakes",
  server: "Bedrock's servers",
  model: "the model's own errors",
};

/** Below this share of the failed calls a class is not what is wrong. */
const NEGLIGIBLE = 0.05;

/**
 * What the incident is not, as clauses; only what its own numbers rule out.
 * @param told the reading that the message is about
 */
export function isNot(rule: AlertRule, incident: Incident, told: Reading, contributors: Contributors): string[] {
  return [
    ...numbersRuleOut(rule, incident, told),
    ...spread("caller", contributors.people),
    ...spread("model", contributors.models),
  ];
}

/** Below this share the largest contributor is not what is wrong. */
const MINOR = 0.4;

/** Said where several contribute and none stands out. */
function spread(word: string, of: readonly Contributor[]): string[] {
  const [largest] = of;
  return largest && of.length > 1 && largest.share < MINOR ? [`not one ${word} (the largest has ${percent(largest.share)})`] : [];
}

function numbersRuleOut(rule: AlertRule, incident: Incident, told: Reading): string[] {
  const { facts } = told;
  if (rule.family === "errors") {
    const failed = Number(facts["failed"] ?? 0);
    if (failed === 0) return [];
    return ERROR_CLASSES.flatMap((name) => {
      const share = Number(facts[name] ?? 0) / failed;
      return share < NEGLIGIBLE ? [`not ${CLASS_WORDS[name]} (${percent(share)} of the failures)`] : [];
    });
  }
  const clauses: string[] = [];
  if (told.baseline !== null && rule.compare !== "above" && rule.measure !== "share") {
    const usual = formatValue(rule.measure, told.baseline);
    clauses.push(`not the time of day or the weekday (they are in the baseline of ${usual})`);
  }
  const growth = Number(facts["growth"] ?? 1);
  if (facts["growth"] !== undefined && facts["growth"] !== null)
    clauses.push(`not the usual growth of ${percent(growth - 1)} a week`);
  if (incident.rule === "logs_stopped") clauses.push("not a quiet hour (the calls expected are those of the same hour before)");
  return clauses;
}

/** What an error incident is: its largest classes with shares, largest first. */
export function errorClasses({ facts }: Reading): string[] {
  const failed = Number(facts["failed"] ?? 0);
  return ERROR_CLASSES.map((name) => ({ name, share: failed === 0 ? 0 : Number(facts[name] ?? 0) / failed }))
    .filter(({ share }) => share >= NEGLIGIBLE)
    .sort((a, b) => b.share - a.share)
    .map(({ name, share }) => `${name} ${percent(share)}`);
}
