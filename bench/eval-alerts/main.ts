/**
 * npm run eval:alerts [-- --json] [--variants 20] [--seed 1] [--quick]
 * Recall on 40 planted incidents, false alarms on clean companies, time to message, beside the naive rules. Deterministic for a seed. --quick plants
 * a quarter of the incidents and runs two clean companies: three minutes instead of twenty on two busy cores, to see that it works and not how well.
 * --shapes [--shape "heavy tail"]: companies of other shapes instead, with a stolen key, a throttled worker, a gap in the logs and an outage planted,
 * and their first week.
 */
import { parseArgs } from "node:util";
import type { Alert } from "../../src/anomaly/alert.ts";
import { runDetectors } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { UsageError } from "../../src/errors.ts";
import { DAY, HOUR, START } from "../../test/anomaly/factories.ts";
import { dataOf, type FakeCall } from "../../test/anomaly/fake-data.ts";
import { company, DAYS, LEARNED } from "./company.ts";
import { naiveFirings } from "./naive.ts";
import { PERSON_DAY_USD, type Planted, PROJECT_MONTH_USD, plant } from "./plant.ts";
import { type Found, type Scores, scores, table } from "./scores.ts";
import { scoreShapes, shapeTable } from "./shape-scores.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    variants: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    shapes: { type: "boolean", default: false },
    shape: { type: "string" },
  },
});
/** @throws UsageError when the text is not a whole number from 0 to `most` */
function whole(option: string, text: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`eval: --${option} "${text}" is not a whole number from 0 to ${most}`, {
    hint: `For example --${option} 20.`,
  });
}
// Company seeds of one run are seed * 1000 plus up to 999; beyond 32 bits they would repeat.
const seed = whole("seed", values.seed, 4_000_000);
const variants = values.quick ? 2 : whole("variants", values.variants, 800);
const PARTS = 4;
const parts = values.quick ? 1 : PARTS;

const config = strataConfig.parse({
  budgets: [
    { scope: "person", period: "day", limit_usd: String(PERSON_DAY_USD) },
    ...[0, 1, 2].map((size) => ({
      scope: "team",
      name: `project-${size}`,
      period: "month",
      limit_usd: String(PROJECT_MONTH_USD),
    })),
  ],
});

async function alertsOf(calls: readonly FakeCall[]): Promise<Alert[]> {
  const data = await dataOf(calls);
  try {
    return await runDetectors({ warehouse: data.warehouse, config });
  } finally {
    data.close();
  }
}

const overlaps = (alert: Alert, known: Planted): boolean =>
  alert.rule === known.rule &&
  (known.name === undefined || alert.scope_name === known.name) &&
  Date.parse(alert.since) < known.to &&
  Date.parse(alert.last_seen) > known.from;

if (values.shapes || values.shape !== undefined) {
  const scored = await scoreShapes({
    seed,
    variants: values.quick ? 1 : Math.min(variants, 5),
    only: values.shape,
    judge: alertsOf,
    onShape: (name) => process.stderr.write(`${name}\n`),
  });
  process.stdout.write(values.json ? `${JSON.stringify(scored, null, 2)}\n` : `${shapeTable(scored)}\n`);
  process.exit(0);
}

const progress = (text: string): void => void (process.stderr.isTTY && process.stderr.write(`\r${text.padEnd(60)}`));

const found: Found[] = [];
for (let part = 0; part < parts; part++) {
  progress(`planted incidents, part ${part + 1} of ${parts}`);
  const { calls, truth } = plant(company(seed * 1000 + part), part, PARTS, seed * 1000 + part);
  const alerts = await alertsOf(calls);
  const naive = naiveFirings(calls);
  for (const known of truth) {
    const [first] = alerts.filter((alert) => overlaps(alert, known)).sort((a, b) => (a.opened_at < b.opened_at ? -1 : 1));
    const simple = naive.find(({ rule, from, to }) => rule === known.rule && from < known.to && to > known.from);
    found.push({
      ...known,
      minutes: first ? (Date.parse(first.opened_at) - known.from) / 60_000 : null,
      naive: simple !== undefined,
    });
  }
}

const weeks = (DAYS - LEARNED) / 7;
const clean: Scores["clean"] = { weeks: variants * weeks, alarms: new Map(), naive: new Map() };
for (let variant = 0; variant < variants; variant++) {
  progress(`clean companies, ${variant + 1} of ${variants}`);
  const calls = company(seed * 1000 + 100 + variant);
  for (const alert of await alertsOf(calls)) {
    if (alert.grouped_under !== null || Date.parse(alert.opened_at) <= START + LEARNED * DAY) continue;
    clean.alarms.set(alert.rule, (clean.alarms.get(alert.rule) ?? 0) + 1);
  }
  for (const { rule, from } of naiveFirings(calls))
    if (from >= START + LEARNED * DAY - HOUR) clean.naive.set(rule, (clean.naive.get(rule) ?? 0) + 1);
}
progress("");

const result = scores({ found, clean });
process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${table(result)}\n`);
