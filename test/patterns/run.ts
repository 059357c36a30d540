/**
 * `npm run test:patterns`: every event pattern of every packaged variant through AWS's own matcher, with events that must match and events that must
 * not; and the project's own check of patterns against the same matcher. Where Java or Maven is missing, one line says so and nothing fails.
 */
import { join } from "node:path";
import { parseConfig } from "../../src/config/load.ts";
import { patternFaults } from "../../src/template/event-pattern.ts";
import { packagedTemplate } from "../functions/packaged.ts";
import { VARIANTS } from "../template/variants.ts";
import { billEvents, type Expected, logEvents } from "./events.ts";
import { type Asked, askRuler, installRuler } from "./ruler.ts";

const cache = join(import.meta.dirname, "../../.cache/event-ruler");

const missing = installRuler(cache);
if (missing !== undefined) {
  console.log(`patterns: skipped, ${missing}`);
  process.exit(0);
}

/** Patterns of which ours must say what the matcher says. */
const ODD = [
  '{"detail":{"$or":[{"a":["b"]}]}}',
  '{"detail":{"$or":[{"a":["b"]},{"c":["d"]}]}}',
  '{"detail":{"a":[]}}',
  '{"detail":{"a":"b"}}',
  '{"detail":{}}',
  '{"detail":{"a":[{"prefixes":"b"}]}}',
  '{"detail":{"a":[{"prefix":"b","suffix":"c"}]}}',
  '{"detail":{"a":[{"wildcard":"a**b"}]}}',
  '{"detail":{"a":[{"wildcard":"a\\\\*b*"}]}}',
  '{"detail":{"a":[{"wildcard":"a\\\\b"}]}}',
  '{"detail":{"a":[{"exists":"yes"}]}}',
  '{"detail":{"a":[["b"]]}}',
];

const failures: string[] = [];
let patterns = 0;
let events = 0;

/** Rules of one kind together: an event matches if one of them does, and exactly one does. */
function judge(variant: string, kind: string, found: readonly string[], wanted: readonly Expected[]): void {
  const answers = askRuler(
    cache,
    found.map((pattern): Asked => ({ pattern, events: wanted.map(({ event }) => event) })),
  );
  patterns += found.length;
  events += wanted.length;
  answers.forEach(({ refused }, index) => {
    if (refused !== null) failures.push(`${variant}: ${kind} ${index + 1} is refused: ${refused}`);
  });
  wanted.forEach(({ event, match }, index) => {
    const hits = answers.filter(({ matches }) => matches[index]).length;
    if (hits !== (match ? 1 : 0))
      failures.push(`${variant}: ${kind}: matched by ${hits} rules instead of ${match ? 1 : 0}: ${event}`);
  });
}

for (const [variant, config] of Object.entries(VARIANTS)) {
  const { Resources } = await packagedTemplate(config);
  const of = (kind: string): string[] =>
    Object.entries(Resources)
      .filter(([name, { Type }]) => Type === "AWS::Events::Rule" && new RegExp(`^${kind}\\d*$`).test(name))
      .map(([, { Properties }]) => JSON.stringify(Properties?.["EventPattern"]));
  const checked = parseConfig(config ?? "", variant);
  judge(variant, "LogObjects", of("LogObjects"), logEvents(checked));
  judge(variant, "BillManifests", of("BillManifests"), billEvents(checked));
  const sources = of("SourceLogObjects");
  if (sources.length > 0) judge(variant, "SourceLogObjects", sources, logEvents(checked));
}

askRuler(
  cache,
  ODD.map((pattern) => ({ pattern, events: [] })),
).forEach(({ refused }, index) => {
  const pattern = ODD[index] ?? "";
  const ours = patternFaults(JSON.parse(pattern)).length > 0;
  if (ours !== (refused !== null))
    failures.push(`${pattern}: the matcher says ${refused ?? "it is fine"}, our check ${ours ? "refuses it" : "takes it"}`);
});

for (const failure of failures) console.error(failure);
console.log(
  failures.length === 0
    ? `patterns: ${patterns} patterns of ${Object.keys(VARIANTS).length} variants, ${events} events, ${ODD.length} odd patterns: all as AWS's matcher says`
    : `patterns: ${failures.length} failures`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
