import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Call } from "./call.ts";
import { imageRecords } from "./image-calls.ts";
import { type Line, nextMonth } from "./line.ts";
import { PAID, TIER_FACTOR } from "./line-rate.ts";
import { billLines } from "./lines.ts";
import { makeCalls, PROFILE_MODEL, profileArns } from "./make-calls.ts";
import { laterLines } from "./other-lines.ts";
import { modelFacts } from "./price-facts.ts";
import type { MonthShape } from "./shape.ts";
import { type Truth, truthOf } from "./truth.ts";
import { writeCur } from "./write-cur.ts";
import { writeLogs } from "./write-logs.ts";

export interface WrittenMonth {
  readonly shape: MonthShape;
  readonly calls: readonly Call[];
  readonly lines: readonly Line[];
  readonly truth: Truth;
  /** Folders and files to give to the product. */
  readonly logs: string;
  readonly cur: string;
  readonly config: string;
}

/** Makes a month and writes it below a folder: logs/, cur/ and strata.yml. */
export async function writeMonth(folder: string, shape: MonthShape): Promise<WrittenMonth> {
  const calls = makeCalls(shape);
  const lines = billLines(calls, shape);
  const [logs, cur, config] = [join(folder, "logs"), join(folder, "cur"), join(folder, "strata.yml")];
  mkdirSync(folder, { recursive: true });
  writeLogs(logs, calls, shape.extras.includes("image") ? imageRecords(shape) : []);
  if (shape.delivery === "create-new") {
    // An earlier execution of the same month, half as long.
    const early = lines.filter((_, index) => index % 2 === 0);
    await writeCur(cur, early, shape, { id: "run-1", writtenAt: `${shape.month}-20T03:00:00Z` });
  }
  if (shape.delivery === "snapshots")
    for (const day of ["10", "20"])
      await writeCur(cur, linesUntil(lines, Date.parse(`${shape.month}-${day}T00:00:00Z`)), shape, {
        id: `copy-${day}`,
        writtenAt: `${shape.month}-${day}T03:00:00Z`,
      });
  // A delivery holds nothing of what comes after it.
  const [year = 0, month = 0] = shape.month.split("-").map(Number);
  const after = shape.plants.includes("late") ? Date.UTC(year, month - 1, 28, 3) : Date.UTC(year, month, 3, 3);
  await writeCur(cur, lines, shape, { id: "run-2", writtenAt: new Date(after).toISOString() });
  if (shape.laterRefund) {
    const following = nextMonth(shape.month);
    const execution = { id: "run-3", writtenAt: `${following}-20T03:00:00Z` };
    await writeCur(cur, laterLines(lines, shape), { ...shape, month: following, parts: 1 }, execution);
  }
  writeFileSync(config, configOf(shape));
  return { shape, calls, lines, truth: truthOf(calls, lines, shape), logs, cur, config };
}

/** What an export holds at an instant: lines that have begun, those that still run at half of what they come to. */
function linesUntil(lines: readonly Line[], time: number): Line[] {
  return lines
    .filter(({ start }) => start < time)
    .map((line) =>
      line.end <= time ? line : { ...line, quantity: half(line.quantity), amount: line.amount / 2n, net: line.net / 2n },
    );
}

/** Exact half of a decimal: five tenths of it. */
function half(decimal: string): string {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const digits = String(BigInt(`${whole}${fraction}`) * 5n).padStart(fraction.length + 2, "0");
  return `${digits.slice(0, -fraction.length - 1)}.${digits.slice(-fraction.length - 1)}`;
}

function configOf(shape: MonthShape): string {
  const flex = modelFacts("novaLite");
  const cheaper = (text: string): string => String((Number(text) * Number(TIER_FACTOR.flex)) / 10_000);
  const lines = [
    "prices:",
    "  overrides:",
    "    - model: nova-lite",
    "      service_tier: flex",
    `      rates: { input: "${cheaper(flex.rates[0])}", output: "${cheaper(flex.rates[1])}" }`,
  ];
  if (shape.discount === "agreed") {
    const percent = Number(10_000n - PAID.agreed) / 100;
    lines.push("  discounts:", "    - name: agreement", `      percent: "${percent}"`);
  }
  if (shape.profiles === "map") {
    lines.push("models:", "  inference_profiles:");
    for (const arn of profileArns()) lines.push(`    "${arn}": global.${modelFacts(PROFILE_MODEL).id}`);
  }
  return `${lines.join("\n")}\n`;
}
