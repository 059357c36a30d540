import type { Alert } from "../../src/anomaly/alert.ts";
import { DAY, HOUR, MINUTE, START, USD } from "../../test/anomaly/factories.ts";
import type { FakeCall } from "../../test/anomaly/fake-data.ts";
import { Random } from "./random.ts";
import { SHAPES, type Shape } from "./shapes.ts";
import { signs } from "./signs.ts";

/** Four weeks to learn from and two in which things happen. */
const DAYS = 42;
const LEARNED = 28;

export interface ShapeScore {
  readonly shape: string;
  /** Judged weeks of clean companies. */
  readonly weeks: number;
  readonly false_pages: number;
  readonly false_warnings: number;
  /** The same for the first ten days of each, which are in no week above. */
  readonly first_days_pages: number;
  readonly first_days_warnings: number;
  /** What was planted, whether it was told, and how many pages it made. */
  readonly planted: readonly {
    readonly kind: string;
    readonly told: boolean;
    readonly minutes: number | null;
    readonly pages: number;
    readonly allowed: number;
  }[];
  /** $2,600 in 90 minutes of the fourth day of an installation: pages, and minutes until the first. */
  readonly first_week: { readonly pages: number; readonly minutes: number | null };
  readonly rules: Readonly<Record<string, number>>;
}

type Judge = (calls: readonly FakeCall[]) => Promise<readonly Alert[]>;

const told = (alerts: readonly Alert[]): Alert[] =>
  alerts.filter(({ grouped_under: under, muted }) => under === null && muted === null);
const opened = (alert: Alert): number => Date.parse(alert.opened_at);
const ofSeverity = (alerts: readonly Alert[], severity: string): number =>
  alerts.filter((alert) => alert.severity === severity).length;

/** One shape: clean companies, one with the signs planted, and a first week with a flood. */
async function scoreShape(
  shape: Shape,
  { seed, variants, judge }: { seed: number; variants: number; judge: Judge },
): Promise<ShapeScore> {
  const late: Alert[] = [];
  const early: Alert[] = [];
  for (let variant = 0; variant < variants; variant++)
    for (const alert of told(await judge(shape.make(new Random(seed * 1000 + variant), DAYS))))
      (opened(alert) > START + LEARNED * DAY ? late : opened(alert) <= START + 10 * DAY ? early : []).push(alert);
  const clean = shape.make(new Random(seed * 1000 + 500), DAYS);
  const plan = signs(LEARNED, clean[0]?.team ?? "");
  const alerts = told(await judge(plan.reduce<readonly FakeCall[]>((calls, sign) => sign.calls(calls), clean)));
  const planted = plan.map(({ kind, rule, from, to, pages: allowed }) => {
    const within = alerts.filter(
      (alert) => Date.parse(alert.since) < to && Date.parse(alert.last_seen) > from && opened(alert) > from,
    );
    const [first] = within.filter((alert) => alert.rule === rule);
    const pages = ofSeverity(
      within.filter((alert) => opened(alert) <= to + DAY),
      "critical",
    );
    return { kind, told: first !== undefined, minutes: first ? (opened(first) - from) / MINUTE : null, pages, allowed };
  });
  const flood = START + 3 * DAY + 12 * HOUR;
  const week = [
    ...shape.make(new Random(seed * 1000 + 600), 7),
    ...Array.from({ length: 2600 }, (_, index): FakeCall => {
      const at = flood + Math.floor((index * 90 * MINUTE) / 2600);
      return { at, delivered: at + MINUTE, person: "loop@example.com", role: "loop", team: "unattributed", cost: USD };
    }),
  ];
  const pages = told(await judge(week)).filter((alert) => alert.severity === "critical");
  const rules: Record<string, number> = {};
  for (const { rule } of late) rules[rule] = (rules[rule] ?? 0) + 1;
  return {
    shape: shape.name,
    weeks: (variants * (DAYS - LEARNED)) / 7,
    false_pages: ofSeverity(late, "critical"),
    false_warnings: ofSeverity(late, "warning"),
    first_days_pages: ofSeverity(early, "critical"),
    first_days_warnings: ofSeverity(early, "warning"),
    planted,
    first_week: { pages: pages.length, minutes: pages[0] ? (opened(pages[0]) - flood) / MINUTE : null },
    rules,
  };
}

export async function scoreShapes(input: {
  readonly seed: number;
  readonly variants: number;
  readonly judge: Judge;
  readonly only?: string | undefined;
  readonly onShape: (name: string) => void;
}): Promise<ShapeScore[]> {
  const scored: ShapeScore[] = [];
  for (const shape of SHAPES.filter(({ name }) => input.only === undefined || name === input.only)) {
    input.onShape(shape.name);
    scored.push(await scoreShape(shape, input));
  }
  return scored;
}

/** As a Markdown table, then the goals. */
export function shapeTable(scored: readonly ShapeScore[]): string {
  const rows = scored.map((one) => [
    one.shape,
    `${one.false_pages} in ${one.weeks} weeks`,
    (one.false_warnings / Math.max(1, one.weeks)).toFixed(2),
    `${one.first_days_pages} and ${one.first_days_warnings}`,
    one.planted
      .map(({ kind, told: found, minutes, pages }) => `${kind}: ${found ? `${minutes} min` : "missed"}, ${pages} pages`)
      .join("; "),
    `${one.first_week.pages} pages${one.first_week.minutes === null ? "" : ` after ${one.first_week.minutes} min`}`,
  ]);
  const head = [
    "shape",
    "false pages",
    "false warnings a week",
    "first ten days: pages and warnings",
    "planted",
    "$2,600 in 90 minutes, first week",
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const planted = scored.flatMap((one) => one.planted);
  const tooMany = planted.filter(({ pages, allowed }) => pages > allowed).length;
  const blind = scored.filter((one) => one.first_week.pages !== 1).length;
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    `* ${tooMany === 0 ? "Met" : "Missed"}: one outage, one page. More pages than allowed: ${tooMany} of ${planted.length} planted.`,
    `* ${blind === 0 ? "Met" : "Missed"}: $2,600 in 90 minutes of a first week is one page. Otherwise: ${blind} of ${scored.length} shapes.`,
  ].join("\n");
}
