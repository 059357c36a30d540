import { expect, test } from "vitest";
import { unusualSilence } from "../../src/report/missing-days.ts";
import { daysBetween } from "../../src/time.ts";
import { chargeOf } from "./month-fixture.ts";
import { clearsStatements, file, fixture, report } from "./statement-fixture.ts";

clearsStatements();

const october = { from: "2026-10-01", to: "2026-10-31" };
const days = daysBetween(october.from, october.to);
const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());

test.each([
  ["every second day", days.filter((_, index) => index % 2 === 0), undefined, 15],
  ["one stretch within", days.filter((day) => day < "2026-10-09" || day > "2026-10-23"), undefined, 15],
  ["the end, when the bill goes on", days.filter((day) => day <= "2026-10-16"), "2026-10-31", 15],
  ["the end, of which nothing is known", days.filter((day) => day <= "2026-10-16"), undefined, 0],
  ["weekends of those who do not work then", days.filter((day) => !isWeekend(day)), "2026-10-31", 0],
  ["one weekend of those who do", days.filter((day) => day !== "2026-10-10" && day !== "2026-10-11"), undefined, 2],
  ["all but a weekly job", days.filter((day) => new Date(day).getUTCDay() === 1), "2026-10-31", 0],
  ["nothing at all", [], "2026-10-31", 0],
])("days without logs: %s", (_, logged, billed, missing) => {
  expect(unusualSilence(logged, october, billed)).toHaveLength(missing);
});

test("a month with days missing says so beside its status, in the headline, the chart, the table and the manifest", async () => {
  const logged = days.filter((day) => day < "2026-10-09" || day > "2026-10-23");
  const month = await fixture({
    calls: logged.map((day) => ({ at: `${day}T09:00:00Z` })),
    charges: [chargeOf({ dt: "2026-10-31", status: "allocated", billed_cost: "9" })],
  });
  const { manifest } = await report(month);
  expect(manifest.logs.missing_days).toEqual(daysBetween("2026-10-09", "2026-10-23"));
  const page = file(month, "report.html");
  expect(page).toContain('<span class="pill bad">15 of 31 days without logs</span>');
  expect(page).toContain("Logs are missing for 9 Oct to 23 Oct");
  expect(page).not.toContain("Logs arrived without a gap");
  expect(page.match(/no logs<\/text>/g)).not.toBeNull();
  expect(page.match(/>no logs<\/td>/g)).toHaveLength(15);
});
