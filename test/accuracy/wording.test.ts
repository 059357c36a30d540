import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { billLines } from "../../bench/accuracy/bill/lines.ts";
import { makeCalls } from "../../bench/accuracy/bill/make-calls.ts";
import { laterLines } from "../../bench/accuracy/bill/other-lines.ts";
import { monthShapes } from "../../bench/accuracy/bill/shape.ts";

/** The wording of the months against 100 usage types as AWS writes them; nothing of the product's grammar takes part. */
const [, ...rows] = readFileSync(join(import.meta.dirname, "../fixtures/usage-types.tsv"), "utf8")
  .trimEnd()
  .split("\n");
const real = rows.map((row) => row.split("\t")).map(([usageType = "", unit = ""]) => ({ usageType, unit }));

/** Words of a usage type in the order of its pieces: which dialect, what is counted, and what stands behind it. */
interface Worded {
  readonly dialect: "marketplace camel" | "marketplace snake" | "mantle" | "plain";
  readonly count: string;
  readonly behind: readonly string[];
}

const MARKETPLACE = /^[A-Z0-9]+-MP:[A-Z0-9]+_(.+)-Units$/;
/** Input and output, read and write, and the durations of a write stand in one place each. */
const masked = (text: string): string =>
  text
    .replace(/input|output/g, "in|out")
    .replace(/Input|Output/g, "In|Out")
    .replace(/read|write/g, "read|write")
    .replace(/Read|Write/g, "Read|Write")
    .replace(/\b(?:5m|30m|1h)\b|(?<=_)(?:5m|30m|1h)(?=_|$)/g, "duration");

function worded(usageType: string): Worded | undefined {
  const sold = MARKETPLACE.exec(usageType)?.[1];
  const text = sold ?? usageType;
  const counted = /(?:[Cc]ache[-_]?(?:read|write|Read|Write)[-_]?)?(?:(?:input|output)[-_])?(?:tokens|token-count)(?![A-Za-z])/;
  const camel = /(?:Cache(?:Read|Write))?(?:Input|Output)TokenCount/;
  const found = (sold ? (/TokenCount/.test(text) ? camel : counted) : counted).exec(text);
  if (!found) return undefined;
  const behind = text.slice(found.index + found[0].length);
  const before = text.slice(0, found.index);
  const mantle = before.endsWith("-mantle-");
  return {
    dialect: sold ? (camel.test(text) ? "marketplace camel" : "marketplace snake") : mantle ? "mantle" : "plain",
    count: masked(found[0]),
    behind: masked(behind)
      .replace(/long[-_]ctx/, "longctx")
      .replace("cross-region-global", "crossregionglobal")
      .replace("1-hour", "1hour")
      .split(/[-_]/)
      .filter((word) => word !== ""),
  };
}

const table = real.map(({ usageType }) => worded(usageType)).filter((row) => row !== undefined);
const lines = monthShapes(20, 1129).flatMap((shape) => {
  const billed = billLines(makeCalls({ ...shape, calls: 400 }), shape);
  return [...billed, ...laterLines(billed, shape)].filter(({ type }) => type === "Usage" || type === "Refund");
});
const tokens = [
  ...new Set(lines.filter(({ step }) => ["tokens", "missing_logs"].includes(step)).map((line) => line.words.usageType)),
];
const others = [
  ...new Set(lines.filter(({ step }) => step === "not_token_based").map((line) => `${line.words.usageType}\t${line.words.unit}`)),
];

it.each(tokens)("%s has the words and the order of real lines of its dialect", (usageType) => {
  const line = worded(usageType);
  if (line === undefined) throw new Error(`${usageType} counts nothing`);
  const kin = table.filter(({ dialect }) => dialect === line.dialect);
  expect(kin.map(({ count }) => count)).toContain(line.count);
  const known = new Set(kin.flatMap(({ behind }) => behind));
  expect(line.behind.filter((word) => !known.has(word))).toEqual([]);
  // Two words in an order that the table has only the other way round.
  const reversed = line.behind.flatMap((word, at) =>
    line.behind.slice(at + 1).filter((later) => {
      const orders = kin.filter(({ behind }) => behind.includes(word) && behind.includes(later));
      return orders.length > 0 && orders.every(({ behind }) => behind.indexOf(word) > behind.indexOf(later));
    }),
  );
  expect(reversed).toEqual([]);
});

it("units of token lines are those of the table", () => {
  const unitsOf = (sold: boolean): string[] =>
    real.filter(({ usageType }) => usageType.includes("MP:") === sold && worded(usageType)).map(({ unit }) => unit);
  const units = { plain: unitsOf(false), marketplace: unitsOf(true) };
  const strange = lines
    .filter(({ step }) => ["tokens", "missing_logs"].includes(step))
    .filter(({ words }) => !units[words.usageType.includes("MP:") ? "marketplace" : "plain"].includes(words.unit));
  expect(strange.map(({ words }) => [words.usageType, words.unit])).toEqual([]);
});

it("lines without tokens are lines of the table, of another model at most", () => {
  const tail = (usageType: string): string => usageType.replace(/^[A-Z0-9]+-/, "").replace(/^Nova(?:Pro|2\.0Lite)-/, "MODEL-");
  const known = new Set(real.map(({ usageType, unit }) => `${tail(usageType)}\t${unit}`));
  // The table has no line of an image that Nova Canvas made, only of its training.
  const strange = others.map(tail).filter((text) => !known.has(text) && text !== "NovaCanvas-T2I-1024-Standard\timage");
  expect(strange).toEqual([]);
});
