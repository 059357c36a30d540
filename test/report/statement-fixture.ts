import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import type { Warehouse } from "../../src/ports.ts";
import { type WrittenReport, writeReport } from "../../src/report/write-report.ts";
import { chargeOf, type Fixture, monthFixture } from "./month-fixture.ts";

/** CSV files whose rows sum to the month. */
export const SUM_FILES = [
  "by_team",
  "by_cost_center",
  "by_account",
  "by_model",
  "by_person",
  "by_day",
  "by_service_tier",
  "by_feature",
  "by_environment",
  "by_token_type",
];

/** A small month whose sums were worked out by hand. */
export const CALLS = [
  { at: "2026-10-01T09:00:00Z", team: "platform", cost_center: "CC-1" },
  {
    at: "2026-10-02T09:00:00Z",
    team: "platform",
    cost_center: "CC-1",
    costs: ["1.00", "2.00", "0.50", "0.25"],
    tokens: [10, 20, 30, 40, 50],
  },
  {
    at: "2026-10-02T10:00:00Z",
    team: "payments",
    person: "ben@example.com",
    model: "claude-opus-4-8",
    model_tier: "premium",
    status: "error",
    error_code: "ThrottlingException",
    error_class: "throttling",
    costs: ["0", "0", "0", "0"],
  },
  { at: "2026-10-31T23:59:59Z", team: "payments", person: "ben@example.com", costs: ["0.000000000001", "0", "0", "0"] },
  { at: "2026-10-31T10:00:00Z", team: "unattributed", person: null, costs: ["3.00", "0", "0", "0"] },
] as const;
export const CHARGES = [
  chargeOf({
    dt: "2026-10-01",
    status: "allocated",
    billed_cost: "4.05",
    team: "platform",
    cost_center: "CC-1",
    model: "claude-sonnet-4-6",
    token_type: "cache_write_1h",
    service_tier: "on-demand",
  }),
  chargeOf({ dt: "2026-10-31", status: "billed_not_logged", reason: "mantle", billed_cost: "2.00", model: "claude-opus-4-8" }),
  chargeOf({ dt: "2026-10-31", status: "adjustment", reason: "credit", billed_cost: "-1.000000000001" }),
];

/** Where a month's tables are, and a folder of the test's own for what is written of them. */
export interface Written {
  readonly warehouse: Warehouse;
  readonly folder: string;
}

type Content = Parameters<typeof monthFixture>[0];
const made = new Map<string, Promise<Fixture>>();
let folders: string[] = [];
/** To be called by each test file: files share this module where they share a process. */
export function clearsStatements(): void {
  afterEach(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
    folders = [];
  });
  afterAll(async () => {
    for (const fixture of made.values()) (await fixture).close();
    made.clear();
  });
}

/** Tables are only read, so tests with the same content share them. */
export async function fixture(content: Content): Promise<Written> {
  const key = JSON.stringify(content);
  const tables = made.get(key) ?? monthFixture(content);
  made.set(key, tables);
  const folder = mkdtempSync(join(tmpdir(), "strata-statement-"));
  folders.push(folder);
  return { warehouse: (await tables).warehouse, folder };
}

/** Without savings unless the test asks for them: they are a dozen queries more. */
export const configOf = (yaml: string): StrataConfig => {
  const config = parseConfig(yaml);
  return { ...config, report: { ...config.report, savings: yaml.includes("savings: true") } };
};

export const report = (
  { warehouse, folder }: Written,
  yaml = "",
  more: { final?: boolean } = {},
  month = "2026-10",
): Promise<WrittenReport> => writeReport({ warehouse, store: new FolderStore(folder), month, config: configOf(yaml), ...more });

export const file = ({ folder }: Written, name: string, below = "reports/month=2026-10"): string =>
  readFileSync(join(folder, below, name), "utf8");

export const column = (csv: string, name: string): string[] => {
  const [header = [], ...lines] = parseCsv(csv);
  return lines.map((cells) => cells[header.indexOf(name)] ?? "");
};

/** Of what is known: an empty cell is not. */
export const sum = (amounts: readonly string[]): string =>
  formatUsd(amounts.reduce((total, amount) => total + (amount === "" ? 0n : parseUsd(amount)), 0n));
