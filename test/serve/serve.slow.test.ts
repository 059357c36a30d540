import { request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { periodOf } from "../../src/report/period.ts";
import { createAnswers } from "../../src/serve/answer.ts";
import { presets } from "../../src/serve/presets.ts";
import { type Serving, serve } from "../../src/serve/serve.ts";
import { needing, without } from "../needs.ts";
import { openBrowser, openPage, overflow } from "../report/browser.ts";
import { chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

const CALLS = [
  { at: "2026-10-01T09:00:00Z", team: "platform", costs: ["1.00", "0", "0", "0"] },
  { at: "2026-10-02T09:00:00Z", team: "payments", person: "ben@example.com", costs: ["2.00", "0", "0", "0"] },
  { at: "2026-10-02T10:00:00Z", team: "<b>&co", person: null, model: "claude-opus-4-6", costs: ["4.00", "0", "0", "0"] },
  {
    at: "2026-10-02T11:00:00Z",
    status: "error",
    error_code: "ThrottlingException",
    error_class: "throttling",
    costs: ["0", "0", "0", "0"],
  },
] as const;

let open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.reverse()) await one.close();
  open = [];
});

async function serving(yaml = "report: {savings: false}"): Promise<Serving> {
  const month: Fixture = await monthFixture({ calls: CALLS });
  open.push(month);
  const server = await serve(createAnswers(month.warehouse, parseConfig(yaml)));
  open.push(server);
  return server;
}

const ask = (url: string, options: { method?: string; headers?: Record<string, string> } = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        body += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });

describe("strata serve", () => {
  test("shows the last month, and only the calls that the address asks for", async () => {
    const { url } = await serving();
    const all = await ask(url);
    expect(all).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    expect(all.body).toContain("October 2026");
    expect(all.body).toContain("$7.00");
    const one = await ask(`${url}?team=payments`);
    expect(one.body).toContain("$2.00");
    expect(one.body).not.toContain("$7.00");
    expect(one.body).toContain('href="chargeback.csv?from=2026-10-01&amp;to=2026-10-31&amp;team=payments"');
    const days = await ask(`${url}?from=2026-10-02&to=2026-10-02&person=${encodeURIComponent("(no person)")}`);
    expect(days.body).toContain("$4.00");
  });

  test("gives the tables of the page as CSV for the same filters", async () => {
    const { url } = await serving();
    const { headers, body } = await ask(`${url}by_team.csv?team=payments`);
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(body.split("\r\n").slice(1, -1)).toEqual([expect.stringMatching(/^payments,/)]);
    expect((await ask(`${url}nothing.csv`)).status).toBe(404);
    expect((await ask(`${url}../../etc/passwd`)).status).toBe(404);
  });

  test.each([
    ["?team=nobody", 400, "there is no usage of the team &quot;nobody&quot;"],
    ["?from=2026-13-01", 400, "&quot;2026-13-01&quot; is not a day"],
    ["?from=2026-10-05&to=2026-10-01", 400, "ends before it begins"],
    ["?from=2020-01-01", 400, "Choose at most 366 days"],
    [`?person=${encodeURIComponent('<script>alert("x")</script>')}`, 400, "&lt;script&gt;"],
  ])("%s is refused with a page that says why", async (query, status, text) => {
    const { url } = await serving();
    const answer = await ask(`${url}${query}`);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
    expect(answer.body).not.toContain("<script>alert");
  });

  test("answers reading requests of this machine only, under a strict policy", async () => {
    const { url } = await serving();
    expect((await ask(url, { headers: { host: "evil.example" } })).status).toBe(403);
    expect(await ask(url, { method: "POST" })).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    const { headers, body } = await ask(url, { method: "HEAD" });
    expect(body).toBe("");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; .*script-src 'self'/);
    await expect(serve(async () => ({ status: 200, type: "", body: "" }), { host: "0.0.0.0" })).rejects.toThrow(
      'serve: "0.0.0.0" is not a loopback address',
    );
    const port = Number(new URL(url).port);
    await expect(serve(async () => ({ status: 200, type: "", body: "" }), { port })).rejects.toThrow("EADDRINUSE");
  });

  test("answers from hourly sums at once, and with what is read from single calls when asked for the complete page", async () => {
    const { url } = await serving("{}");
    const quick = (await ask(url)).body;
    expect(quick.match(/data-pending/g)).toHaveLength(2);
    expect(quick).toContain('<noscript><p class="note">Savings and errors by kind take longer: <a href="/?from=2026-10-01');
    const complete = (await ask(`${url}?complete=yes`)).body;
    expect(complete).not.toMatch(/data-pending|<noscript>/);
    expect(complete).toContain("ThrottlingException");
    expect(complete).toContain('<section id="savings"');
    const narrowed = (await ask(`${url}?team=platform`)).body;
    expect(narrowed.match(/data-pending/g)).toHaveLength(1);
    expect(narrowed).not.toContain('id="savings"');
  });

  test("keeps the privacy mode: people by alias, filters too", async () => {
    const { url } = await serving("report: {savings: false, people: pseudonyms, pseudonym_key: secret-of-ours}");
    const { body } = await ask(url);
    expect(body).not.toContain("ben@example.com");
    const alias = /name="person" value="(person-[0-9a-f]{10})"/.exec(body)?.[1] ?? "";
    expect((await ask(`${url}?person=${alias}`)).status).toBe(200);
    expect((await ask(`${url}?person=ben@example.com`)).status).toBe(400);
    const none = await serving("report: {savings: false, people: none}");
    expect((await ask(none.url)).body).not.toMatch(/name="person"|@example/);
  });
});

describe.skipIf(without("Chromium"))(needing("strata serve in a browser", "Chromium"), () => {
  test("a filter changes page and address by keyboard, back brings the page before", async () => {
    const { url } = await serving();
    const browser = await openBrowser();
    open.push(browser);
    const { page, problems } = await openPage(browser, url, { width: 390 });
    expect(await overflow(page)).toBe(0);
    await page.locator("#pick-team summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#pick-team input[value=payments]").focus();
    await page.keyboard.press("Space");
    await page.waitForURL("**/?*team=payments*");
    await page.waitForFunction("!document.getElementById('filters').hasAttribute('aria-busy')");
    expect(await page.locator("#main").textContent()).not.toContain("platform");
    expect(await page.locator("#state").textContent()).toContain("Narrowed");
    expect(await overflow(page)).toBe(0);
    await page.goBack();
    await page.locator("#teams th", { hasText: "platform" }).first().waitFor();
    await page.locator("#pick-team").evaluate((list) => list.setAttribute("open", ""));
    await page.locator("#pick-team label", { hasText: "<b>&co" }).click();
    await page.waitForURL("**team=*%26co*");
    await page.reload();
    expect(await page.locator("#pick-team summary").innerText()).toBe("<b>&co");
    expect(problems).toEqual([]);
    if (process.env["STRATA_SCREENSHOTS"]) await page.screenshot({ path: `${process.env["STRATA_SCREENSHOTS"]}/serve-390.png` });
  });

  test("a click on a name narrows the page to it, presets choose days, headings sort", async () => {
    const { url } = await serving();
    const browser = await openBrowser();
    open.push(browser);
    for (const [width, colorScheme] of [
      [1280, "light"],
      [390, "dark"],
    ] as const) {
      const { page, problems } = await openPage(browser, url, { width, colorScheme });
      const settled = () => page.waitForFunction("!document.getElementById('filters').hasAttribute('aria-busy')");
      const teams = page.locator("#teams table").first();
      const names = () => teams.locator("tbody th").allInnerTexts();
      expect(await names()).toEqual(["<b>&co", "payments", "platform"]);
      await teams.locator("thead th button", { hasText: "Team" }).click();
      expect(await names()).toEqual(["<b>&co", "payments", "platform"]);
      await teams.locator("thead th button", { hasText: "Team" }).click();
      expect(await names()).toEqual(["platform", "payments", "<b>&co"]);
      await teams.locator("thead th button", { hasText: "Estimated" }).first().click();
      expect(await names()).toEqual(["<b>&co", "payments", "platform"]);
      await teams.locator("tbody th button", { hasText: "payments" }).click();
      await page.waitForURL("**/?*team=payments*");
      await settled();
      expect(await page.locator("#teams table").first().locator("tbody th").allInnerTexts()).toEqual(["payments"]);
      expect(await page.locator("#pick-team summary").innerText()).toBe("payments");
      await page.locator(".presets a", { hasText: "last day" }).click();
      await page.waitForURL("**from=2026-10-02&to=2026-10-02&team=payments*");
      await settled();
      expect(await page.locator(".presets a[aria-current]").innerText()).toBe("last day");
      expect(await page.locator(".lede").innerText()).not.toContain("the month before");
      expect(await overflow(page)).toBe(0);
      expect(problems).toEqual([]);
      if (process.env["STRATA_SCREENSHOTS"])
        await page.screenshot({ path: `${process.env["STRATA_SCREENSHOTS"]}/serve-clicked-${width}.png`, fullPage: true });
    }
  });

  test("what takes longer appears by itself", async () => {
    const { url } = await serving("{}");
    const browser = await openBrowser();
    open.push(browser);
    const { page, problems } = await openPage(browser, url);
    await page.locator("#errors td, #errors th", { hasText: "ThrottlingException" }).first().waitFor();
    await page.waitForFunction("!document.querySelector('[data-pending]')");
    expect(await page.locator("#savings").isVisible()).toBe(true);
    expect(problems).toEqual([]);
  });

  test("a filter that finds nothing says so beside the filters and leaves the page", async () => {
    const { url } = await serving();
    const browser = await openBrowser();
    open.push(browser);
    const { page } = await openPage(browser, url);
    await page.evaluate("document.querySelector('#pick-person input').value = 'nobody@example.com'");
    await page.locator("#pick-person summary").click();
    await page.locator("#pick-person label").first().click();
    await page.locator("#state", { hasText: 'there is no usage of the person "nobody@example.com"' }).waitFor();
    expect(await page.locator("#trend").isVisible()).toBe(true);
    if (process.env["STRATA_SCREENSHOTS"]) await page.screenshot({ path: `${process.env["STRATA_SCREENSHOTS"]}/serve-1280.png` });
  });
});

describe("further filters", () => {
  test("narrow by region, tier, cost center, environment and feature; together they may find nothing, which is said", async () => {
    const month = await monthFixture({
      calls: [
        {
          at: "2026-10-01T09:00:00Z",
          region: "eu-west-1",
          cost_center: "CC-1",
          environment: "prod",
          feature: "chat",
          service_tier: "flex",
        },
        {
          at: "2026-10-02T09:00:00Z",
          region: "us-east-1",
          team: "payments",
          cost_center: "CC-2",
          environment: "dev",
          feature: "search",
        },
      ],
      charges: [chargeOf({ dt: "2026-10-01", status: "allocated", billed_cost: "9.00", team: "platform", region: "eu-west-1" })],
    });
    open.push(month);
    const answers = createAnswers(month.warehouse, parseConfig("report: {savings: false}"));
    const teams = async (query: string): Promise<string[]> => {
      const { status, body } = await answers(new URL(`http://127.0.0.1/by_team.csv?from=2026-10-01&to=2026-10-31&${query}`));
      expect(status, body).toBe(200);
      return body
        .split("\r\n")
        .slice(1, -1)
        .map((line) => line.split(",")[0] ?? "");
    };
    for (const query of ["region=eu-west-1", "service_tier=flex", "cost_center=CC-1", "environment=prod", "feature=chat"])
      expect(await teams(query), query).toEqual(["platform"]);
    for (const query of ["region=us-east-1", "cost_center=CC-2&feature=search"])
      expect(await teams(query), query).toEqual(["payments"]);
    const nothing = await answers(new URL("http://127.0.0.1/?region=us-east-1&team=platform"));
    expect(nothing.body).toContain("No call and no billed line fits the filters");
    expect((await answers(new URL("http://127.0.0.1/?feature=nope"))).status).toBe(400);
  });

  test("presets are the months beside and the last days of the data, and keep within it", () => {
    const data = { firstDay: "2026-09-20", lastDay: "2026-11-05" };
    expect(presets(periodOf("2026-10"), data)).toEqual([
      { name: "September 2026", from: "2026-09-01", to: "2026-09-30" },
      { name: "October 2026", from: "2026-10-01", to: "2026-10-31" },
      { name: "November 2026", from: "2026-11-01", to: "2026-11-30" },
      { name: "last day", from: "2026-11-05", to: "2026-11-05" },
      { name: "last 7 days", from: "2026-10-30", to: "2026-11-05" },
      { name: "last 30 days", from: "2026-10-07", to: "2026-11-05" },
      { name: "last 90 days", from: "2026-08-08", to: "2026-11-05" },
    ]);
    expect(presets(periodOf("2026-10"), { firstDay: undefined, lastDay: undefined })).toEqual([]);
  });
});

describe("what others ask", () => {
  test.each(["cross-site", "same-site"])("is refused when it comes from a page that is %s", async (site) => {
    const { url } = await serving();
    expect((await ask(url, { headers: { "sec-fetch-site": site } })).status).toBe(403);
    for (const own of ["same-origin", "none"]) expect((await ask(url, { headers: { "sec-fetch-site": own } })).status).toBe(200);
  });

  test.each(["from=0100-01-01&to=9999-12-31", "from=2024-01-01&to=2026-10-31"])(
    "%s is refused before its days are listed",
    async (query) => {
      const { url } = await serving();
      await ask(url);
      const started = performance.now();
      expect((await ask(`${url}?${query}`)).status).toBe(400);
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );

  test("waits so long, and so many wait, and no more", async () => {
    const release: (() => void)[] = [];
    const slow = () =>
      new Promise<{ status: number; type: string; body: string }>((resolve) =>
        release.push(() => resolve({ status: 200, type: "text/plain", body: "x" })),
      );
    const server = await serve(slow, { patience: 200 });
    open.push(server);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server.url)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 503));
    expect(answers.filter(({ body }) => body.startsWith("Too many"))).toHaveLength(4);
    for (const done of release) done();
    expect(
      (await Promise.all([ask(server.url), Promise.resolve().then(() => setTimeout(() => release.at(-1)?.(), 50))]))[0].status,
    ).toBe(200);
  });
});

test("aliases without a secret are refused with their key", () => {
  expect(() => parseConfig("report: {people: pseudonyms}")).toThrow("report.pseudonym_key");
});
