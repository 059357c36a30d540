import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAnalyze } from "../../src/cli/analyze/run-analyze.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import type { Summary } from "../../src/pipeline/summary-schema.ts";
import type { Row } from "../../src/ports.ts";

/** Inputs whose right values were worked out by hand; one folder a case with logs, bill and configuration. */
export const CASES = join(import.meta.dirname, "..", "fixtures", "cases");

export interface CaseInput {
  /** Files or folders of logs; a bill alone has none. */
  readonly logs: readonly string[];
  readonly cur?: readonly string[];
  readonly config?: string;
  /** An earlier result, to analyse into again. */
  readonly out?: string;
}

/** What `strata analyze` made of a case. */
export interface CaseResult {
  readonly out: string;
  readonly summary: Summary;
  /** Rows of any SELECT over the tables and views. */
  rows(sql: string): Promise<readonly Row[]>;
  /** `label → dollars` of the query's two columns, without trailing zeros. */
  dollars(sql: string): Promise<Record<string, string>>;
  /** A file of a month's statement as objects by column name. @param version for example `restated-1` */
  csv(month: string, name: string, version?: string): Record<string, string>[];
  /** The manifest of a month's statement. */
  manifest(month: string, version?: string): { readonly status: string; readonly [key: string]: unknown };
}

/** Analyses inputs into a temporary folder, as the command does. */
export async function runCase({
  logs,
  cur = [],
  config,
  out = mkdtempSync(join(tmpdir(), "strata-case-")),
}: CaseInput): Promise<CaseResult> {
  const summary = await runAnalyze({ paths: logs, cur, config, out, quiet: true });
  const rows = async (sql: string): Promise<readonly Row[]> => {
    const warehouse = await DuckDbWarehouse.open(out, { threads: 1 });
    try {
      return (await warehouse.adhoc(sql)).rows;
    } finally {
      warehouse.close();
    }
  };
  const file = (month: string, name: string, version = ""): string =>
    readFileSync(join(out, "reports", `month=${month}`, version, name), "utf8");
  return {
    out,
    summary,
    rows,
    dollars: async (sql) =>
      Object.fromEntries(
        (await rows(sql)).map((row) => {
          const [label, amount] = Object.values(row);
          return [String(label), formatUsd(parseUsd(String(amount ?? "0")))];
        }),
      ),
    csv: (month, name, version) => {
      const [header = [], ...lines] = parseCsv(file(month, `${name}.csv`, version));
      return lines.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ""])));
    },
    manifest: (month, version) => JSON.parse(file(month, "manifest.json", version)),
  };
}

/** The folder `test/fixtures/cases/<kind>/<name>` with `logs`, `cur` and, where it has one, `strata.yml`. */
export const billCase = (name: string, config?: string): CaseInput => {
  const folder = join(CASES, "bill", name);
  return {
    logs: [join(folder, "logs")],
    cur: [join(folder, "cur")],
    ...(config === undefined ? {} : { config: join(folder, config) }),
  };
};
