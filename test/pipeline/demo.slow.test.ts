import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { parseUsd } from "../../src/money.ts";
import { summarySchema } from "../../src/pipeline/summary-schema.ts";
import { queryFile } from "../../src/query/files.ts";
import { ROOT, runStrata } from "./run-strata.ts";
import { sixParts } from "./six-parts.ts";

/** Queries whose rows become the files of a table's days; allocated_charges goes by a part's number and place, which are not among its columns. */
const REPLACED = [
  ...["telemetry/call_matches", "telemetry/traced_calls", "cloudtrail/api_calls", "attribution/call_people"],
  ...["rollups/calls_5m", "rollups/hourly_usage", "rollups/metadata_usage"],
  ...[
    "billing/charge_groups",
    "billing/bill_matches",
    "billing/midnight_matches",
    "billing/charge_parts",
    "billing/usage_claims",
  ],
  ...["billing/adjustment_claims", "billing/logged_charges"],
];
const work = mkdtempSync(join(tmpdir(), "strata-demo-"));
const data = join(work, "data");
const again = join(work, "again");
const input = (name: string): string => join(work, "input", name);
const inputs = [
  input("logs"),
  "--cur",
  input("cur"),
  "--config",
  input("strata.yml"),
  "--telemetry",
  input("otel"),
  "--cloudtrail",
  input("trail"),
  "--batch",
  input("batch"),
  "--kiro",
  input("kiro"),
];

/** Every file below a folder with its SHA-256. */
function fingerprints(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return new Map(
    files.sort().map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
}

/** The overview's section on money, with any amounts. */
const moneyOf = (text: string): string => (/^Money\n(?: .+\n)+/m.exec(text)?.[0] ?? "").replaceAll(/ +-?\$[\d,]+\.\d\d/g, " $");

describe("the demo, small", () => {
  let checks: { what: string; planted: string; found: string; holds: boolean }[] = [];
  beforeAll(async () => {
    const run = await runStrata(["demo", "--scale", "0.02", "--dir", work, "--json"]);
    expect(run.stderr).toBe("");
    checks = JSON.parse(run.stdout).checks;
  });

  it.each(REPLACED)(
    "leaves nothing open in the order of the rows of %s, so that their files are the same each time",
    async (name) => {
      const table = name.slice(name.indexOf("/") + 1);
      const { sql, header } = queryFile(name);
      const tail = sql.slice(sql.lastIndexOf("order by") + "order by".length);
      const keys = header.columns.filter(({ name: column }, index) =>
        new RegExp(`(?:^|[\\s,.(])(?:${column}|${index + 1})(?=[\\s,]|$)`).test(tail),
      );
      expect(keys.length).toBeGreaterThan(1);
      const warehouse = await DuckDbWarehouse.open(data, { threads: 1 });
      try {
        const { rows } = await warehouse.adhoc(
          `select count(*) as n from (select ${keys.map(({ name: column }) => `"${column}"`).join(", ")}, count(*) as n from "${table}" group by all having count(*) > 1)`,
        );
        expect(rows).toEqual([{ n: 0 }]);
      } finally {
        warehouse.close();
      }
    },
  );

  it("finds everything that was planted and pages for nothing else", () => {
    expect(checks.length).toBeGreaterThan(25);
    for (const what of ["mantle calls", "batch records", "Kiro users", "gateway calls for people"])
      expect(checks.find((check) => check.what === what)?.planted, what).toMatch(/^[1-9]/);
    expect(checks.filter((check) => !check.holds)).toEqual([]);
  });

  it("accounts for every record and every dollar", () => {
    const summary = summarySchema.parse(JSON.parse(readFileSync(join(data, "summary.json"), "utf8")));
    expect(summary.invocations + summary.duplicates + summary.quarantined).toBe(summary.records);
    expect(sixParts(summary)).toBe(parseUsd(summary.billed_usd ?? "missing"));
    expect(parseUsd(summary.billed_usd ?? "0")).toBeGreaterThan(0n);
  });

  it("gives the same bytes when it is analysed again, elsewhere, and prints what README.md shows", async () => {
    const run = await runStrata(["analyze", ...inputs, "--out", again]);
    expect(run.code, run.stderr).toBe(0);
    expect(moneyOf(readFileSync(join(ROOT, "README.md"), "utf8"))).toBe(moneyOf(run.stdout));
    const [first, second] = [fingerprints(data), fingerprints(again)];
    expect([...second.keys()]).toEqual([...first.keys()]);
    expect([...first].filter(([path, hash]) => second.get(path) !== hash).map(([path]) => path)).toEqual([]);
  });
});
