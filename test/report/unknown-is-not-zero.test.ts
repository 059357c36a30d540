import { readFileSync } from "node:fs";
import { join } from "node:path";
import readWorkbook from "read-excel-file/node";
import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import { knownOf, NO_USAGE, whereKnown } from "../../src/report/measures.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { type Call, chargeOf, type Fixture, monthFixture } from "./month-fixture.ts";

let month: Fixture | undefined;
afterEach(() => {
  month?.close();
  month = undefined;
});

const at = "2026-10-05T10:00:00Z";
/** A team for each way in which dollars are known or not. */
const CALLS: readonly Call[] = [
  { at, team: "priced", costs: ["3.00", "0", "0", "0"] },
  { at, team: "partly", costs: ["2.00", "0", "0", "0"] },
  { at, team: "partly", model: "mystery", costs: null },
  { at, team: "nobody-knows", model: "mystery", costs: null },
  { at, team: "images", model: "painter", costs: null, price_status: "uncounted" },
  { at, team: "by-the-hour", service_tier: "provisioned", model: "nova-custom", costs: null, price_status: "not_token_priced" },
];

async function statement(charges: Parameters<typeof monthFixture>[0]["charges"] = [], calls: readonly Call[] = CALLS) {
  month = await monthFixture({ calls, charges });
  const config = parseConfig("budgets: [{scope: team, name: nobody-knows, period: month, limit_usd: 40}]");
  await writeReport({ warehouse: month.warehouse, store: new FolderStore(month.folder), month: "2026-10", config });
  const root = join(month.folder, "reports/month=2026-10");
  const table = (name: string): Record<string, Record<string, string>> => {
    const [head = [], ...rows] = parseCsv(readFileSync(join(root, name), "utf8"));
    return Object.fromEntries(rows.map((row) => [row[0], Object.fromEntries(head.map((key, index) => [key, row[index] ?? ""]))]));
  };
  const page = readFileSync(join(root, "report.html"), "utf8");
  const line = (caption: string, name: string): string => {
    const part = page.slice(page.indexOf(`<caption class="sr">${caption}</caption>`));
    const start = part.indexOf(`>${name}`);
    return part.slice(start, part.indexOf("</tr>", start)).replace(/<[^>]*>/g, " ");
  };
  return { root, table, page, line };
}

describe("unknown is not zero", () => {
  test("on page, in CSV files and workbook, without a bill", async () => {
    const { root, table, page, line } = await statement();
    const teams = table("by_team.csv");
    const told = (name: string) => [teams[name]?.["estimated_usd"], teams[name]?.["list_usd"], teams[name]?.["known"]];
    expect(told("priced")).toEqual(["3.00", "3.00", "complete"]);
    expect(told("partly")).toEqual(["2.00", "2.00", "at least"]);
    expect(told("nobody-knows")).toEqual(["", "", "unknown"]);
    expect(told("images")).toEqual(["", "", "unknown"]);
    expect(told("by-the-hour")).toEqual(["", "", "not priced by tokens"]);
    expect(table("by_service_tier.csv")["provisioned"]).toMatchObject({ estimated_usd: "", known: "not priced by tokens" });
    const charged = table("chargeback.csv");
    expect(charged["by-the-hour"]).toMatchObject({ total_usd: "", booked_usd: "", known: "not priced by tokens" });
    expect(charged["partly"]).toMatchObject({ total_usd: "2.00", known: "at least", currency: "USD", booked_amount: "2.00" });

    for (const [name, shown] of [
      ["priced", "$3.00"],
      ["partly", "at least $2.00"],
      ["nobody-knows", "unknown"],
      ["images", "unknown"],
      ["by-the-hour", "not priced by tokens"],
    ] as const) {
      expect(line("Spend by team", name), name).toContain(shown);
      if (!shown.includes("$")) expect(line("Spend by team", name), name).not.toContain("$0.00");
    }
    expect(line("Spend by service tier", "provisioned")).toContain("not priced by tokens");
    expect(line("Month budgets", "nobody-knows")).toContain("unknown");
    expect(page).toContain("≥ $5.00");
    expect(page).toContain("3 calls have no price; 1 call is not priced by tokens: only the bill has it");

    const sheets = await readWorkbook(readFileSync(join(root, "statement.xlsx")));
    const sheet = (name: string) => sheets.find((one) => one.sheet === name)?.data ?? [];
    const [head = [], ...rows] = sheet("By team");
    const row = rows.find(([name]) => name === "by-the-hour") ?? [];
    expect([row[head.indexOf("Estimated (USD)")], row[head.indexOf("Known")]]).toEqual([null, "not priced by tokens"]);
    expect(sheet("Summary").find(([name]) => name === "Estimated")?.[3]).toContain(
      "At least: 3 calls without a price: 1 call not priced by tokens",
    );
  });

  test("a line that only the bill has made no call: it has no estimate of nothing", async () => {
    const { table, line, page } = await statement([
      chargeOf({ dt: "2026-10-05", status: "not_token_based", billed_cost: "70.00", team: "shared" }),
      chargeOf({ dt: "2026-10-05", status: "not_token_based", billed_cost: "9.00", team: "by-the-hour" }),
    ]);
    expect(table("by_team.csv")["shared"]).toMatchObject({ estimated_usd: "", billed_usd: "70.00", known: "no calls" });
    expect(line("Spend by team", "shared")).toMatch(/no calls.*\$70\.00/);
    expect(line("Spend by team", "by-the-hour")).toMatch(/not priced by tokens.*\$9\.00/);
    expect(table("chargeback.csv")["by-the-hour"]).toMatchObject({ total_usd: "9.00", known: "complete" });
    // What belongs to no team is no team that accounts for most.
    expect(page).toContain("The team by-the-hour accounts for");
  });

  test("a month without calls and bill has nothing to compare, praises nothing and links to no section", async () => {
    const { page } = await statement([], []);
    expect(page).toContain("No invocation was logged in this month and no bill covers it.");
    for (const said of [
      "without a gap",
      "Every line could be read",
      "Every call with tokens",
      'href="#teams"',
      "−100",
      "saved $0.00",
    ])
      expect(page).not.toContain(said);
  });

  test.each([
    [{ invocations: 5, estimated: 1n }, "complete"],
    [{ invocations: 5 }, "complete"],
    [{ invocations: 5, unpriced: 1 }, "unknown"],
    [{ invocations: 5, uncounted: 1, estimated: 1n }, "at least"],
    [{ invocations: 5, notTokenPriced: 1 }, "not priced by tokens"],
    [{ invocations: 5, notTokenPriced: 1, estimated: 1n }, "complete"],
    [{}, "no calls"],
  ] as const)("%o is %s", (usage, known) => {
    expect(knownOf({ ...NO_USAGE, ...usage })).toBe(known);
  });

  test("an amount is shown where it is one", () => {
    expect((["complete", "at least", "unknown", "no calls"] as const).map((known) => whereKnown(known, "$1.00"))).toEqual([
      "$1.00",
      "at least $1.00",
      "unknown",
      "no calls",
    ]);
  });
});
