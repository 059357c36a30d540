import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { needing, without } from "../needs.ts";
import { openBrowser, openPage, overflow } from "./browser.ts";
import { chargeOf, type Fixture, monthFixture } from "./month-fixture.ts";

const SECTIONS = "trend teams people models movers tokens errors alerts bill quality savings next files".split(" ");

describe.skipIf(without("Chromium"))(needing("the page in a browser", "Chromium"), () => {
  let browser: Browser;
  let month: Fixture;
  let url: string;
  beforeAll(async () => {
    const calls = Array.from({ length: 60 }, (_, index) => ({
      at: `2026-10-${String(1 + (index % 20)).padStart(2, "0")}T${String(index % 24).padStart(2, "0")}:00:00Z`,
      person: `person.with.a.long.name.${index % 9}@subsidiary.example.com`,
      team: index % 5 === 0 ? "unattributed" : `team-${index % 4}`,
      model: index % 2 ? "claude-opus-4-6" : "claude-sonnet-4-6",
      model_tier: index % 2 ? "premium" : "standard",
      tokens: [9000, 500, 40_000, 9000, 0] as const,
      costs: ["1.00", "2.00", "0.10", "0.40"] as const,
      ...(index % 11 === 0 ? { status: "error", error_code: "ThrottlingException", error_class: "throttling" } : {}),
    }));
    month = await monthFixture({
      calls: [...calls, { at: "2026-09-10T10:00:00Z", team: "team-1" }],
      charges: [
        chargeOf({ dt: "2026-10-01", status: "allocated", billed_cost: "150.00", team: "team-1", model: "claude-opus-4-6" }),
        chargeOf({ dt: "2026-10-02", status: "adjustment", reason: "credit", billed_cost: "-9.00" }),
      ],
    });
    const config = parseConfig("budgets: [{scope: team, name: team-1, period: month, limit_usd: 40}]");
    await writeReport({ warehouse: month.warehouse, store: new FolderStore(month.folder), month: "2026-10", config });
    url = pathToFileURL(join(month.folder, "reports/month=2026-10/report.html")).href;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    month?.close();
  });

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)(
    "at %i pixels, %s: every section shows, nothing scrolls sideways, nothing is asked of the network",
    async (width, colorScheme) => {
      const { page, problems, close } = await openPage(browser, url, { width, colorScheme });
      for (const id of SECTIONS) expect(await page.locator(`#${id}`).isVisible(), id).toBe(true);
      expect(await overflow(page)).toBe(0);
      expect(problems).toEqual([]);
      if (process.env["STRATA_SCREENSHOTS"])
        await page.screenshot({
          path: join(process.env["STRATA_SCREENSHOTS"], `report-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      await close();
    },
  );

  test("the table behind a chart opens by keyboard", async () => {
    const { page, close } = await openPage(browser, url);
    const details = page.locator("#c-trend details");
    await details.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await details.locator("table").isVisible()).toBe(true);
    await close();
  });
});
