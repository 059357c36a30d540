import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it, test } from "vitest";
import { renderRows } from "../../src/cli/shared/rows.ts";
import { writeParquet } from "../../src/cli/shared/write-parquet.ts";
import { nearNames } from "../../src/near-names.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { runStrata } from "../pipeline/run-strata.ts";

const column = (name: string, type: string) => ({ name, type });
const WIDE = {
  columns: [
    column("team", "varchar"),
    column("explanation", "varchar"),
    column("calls", "bigint"),
    column("cache_hit_rate", "double"),
    column("estimated_cost", "decimal(38,12)"),
    column("weekday", "integer"),
    column("latency", "double"),
  ],
  rows: [
    {
      team: "platform",
      explanation: "x".repeat(30),
      calls: 1234567,
      cache_hit_rate: 0.1234,
      estimated_cost: "12.345",
      weekday: 7,
      latency: 1.5,
    },
  ],
};

/** As a terminal of that many columns shows it. */
function at(columns: number, draw: () => string): string {
  const before = Object.getOwnPropertyDescriptor(process.stdout, "columns");
  Object.defineProperty(process.stdout, "columns", { value: columns, configurable: true });
  try {
    return draw();
  } finally {
    if (before) Object.defineProperty(process.stdout, "columns", before);
    else Reflect.deleteProperty(process.stdout, "columns");
  }
}

describe("a table of a query", () => {
  it.each([
    ["cost_per_1000_calls", "double", 34.1, "34.10"],
    ["estimated_cost", "decimal(38,12)", "12", "12.00"],
    ["latency", "double", 34.1, "34.1"],
  ])("shows dollars of %s (%s) with two decimals, other figures as they are", (name, type, value, shown) => {
    expect(renderRows({ columns: [column(name, type)], rows: [{ [name]: value }] }, "table").split("\n")).toContain(
      `│ ${shown.padStart(name.length)} │`,
    );
  });

  it("drops the least important columns at 80 columns and names them", () => {
    const table = at(80, () => renderRows(WIDE, "table"));
    expect(
      Math.max(
        ...table
          .split("\n")
          .slice(0, -1)
          .map((line) => [...line].length),
      ),
    ).toBeLessThanOrEqual(80);
    for (const kept of ["platform", "12.34", "12.3 %"]) expect(table).toContain(kept);
    expect(table).toContain("not shown: ");
    expect(table).toMatch(/not shown: .*latency.*--wide/);
  });

  it("keeps all of them with --wide, and where there is no terminal", () => {
    expect(at(80, () => renderRows(WIDE, "table", true))).not.toContain("not shown");
    expect(at(1000, () => renderRows(WIDE, "table"))).toContain("Sunday");
    expect(renderRows(WIDE, "csv")).toContain("0.1234");
    expect(JSON.parse(renderRows(WIDE, "json"))[0].weekday).toBe(7);
  });

  it("is written to Parquet with exact decimals", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "strata-parquet-")), "rows.parquet");
    writeParquet(file, { ...WIDE, rows: [...WIDE.rows, { ...WIDE.rows[0], team: null, estimated_cost: "0.000000000001" }] });
    const bytes = readFileSync(file);
    const rows = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
    expect(rows).toMatchObject([
      { team: "platform", calls: 1234567n, cache_hit_rate: 0.1234, estimated_cost: 12.345 },
      { team: null, estimated_cost: 1e-12 },
    ]);
  });
});

test("the list gives the question and the parameters of every query", async () => {
  const { stdout } = await runStrata(["query"]);
  for (const name of queryNames("saved")) {
    const { header } = queryFile(name);
    expect(stdout).toContain(`${name.slice(6)}\n  ${header.purpose}\n`);
  }
  expect(stdout).toContain("  from, to, max_prompt=");
});

test("a month's forecast is told where it is", async () => {
  expect(await runStrata(["query", "month_forecast"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("npx strata-bedrock forecast --data"),
  });
});

test.each([
  ["top_spender", ["top_spenders"]],
  ["spend_by_taem", ["spend_by_team"]],
  ["budgts", ["budgets"]],
  ["zzzzzz", []],
])("%s is near %j", (typed, near) => {
  expect(nearNames(typed, ["top_spenders", "spend_by_team", "budgets", "movers"])).toEqual(near);
});
