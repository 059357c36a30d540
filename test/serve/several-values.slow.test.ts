import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { createAnswers } from "../../src/serve/answer.ts";
import { type Serving, serve } from "../../src/serve/serve.ts";
import { needing, without } from "../needs.ts";
import { openBrowser, openPage, overflow } from "../report/browser.ts";
import { type Call, chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

const arn = (person: string): string => `arn:aws:sts::111122223333:assumed-role/Role/${person}`;
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc";

/** A line of the bill as far as tags need it. */
const lineOf = (line: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  payer: "999999999999",
  period: "2026-10",
  account_id: "111122223333",
  usage_start: "2026-10-01 00:00:00",
  usage_end: "2026-10-01 01:00:00",
  line_item_type: "Usage",
  currency_code: "USD",
  unblended_cost: "1.00",
  ...line,
});

let open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.reverse()) await one.close();
  open = [];
});

const MONTH = "from=2026-10-01&to=2026-10-31";

describe("several values of a filter", () => {
  let month: Fixture;
  let answers: ReturnType<typeof createAnswers>;
  beforeAll(async () => {
    const calls: Call[] = [
      { at: "2026-10-01T09:00:00Z", team: "platform", person: "ana@example.com", costs: ["1.00", "0", "0", "0"] },
      { at: "2026-10-01T21:00:00Z", team: "payments", person: "ben@example.com", costs: ["2.00", "0", "0", "0"] },
      {
        at: "2026-10-02T09:00:00Z",
        team: "search",
        person: "eva@example.com",
        region: "eu-west-1",
        costs: ["4.00", "0", "0", "0"],
      },
      { at: "2026-10-03T09:00:00Z", team: "search", person: "job", model_id: PROFILE, costs: ["8.00", "0", "0", "0"] },
    ];
    month = await monthFixture({
      calls,
      charges: [
        chargeOf({
          dt: "2026-10-01",
          status: "allocated",
          billed_cost: "1.10",
          team: "platform",
          principal_arn: arn("ana@example.com"),
        }),
        chargeOf({
          dt: "2026-10-01",
          status: "allocated",
          billed_cost: "2.20",
          team: "payments",
          principal_arn: arn("ben@example.com"),
        }),
        chargeOf({ dt: "2026-10-03", status: "not_token_based", billed_cost: "9.00", team: "search", resource_id: PROFILE }),
      ],
      tables: {
        cur_line_items: [
          lineOf({ iam_principal: arn("ana@example.com"), tags: { "iamPrincipal/project": "atlas" } }),
          lineOf({ iam_principal: arn("ben@example.com"), tags: { "iamPrincipal/project": "borealis" } }),
          lineOf({ resource_id: PROFILE, iam_principal: arn("eva@example.com"), resource_tags: { user_project: "atlas" } }),
        ],
        principal_keys: ["ana", "ben"].map((name) => ({
          principal_arn: arn(`${name}@example.com`),
          principal_key: name,
          role_key: "Role",
        })),
      },
    });
    answers = createAnswers(month.warehouse, parseConfig("report: {savings: false}"));
  });
  afterAll(() => month?.close());

  const column = async (query: string, index: number): Promise<string[]> => {
    const { status, body } = await answers(new URL(`http://127.0.0.1/by_team.csv?${MONTH}&${query}`));
    expect(status, body).toBe(200);
    return body
      .split("\r\n")
      .slice(1, -1)
      .map((line) => line.split(",")[index] ?? "")
      .sort();
  };

  test.each([
    ["team=platform&team=payments", ["payments", "platform"]],
    ["team=platform&team=payments&person=ben%40example.com", ["payments"]],
    ["region=us-east-1&region=eu-west-1", ["payments", "platform", "search"]],
    ["tag=iamPrincipal%2Fproject%3Datlas", ["platform"]],
    ["tag=iamPrincipal%2Fproject%3Datlas&tag=iamPrincipal%2Fproject%3Dborealis", ["payments", "platform"]],
    ["tag=user_project%3Datlas", ["search"]],
  ])("%s shows %j", async (query, teams) => {
    expect(await column(query, 0)).toEqual(teams);
  });

  test("a tag narrows bill and usage to whoever carries it, and to nobody on days when nobody does", async () => {
    const { body } = await answers(new URL(`http://127.0.0.1/by_team.csv?${MONTH}&tag=user_project%3Datlas`));
    expect(body).toMatch(/^search,.*,8\.00,9\.00,/m);
    const later = await answers(new URL("http://127.0.0.1/?from=2026-10-20&to=2026-10-21&tag=user_project%3Datlas"));
    expect(later.body).toContain("No call and no billed line fits the filters");
  });

  test("an address that nobody made by hand is refused", async () => {
    const many = Array.from({ length: 201 }, (_, index) => `team=t${index}`).join("&");
    expect(await answers(new URL(`http://127.0.0.1/?${MONTH}&${many}`))).toMatchObject({ status: 400 });
    expect((await answers(new URL(`http://127.0.0.1/?${MONTH}&tag=nope%3D1`))).body).toContain("no usage of the tag");
  });

  test("tags are offered only where names are shown", async () => {
    expect((await answers(new URL(`http://127.0.0.1/?${MONTH}`))).body).toContain("iamPrincipal/project=atlas");
    const hidden = createAnswers(month.warehouse, parseConfig("report: {savings: false, people: none}"));
    expect((await hidden(new URL(`http://127.0.0.1/?${MONTH}`))).body).not.toContain("iamPrincipal/project");
    const named = createAnswers(month.warehouse, parseConfig("report: {savings: false, people: none, by_tag: [user_project]}"));
    const { body } = await named(new URL(`http://127.0.0.1/?${MONTH}`));
    expect(body).toContain("by_tag_user_project.csv");
    expect(body).not.toContain("iamPrincipal/project");
  });

  test("up to three days are shown by hour, more by day", async () => {
    const hours = (await answers(new URL("http://127.0.0.1/?from=2026-10-01&to=2026-10-02"))).body;
    expect(hours).toContain("Spend per hour");
    expect(hours).toContain("2026-10-01 21:00");
    expect(hours).toContain("The largest hour was 2 Oct 09:00 with $4.00");
    const days = (await answers(new URL("http://127.0.0.1/?from=2026-10-01&to=2026-10-04"))).body;
    expect(days).toContain("Spend per day");
    expect(days).not.toContain("21:00");
  });

  test("the tables of the page are listed as files for the same choice", async () => {
    const { body } = await answers(new URL(`http://127.0.0.1/?${MONTH}&team=search`));
    expect(body).toContain(`<a href="by_token_type.csv?from=2026-10-01&amp;to=2026-10-31&amp;team=search">`);
    expect(body).not.toContain("statement.xlsx");
  });
});

/** Dollars from small to large, so that the order is known. */
const teamsOf = (count: number): Call[] =>
  Array.from({ length: count }, (_, index) => ({
    at: `2026-10-${String(1 + (index % 28)).padStart(2, "0")}T${String(index % 24).padStart(2, "0")}:00:00Z`,
    team: `team-${String(index).padStart(3, "0")}`,
    cost_center: `CC-${index}`,
    person: `person-${index}@example.com`,
    model_tier: index % 3 === 0 ? "premium" : "standard",
    costs: [`${index + 1}.00`, "0", "0", "0"] as const,
    ...(index % 40 === 0 ? { status: "error", error_code: "ThrottlingException", error_class: "throttling" } : {}),
  }));

describe.skipIf(without("Chromium"))(needing("a page with many and with few", "Chromium"), () => {
  const serving = async (count: number): Promise<Serving> => {
    const calls = teamsOf(count);
    const month = await monthFixture({
      calls,
      charges: [
        ...calls.map((call) =>
          chargeOf({
            dt: call.at.slice(0, 10),
            status: "allocated",
            billed_cost: call.costs?.[0] ?? "0",
            team: String(call.team),
          }),
        ),
        chargeOf({ dt: "2026-10-02", status: "adjustment", reason: "credit", billed_cost: "-0.40" }),
        chargeOf({ dt: "2026-10-02", status: "residual", reason: "price", billed_cost: "0.07" }),
      ],
    });
    open.push(month);
    const server = await serve(createAnswers(month.warehouse, parseConfig("report: {savings: false}")));
    open.push(server);
    return server;
  };

  test.each([
    [500, 1280, "light"],
    [500, 390, "dark"],
    [1, 1280, "dark"],
    [1, 390, "light"],
  ] as const)(
    "with %i teams at %i pixels, %s",
    async (count, width, colorScheme) => {
      const { url } = await serving(count);
      const browser = await openBrowser();
      open.push(browser);
      const { page, problems } = await openPage(browser, url, { width, colorScheme });
      await page.locator("[data-pending]").first().waitFor({ state: "detached" });
      expect(await overflow(page)).toBe(0);
      const rows = await page.locator("#teams table").first().locator("tbody tr").count();
      expect(rows).toBe(count === 1 ? 2 : 13);
      if (count > 1) {
        // The bill is 125,250 - 0.40 + 0.07; the twelve dearest teams have 489 + … + 500 = 5,934 of it, and a line has the rest.
        const others = page.locator("#teams table").first().locator("tr.others");
        expect(await others.innerText()).toMatch(/^489 others.*\$119,315\.67/s);
        await page.locator("#pick-team summary").click();
        await page.locator("#pick-team input[list]").fill("team-007");
        await page.keyboard.press("Enter");
        await page.waitForURL("**/?*team=team-007*");
        await page.locator("#filters:not([aria-busy])").waitFor();
        await page.locator("#pick-team input[list]").fill("team-499");
        await page.keyboard.press("Enter");
        await page.waitForURL(/team=team-499&team=team-007/);
        await page.locator("#filters:not([aria-busy])").waitFor();
        expect(await page.locator("#pick-team summary").innerText()).toBe("team-499 + 1");
        expect(await page.locator("#teams table").first().locator("tbody th").allInnerTexts()).toEqual([
          expect.stringContaining("team-499"),
          expect.stringContaining("team-007"),
        ]);
        if (process.env["STRATA_SCREENSHOTS"])
          await page.screenshot({ path: `${process.env["STRATA_SCREENSHOTS"]}/many-chosen-${width}.png` });
        await page.goto(url);
      }
      expect(await overflow(page)).toBe(0);
      expect(problems).toEqual([]);
      const shots = process.env["STRATA_SCREENSHOTS"];
      if (shots)
        for (const part of ["header.top", "#trend", "#teams", "#bill", "#files"])
          await page
            .locator(part)
            .screenshot({ path: `${shots}/${part.replace(/\W/g, "")}-${count}-${width}-${colorScheme}.png` });
    },
    300_000,
  );

  test("tables and charts can be taken along, the figures plain and the colours fixed", async () => {
    const { url } = await serving(30);
    const browser = await openBrowser();
    open.push(browser);
    const { page, problems } = await openPage(browser, `${url}?from=2026-10-01&to=2026-10-28&team=team-029&team=team-028`);
    const taken = async (what: ReturnType<typeof page.locator>): Promise<readonly [string, string]> => {
      const [download] = await Promise.all([page.waitForEvent("download"), what.click()]);
      return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
    };
    const teams = page.locator("#teams .get a").first();
    const [byTeam, all] = await taken(teams);
    expect(byTeam).toBe("by_team.csv");
    expect(all.split("\r\n").slice(1, -1)).toHaveLength(2);
    const [steps, waterfall] = await taken(page.locator("#bill figure .get button", { hasText: "CSV" }));
    expect(steps).toBe("from_estimated_to_billed.csv");
    expect(waterfall).toMatch(/^\ufeffStep,Dollars\r\nEstimated,59\.00\r\n/);
    const [svg, drawing] = await taken(page.locator("#trend figure .get button", { hasText: "SVG" }));
    expect(svg).toBe("estimated_dollars_per_day_and_model_tier.svg");
    expect(drawing).toMatch(/^<svg[^>]* width="1040" height="300"/);
    expect(drawing).not.toContain("var(");
    expect(drawing).toContain("#1b8577");
    expect(drawing).toContain("the mean of 2 days with calls is $29.50.");
    // Every table and chart of the page has its line.
    expect(await page.locator("#main .scroll").count()).toBe(await page.locator("#main .get").count());
    // A second name joins the first with Control held down.
    await page
      .locator("#models tbody th button")
      .first()
      .click({ modifiers: ["Control"] });
    await page.waitForURL(/team=team-028.*model=claude-sonnet-4-6/);
    expect(problems).toEqual([]);
  });
});
