import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { manifestSchema } from "../../src/report/manifest-schema.ts";
import { parseCsv } from "../../src/report/parse-csv.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { chargeOf, type Fixture, monthFixture } from "./month-fixture.ts";

const CALLS = [
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
const CHARGES = [
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

let open: Fixture[] = [];
afterEach(() => {
  for (const fixture of open) fixture.close();
  open = [];
});
async function fixture(content: Parameters<typeof monthFixture>[0]): Promise<Fixture> {
  const made = await monthFixture(content);
  open.push(made);
  return made;
}
/** Without savings unless the test asks for them: they are a dozen queries more. */
const configOf = (yaml: string): StrataConfig => {
  const config = parseConfig(yaml);
  return { ...config, report: { ...config.report, savings: yaml.includes("savings: true") } };
};
const report = (from: Fixture, yaml = "", context = {}, month = "2026-10") =>
  writeReport({ warehouse: from.warehouse, store: new FolderStore(from.folder), month, config: configOf(yaml), context });
const file = (from: Fixture, name: string, folder = "reports/month=2026-10"): string =>
  readFileSync(join(from.folder, folder, name), "utf8");
const column = (csv: string, name: string): string[] => {
  const [header = [], ...lines] = parseCsv(csv);
  return lines.map((cells) => cells[header.indexOf(name)] ?? "");
};
const sum = (amounts: readonly string[]): string => formatUsd(amounts.reduce((total, amount) => total + parseUsd(amount), 0n));
const FILES = ["by_team", "by_cost_center", "by_account", "by_model", "by_person", "by_day", "by_service_tier", "by_token_type"];

describe("the monthly statement", () => {
  test("every file by dimension sums to the same estimate and the same bill, to the last digit", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    const { manifest } = await report(month);
    expect(manifest.totals).toMatchObject({
      invocations: 5,
      errors: 1,
      people: 2,
      estimated_usd: "7.050000000001",
      billed_usd: "5.049999999999",
    });
    for (const name of FILES) {
      expect(sum(column(file(month, `${name}.csv`), "estimated_usd")), name).toBe("7.050000000001");
      expect(sum(column(file(month, `${name}.csv`), "billed_usd")), name).toBe("5.049999999999");
    }
    expect(sum(column(file(month, "chargeback.csv"), "total_usd"))).toBe("5.049999999999");
    expect(sum(column(file(month, "reconciliation.csv"), "billed_usd"))).toBe("5.049999999999");
    expect(manifest.checks.every((check) => check.agrees)).toBe(true);
    expect(manifest.tie_out).toMatchObject({
      difference_usd: "0.00",
      parts: { allocated_usd: "4.05", billed_not_logged_usd: "2.00", adjustment_usd: "-1.000000000001", residual_usd: "0.00" },
    });
  });

  test("states each team as worked out by hand", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    await report(month);
    const [header = [], ...lines] = parseCsv(file(month, "by_team.csv"));
    const platform = Object.fromEntries(
      header.map((name, index) => [name, lines.find(([team]) => team === "platform")?.[index]]),
    );
    // Prompt tokens: 100 + (10 + 30 + 90); 30 of these 230 were read from the cache.
    expect(platform).toMatchObject({
      cost_center: "CC-1",
      invocations: "2",
      people: "1",
      input_tokens: "110",
      output_tokens: "40",
      cache_read_tokens: "30",
      cache_write_tokens: "90",
      cache_hit_rate: "0.1304",
      estimated_usd: "4.05",
      billed_usd: "4.05",
      share: "0.8020",
    });
  });

  test("writes a manifest with the hash, size and line count of each file", async () => {
    const month = await fixture({ calls: CALLS });
    const { manifest, keys } = await report(month);
    expect(keys.at(-1)).toBe("reports/month=2026-10/manifest.json");
    expect(JSON.parse(file(month, "manifest.json"))).toEqual(manifest);
    for (const { name, sha256, bytes } of manifest.files) {
      const content = readFileSync(join(month.folder, "reports/month=2026-10", name));
      expect(createHash("sha256").update(content).digest("hex"), name).toBe(sha256);
      expect(content.byteLength).toBe(bytes);
    }
    expect(manifest.files.find((one) => one.name === "by_day.csv")?.rows).toBe(3);
  });

  test("gives the same bytes from the same tables, whatever was drawn before", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    const first = await report(month);
    const second = await report(month);
    expect(second.manifest).toEqual(first.manifest);
  });

  test("works without a bill and leaves billed cells empty", async () => {
    const month = await fixture({ calls: CALLS });
    const { manifest } = await report(month);
    expect(manifest).toMatchObject({ status: "provisional", bill: null, tie_out: null });
    expect(column(file(month, "by_team.csv"), "billed_usd")).toEqual(["", "", ""]);
    expect(file(month, "report.html")).toContain("No CUR 2.0 line covers this month yet");
    expect(sum(column(file(month, "chargeback.csv"), "total_usd"))).toBe("7.050000000001");
  });

  test.each([
    ["no data", {}, "No invocation was logged"],
    ["one call", { calls: [CALLS[0]] }, "platform"],
    ["only errors", { calls: [CALLS[2]] }, "ThrottlingException"],
    ["only a bill", { charges: CHARGES }, "billed not logged"],
    ["only negative charges", { charges: [CHARGES[2] ?? CHARGES[0]] }, "adjustment"],
    ["only an unpriced call", { calls: [{ ...CALLS[0], costs: null, model: "mystery-1" }] }, "Models without a price"],
  ])("a month with %s gives a page and files that agree", async (_, content, expected) => {
    const month = await fixture(content as Parameters<typeof monthFixture>[0]);
    const { manifest } = await report(month);
    expect(manifest.checks.every((check) => check.agrees)).toBe(true);
    const page = file(month, "report.html");
    expect(page).toContain(expected);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  test("a bad month is refused with an example", async () => {
    const month = await fixture({});
    await expect(report(month, "", {}, "2026-13")).rejects.toThrow('report: "2026-13" is not a month');
  });
});

describe("a closed month", () => {
  test("is not written again when nothing changed", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    expect((await report(month, "", { final: true })).status).toBe("final");
    const again = await report(month);
    expect(again).toMatchObject({ written: false, status: "final", folder: "reports/month=2026-10" });
  });

  test("that changed becomes a numbered restatement beside the old files, with what moved", async () => {
    const before = await fixture({ calls: CALLS, charges: CHARGES });
    await report(before, "", { final: true });
    const old = file(before, "by_team.csv");
    const after = await fixture({
      calls: CALLS,
      charges: [...CHARGES, chargeOf({ dt: "2026-10-05", status: "residual", billed_cost: "0.50", reason: "price" })],
    });
    const store = new FolderStore(before.folder);
    const restated = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config: configOf("") });
    expect(restated).toMatchObject({ status: "restated 1", folder: "reports/month=2026-10/restated-1" });
    expect(restated.manifest.restates).toEqual({
      folder: "reports/month=2026-10",
      why: [
        {
          cause: "bill",
          sentence:
            "The bill says something else under the same delivery. Billed went from 5.049999999999 to 5.549999999999 USD.",
        },
      ],
    });
    expect(restated.notice).toMatchObject({
      severity: "info",
      subject: "[info] Bedrock statement 2026-10: restated 1",
      attributes: { severity: "info", rule: "month-restated", month: "2026-10", status: "restated 1" },
    });
    expect(restated.notice?.body).toContain("What moved: reports/month=2026-10/restated-1/diff.csv");
    expect(file(before, "by_team.csv")).toBe(old);
    const moved = parseCsv(file(before, "diff.csv", restated.folder));
    expect(moved).toContainEqual(["reconciliation.csv", "residual price", "billed_usd", "", "0.50", "0.50"]);
    expect(moved).toContainEqual(["by_team.csv", "unattributed", "billed_usd", "0.999999999999", "1.499999999999", "0.50"]);
    const same = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config: configOf("") });
    expect(same).toMatchObject({ written: false, status: "restated 1", notice: undefined });
    const back = await writeReport({ warehouse: before.warehouse, store, month: "2026-10", config: configOf("") });
    expect(back.status).toBe("restated 2");
  });

  test("that closes is told once, with a link where the store can give one", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    const folder = new FolderStore(month.folder);
    const presign = async (key: string, seconds: number): Promise<string> => `https://example.com/${key}?for=${seconds}`;
    const store = Object.assign(folder, { presign });
    const write = (context: { final?: boolean }) =>
      writeReport({ warehouse: month.warehouse, store, month: "2026-10", config: configOf("report: {link_hours: 24}"), context });
    expect((await write({})).notice).toBeUndefined();
    const closed = await write({ final: true });
    expect(closed.notice?.attributes["rule"]).toBe("month-final");
    expect(closed.notice?.body).toContain("https://example.com/reports/month=2026-10/report.html?for=86400");
    expect((await write({ final: true })).notice).toBeUndefined();
  });

  test.each([
    [
      "late_logs",
      { calls: [...CALLS, { at: "2026-10-05T09:00:00Z", costs: ["0.50", "0", "0", "0"] }] },
      "",
      "+1 records and +1 calls",
    ],
    ["configuration", { calls: CALLS }, "report: {top_people: 5, shared_costs: {split: none}}", "strata.yml changed: report."],
    [
      "prices",
      { calls: [...CALLS.slice(0, 4), { ...CALLS[4], costs: ["4.00", "0", "0", "0"] }] },
      "",
      "instead of 7.050000000001",
    ],
    ["bill", { calls: CALLS, charges: CHARGES }, "", "The bill was delivered again: export-1 instead of none."],
  ])("restated for %s says so", async (cause, content, yaml, sentence) => {
    const before = await fixture({ calls: CALLS });
    await report(before, "", { final: true });
    const after = await fixture(content as Parameters<typeof monthFixture>[0]);
    const store = new FolderStore(before.folder);
    const { manifest } = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config: configOf(yaml) });
    expect(manifest.restates?.why).toEqual([{ cause, sentence: expect.stringContaining(sentence) }]);
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
  });

  test("with an unreadable manifest is not overwritten", async () => {
    const month = await fixture({ calls: CALLS });
    await new FolderStore(month.folder).write("reports/month=2026-10/manifest.json", "{");
    await expect(report(month)).rejects.toThrow("report: reports/month=2026-10/manifest.json is not a report manifest");
  });
});

describe("FOCUS rows", () => {
  test("sum to the bill, carry every mandatory column of 1.2, and no person", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    await report(month);
    const csv = file(month, "focus.csv");
    expect(sum(column(csv, "BilledCost"))).toBe("5.049999999999");
    const [header = []] = parseCsv(csv);
    const mandatory =
      "BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodStart BillingPeriodEnd ChargeCategory ChargeClass ChargeDescription ChargePeriodStart ChargePeriodEnd ContractedCost EffectiveCost InvoiceIssuerName ListCost PricingQuantity PricingUnit ProviderName PublisherName ServiceCategory ServiceName";
    for (const name of mandatory.split(" ")) expect(header, name).toContain(name);
    expect(header.filter((name) => /^[a-z]/.test(name)).every((name) => name.startsWith("x_"))).toBe(true);
    expect(column(csv, "ChargePeriodEnd")).toContain("2026-11-01T00:00:00Z");
    expect(column(csv, "ChargeCategory").sort()).toEqual(["Credit", "Usage", "Usage"]);
    expect(csv).not.toMatch(/@example/);
  });
});

describe("the index", () => {
  test("lists the newest version of every month", async () => {
    const month = await fixture({ calls: [...CALLS, { at: "2026-09-05T09:00:00Z" }], charges: CHARGES });
    await report(month, "", {}, "2026-09");
    await report(month, "", { final: true });
    const index = JSON.parse(file(month, "index.json", "reports"));
    expect(index.months).toEqual([
      expect.objectContaining({ month: "2026-09", status: "provisional", folder: "month=2026-09", billed_usd: null }),
      expect.objectContaining({ month: "2026-10", status: "final", billed_usd: "5.049999999999" }),
    ]);
    expect(file(month, "index.html", "reports")).toContain('href="month=2026-10/report.html"');
    // The month before is a baseline for this one.
    expect(file(month, "report.html")).toContain("What moved");
  });

  test("a month whose lines all carry an invoice is final without being told", async () => {
    const month = await fixture({
      calls: CALLS,
      charges: CHARGES,
      tables: { cur_line_items: [{ period: "2026-10", invoice_id: "1", payer_account_id: "999900001111" }] },
    });
    expect((await report(month)).status).toBe("final");
    expect(column(file(month, "focus.csv"), "BillingAccountId")[0]).toBe("999900001111");
  });
});

describe("names from the data", () => {
  const NASTY = [
    '=cmd|"/c calc"!A1',
    "<script>alert(1)</script>",
    'Doe, "Jo"\nnew line',
    "\u202Eevil",
    "@sum",
    "+1",
    "-5",
    "\ttab",
    "a".repeat(300),
  ];

  test("are escaped on the page and harmless in a spreadsheet", async () => {
    const month = await fixture({
      calls: NASTY.map((name, index) => ({ at: `2026-10-02T0${index}:00:00Z`, team: name, person: name, model: name })),
    });
    await report(month);
    const page = file(month, "report.html");
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    const teams = column(file(month, "by_team.csv"), "team");
    expect(teams.sort()).toEqual(NASTY.map((name) => (/^[=+@\t]/.test(name) ? `'${name}` : name)).sort());
  });
});

describe("privacy", () => {
  test("pseudonyms show no name anywhere and stay the same from month to month", async () => {
    const month = await fixture({ calls: CALLS });
    await report(month, "report:\n  people: pseudonyms\n  pseudonym_key: secret-of-ours");
    const [page, people] = [file(month, "report.html"), file(month, "by_person.csv")];
    expect(page + people).not.toMatch(/ben@|ana@/);
    const aliases = column(people, "person").filter((name) => name !== "(no person)");
    expect(aliases).toEqual([expect.stringMatching(/^person-[0-9a-f]{10}$/), expect.stringMatching(/^person-[0-9a-f]{10}$/)]);
  });

  test("none leaves individuals out altogether", async () => {
    const month = await fixture({ calls: CALLS });
    const { manifest } = await report(month, "report:\n  people: none");
    expect(manifest.files.map((one) => one.name)).not.toContain("by_person.csv");
    expect(file(month, "report.html")).not.toMatch(/ben@|ana@|assumed-role/);
    expect(file(month, "report.html")).toContain("2 people called");
  });
});

describe("the page", () => {
  test("asks nothing of the network, has one h1, and offers a table for each chart", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    await report(month, "budgets: [{scope: team, name: platform, period: month, limit_usd: 4}]");
    const page = file(month, "report.html");
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=|https?:\/\/(?!www\.w3\.org)/);
    expect(page.match(/<figure/g)?.length).toBe(page.match(/Show as table/g)?.length);
    expect(page.match(/<svg role="img" aria-label=/g)?.length).toBe(2 * (page.match(/<figure/g)?.length ?? 0));
    expect(page).toContain("platform is over its month budget");
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("stays below 2 MB for 5,000 people and says where the rest is", async () => {
    const calls = Array.from({ length: 5000 }, (_, index) => ({
      at: "2026-10-02T09:00:00Z",
      person: `person.${index}@example.com`,
      team: `team-${index % 400}`,
      model: `model-${index % 300}`,
      costs: [`${index}.00`, "0", "0", "0"] as const,
    }));
    const month = await fixture({ calls });
    const { manifest } = await report(month);
    expect(manifest.files.find((one) => one.name === "report.html")?.bytes).toBeLessThan(2_000_000);
    expect(manifest.files.find((one) => one.name === "by_person.csv")?.rows).toBe(5000);
    expect(file(month, "report.html")).toContain('4990 more in <a href="by_person.csv">');
  });
});
