import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCsv } from "../../src/parse-csv.ts";
import { chargeOf } from "./month-fixture.ts";
import { CALLS, CHARGES, clearsStatements, column, file, fixture, report, SUM_FILES, sum } from "./statement-fixture.ts";

clearsStatements();

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
    for (const name of SUM_FILES) {
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
    const month = await fixture(content as Parameters<typeof fixture>[0]);
    const { manifest } = await report(month);
    expect(manifest.checks.every((check) => check.agrees)).toBe(true);
    const page = file(month, "report.html");
    expect(page).toContain(expected);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  test("says how much of the estimate rests on guesses, and nothing of it when nothing does", async () => {
    // 0.30 of 7.05 was worked out by hand; the sum of CALLS is that of the test above.
    const guessed = [{ ...CALLS[0], price_status: "estimated" }, ...CALLS.slice(1)];
    const month = await fixture({ calls: guessed });
    const { manifest } = await report(month);
    expect(manifest.checks.every((check) => check.agrees)).toBe(true);
    const page = file(month, "report.html");
    expect(page).toContain("$0.30 of the estimate rests on guesses (4.3 % of it guessed)");
    expect(page).toContain("no earlier month in the data; 4.3 % of it guessed");
    expect(page).not.toContain("No dollar depends on it");

    const certain = await fixture({ calls: CALLS });
    await report(certain);
    expect(file(certain, "report.html")).toContain("No dollar depends on it");
    expect(file(certain, "report.html")).not.toContain("guessed");
  });

  test("a bad month is refused with an example", async () => {
    const month = await fixture({});
    await expect(report(month, "", {}, "2026-13")).rejects.toThrow('report: "2026-13" is not a month');
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
    // What turns the direction of text is a space everywhere.
    const plain = NASTY.map((name) => name.replaceAll("\u202e", " "));
    expect(teams.sort()).toEqual(plain.map((name) => (/^[=+@\t]/.test(name) ? `'${name}` : name)).sort());
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

describe("what the page says", () => {
  test("between estimate and bill: the steps that are worth a word", async () => {
    const month = await fixture({
      calls: [{ at: "2026-10-01T09:00:00Z", costs: ["60.00", "0", "0", "0"] }],
      charges: [
        chargeOf({ dt: "2026-10-01", status: "allocated", billed_cost: "60.00" }),
        chargeOf({ dt: "2026-10-01", status: "not_token_based", billed_cost: "39.50", reason: "provisioned" }),
        chargeOf({ dt: "2026-10-01", status: "residual", billed_cost: "0.50", reason: "price" }),
      ],
    });
    await report(month);
    expect(file(month, "report.html")).toContain(
      "Between the two: $39.50 for what is not tokens, such as provisioned throughput and guardrails.",
    );
  });

  test("inside each team: its models and people, and no people where they are left out", async () => {
    const month = await fixture({ calls: CALLS });
    await report(month);
    const inside = /<details class="drill"><summary>platform<\/summary>[\s\S]*?<\/details>/;
    expect(file(month, "report.html")).toMatch(inside);
    expect(inside.exec(file(month, "report.html"))?.[0]).toMatch(/claude-sonnet-4-6[\s\S]*ana@example\.com/);
    const hidden = await fixture({ calls: CALLS });
    await report(hidden, "report: {people: none}");
    expect(inside.exec(file(hidden, "report.html"))?.[0]).not.toContain("People");
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
