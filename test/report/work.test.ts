import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { formatUsd } from "../../src/money.ts";
import { matchCalls, traceCalls } from "../../src/pipeline/trace-calls.ts";
import { workTables } from "../../src/report/html/sections/work.ts";
import { loadWork } from "../../src/report/load-work.ts";
import { workFor } from "../../src/report/people.ts";
import { createAnswers } from "../../src/serve/answer.ts";
import { serve } from "../../src/serve/serve.ts";
import { needing, without } from "../needs.ts";
import { landed, RECORDINGS, telemetryObjects } from "../telemetry/recordings.ts";
import { openBrowser, openPage, overflow } from "./browser.ts";

const RANGE = { from: "2026-11-01", to: "2026-11-30" };
let warehouse: DuckDbWarehouse;

// A session that reads, edits, commits and opens a pull request: expected.json, content-switched-on.
beforeAll(async () => {
  const out = mkdtempSync(join(tmpdir(), "strata-work-"));
  await landed(`${RECORDINGS}claude-code/content-switched-on`, out, { bodies: true });
  warehouse = await DuckDbWarehouse.open(out);
  await matchCalls(warehouse);
  await traceCalls(warehouse);
});
afterAll(() => warehouse.close());

const sum = (lines: readonly { readonly estimated: bigint }[]): string =>
  formatUsd(lines.reduce((total, { estimated }) => total + estimated, 0n));

test("tools, commits, pull requests, teams and sessions each sum to the traced calls", async () => {
  const work = await loadWork(warehouse, RANGE);
  const [{ usd } = { usd: null }] = (
    await warehouse.adhoc("select cast(sum(estimated_cost) as decimal(38,12)) as usd from traced_calls")
  ).rows;
  const total = formatUsd(work?.estimated ?? 0n);
  expect(Number(usd)).toBe(Number(total));
  for (const lines of [work?.sessions, work?.commits, work?.pullRequests, work?.tools, work?.groups])
    expect(sum(lines ?? [])).toBe(total);
  expect(work?.pullRequests.map(({ number }) => number).sort()).toEqual([0, 1]);
  expect(work?.commits.find(({ number }) => number === 1)).toMatchObject({ branch: "master" });
});

test("a privacy mode without people shows no session and no single commit", async () => {
  const work = await loadWork(warehouse, RANGE);
  const names = JSON.stringify(workTables(workFor(work, { people: "names" }) ?? fail()));
  expect(names).toContain("alice@example.com");
  const pseudonyms = workTables(workFor(work, { people: "pseudonyms", pseudonym_key: "k" }) ?? fail()).markup;
  expect(pseudonyms).not.toContain("alice");
  expect(pseudonyms).toMatch(/person-[0-9a-f]{10}/);
  const none = workTables(workFor(work, { people: "none" }) ?? fail()).markup;
  expect(none).not.toMatch(/alice|bf6662f35c6a|person-/);
  expect(none).toContain("(all)");
});

test("strata serve narrows sessions by department, team.id, repository and entrypoint", async () => {
  const answer = createAnswers(warehouse, parseConfig("organisation: Example"));
  const ask = async (more = "") => answer(new URL(`http://127.0.0.1/work?from=${RANGE.from}&to=${RANGE.to}${more}`));
  const all = await ask();
  expect([all.status, all.body.includes("bf6662f35c6a")]).toEqual([200, true]);
  // Of one there is nothing to choose.
  expect(all.body).not.toContain('name="department"');
  const own = await ask("&department=engineering&team_id=platform&entrypoint=sdk-cli");
  expect(own.status).toBe(200);
  expect(own.body).toContain('name="department" value="engineering" checked>');
  expect(own.body).toContain("bf6662f35c6a");
  const other = await ask("&repository=nobody");
  expect([other.status, other.body.includes("no client names the repository")]).toEqual([400, true]);
});

/** Two sessions of two teams, whose clients were started in two ways. */
async function twoTeams(): Promise<DuckDbWarehouse> {
  const out = mkdtempSync(join(tmpdir(), "strata-work-"));
  await landed(`${RECORDINGS}claude-code/content-switched-on`, out, { bodies: true });
  // Another session, by another team that starts its client in another way.
  const search = mkdtempSync(join(tmpdir(), "strata-recording-"));
  cpSync(`${RECORDINGS}claude-code/plain`, search, { recursive: true });
  for (const { key } of telemetryObjects(search).filter((object) => object.key.endsWith(".jsonl"))) {
    const told = readFileSync(join(search, key), "utf8");
    writeFileSync(join(search, key), told.replaceAll('"platform"', '"search"').replaceAll('"sdk-cli"', '"cli"'));
  }
  await landed(search, out, { bodies: true, name: "search" });
  const both = await DuckDbWarehouse.open(out);
  await matchCalls(both);
  await traceCalls(both);
  return both;
}

test("several values of a filter are any of them, and a name narrows the page to it", async () => {
  const both = await twoTeams();
  const teams = async (...names: string[]): Promise<string[]> =>
    ((await loadWork(both, RANGE, names.length > 0 ? { team_id: names } : {}))?.groups ?? []).map(({ name }) => name).sort();
  expect(await teams()).toEqual(["(none)", "platform", "search"]);
  expect(await teams("search")).toEqual(["search"]);
  expect(await teams("platform", "search")).toEqual(["platform", "search"]);
  expect((await loadWork(both, RANGE, { team_id: ["search"], entrypoint: ["sdk-cli"] }))?.groups).toBeUndefined();
  const answer = createAnswers(both, parseConfig("organisation: Example"));
  const { status, body } = await answer(
    new URL(`http://127.0.0.1/work?from=${RANGE.from}&to=${RANGE.to}&team_id=platform&team_id=search&entrypoint=cli`),
  );
  expect(status).toBe(200);
  expect(body).toContain("platform + 1</summary>");
  expect(body).toContain('data-filter="team_id" data-value="search"');
  expect(body).not.toContain('data-value="platform"');
  both.close();
});

test.skipIf(without("Chromium"))(
  needing("in a browser a click on a team and a choice of two narrow the page", "Chromium"),
  async () => {
    const both = await twoTeams();
    const server = await serve(createAnswers(both, parseConfig("organisation: Example")), { port: 0 });
    const browser = await openBrowser();
    try {
      const { page, problems } = await openPage(browser, `${server.url}work?from=${RANGE.from}&to=${RANGE.to}`, { width: 390 });
      expect(await overflow(page)).toBe(0);
      const teams = page.locator("#work table").first().locator("tbody tr");
      expect(await teams.count()).toBe(3);
      await page.locator("[data-filter=team_id] button", { hasText: "search" }).click();
      await page.waitForURL("**/work?*team_id=search*");
      await page.locator("#filters:not([aria-busy])").waitFor();
      expect(await teams.allInnerTexts()).toEqual([expect.stringContaining("search")]);
      await page.locator("#pick-team_id summary").click();
      await page.locator("#pick-team_id input[value=platform]").check();
      await page.waitForURL("**/work?*team_id=platform&team_id=search*");
      await page.locator("#filters:not([aria-busy])").waitFor();
      expect(await teams.count()).toBe(2);
      expect(await page.locator("#pick-team_id summary").innerText()).toBe("platform + 1");
      expect(await overflow(page)).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
      both.close();
    }
  },
  120_000,
);

const fail = (): never => {
  throw new Error("no work");
};
