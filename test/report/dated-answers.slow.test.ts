import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FolderStore } from "../../src/local/folder-store.ts";
import { keptCalls } from "../../src/report/kept-calls.ts";
import { manifestSchema } from "../../src/report/manifest-schema.ts";
import { type WrittenReport, writeReport } from "../../src/report/write-report.ts";
import { CALLS, clearsStatements, configOf, file, fixture, type Written } from "./statement-fixture.ts";
import { entriesOf } from "./unzip.ts";

clearsStatements();

const config = configOf("report: {savings: true}");
/** Failed after the Monday on which single calls were asked about. */
const LATER = {
  ...{ at: "2026-10-20T10:00:00Z", team: "payments", status: "error", costs: ["0", "0", "0", "0"] as const },
  ...{ error_code: "ModelTimeoutException", error_class: "model", coerced: true },
};

/** As the deployed function writes it on the morning of a day. */
function morning(
  { warehouse }: Written,
  { folder }: Written,
  day: string,
  more: { final?: boolean } = {},
): Promise<WrittenReport> {
  const store = new FolderStore(folder);
  // On no day anything of the month is summed up anew but on this one.
  const answers = { madeFrom: async () => new Map([["2026-10", "places"]]) };
  const calls = keptCalls({ store, config, answers, now: Date.parse(`${day}T05:30:00Z`) });
  return writeReport({ warehouse, store, month: "2026-10", config, calls, ...more });
}
const atOnce = ({ warehouse, folder }: Written, more: { final?: boolean } = {}): Promise<WrittenReport> =>
  writeReport({ warehouse, store: new FolderStore(folder), month: "2026-10", config, ...more });

/** The errors of a page's table by kind, in its order. */
function byKind(page: string): string[] {
  const from = page.indexOf("<h3>By kind");
  const table = page.slice(from, page.indexOf("</table>", from));
  return [...table.matchAll(/>(\w+) <small>/g)].map(([, code = ""]) => code);
}
const workbook = ({ folder }: Written): string =>
  [...entriesOf(readFileSync(join(folder, "reports/month=2026-10/statement.xlsx"))).values()].join("\n");
const csvOf = ({ manifest }: WrittenReport) => manifest.files.filter(({ name }) => name.endsWith(".csv"));

test("sums are of today, what single calls say of the day that stands beside it, on page, workbook and manifest", async () => {
  const monday = await fixture({ calls: CALLS });
  const tuesday = await fixture({ calls: [...CALLS, LATER] });
  await morning(monday, monday, "2026-10-19");
  expect(byKind(file(monday, "report.html"))).toEqual(["ThrottlingException"]);
  const kept = await morning(tuesday, monday, "2026-10-20");
  const page = file(monday, "report.html");
  expect(page).toContain("2 of 6 calls failed");
  expect(page).toContain("<h3>By kind as of 19 Oct 2026</h3>");
  expect(byKind(page)).toEqual(["ThrottlingException"]);
  expect(page).toMatch(/From \d log objects as of 19 Oct 2026\./);
  expect(page).toContain("Read as the number as of 19 Oct 2026.");
  expect(page).toMatch(/these calls as of 19 Oct 2026|this month&#39;s calls as of 19 Oct 2026/);
  expect(kept.manifest.logs).toMatchObject({ invocations: 6, records: 5, records_as_of: "2026-10-19" });
  expect(manifestSchema.parse(kept.manifest)).toEqual(kept.manifest);
  expect(workbook(monday)).toContain("as of 19 Oct 2026");
  expect(workbook(monday)).toContain("As of");

  // Nothing in a CSV file comes from single calls.
  const whole = await atOnce(tuesday);
  expect(csvOf(kept)).toEqual(csvOf(whole));
  expect(whole.manifest.logs).toMatchObject({ records: 6 });
  expect(file(tuesday, "report.html")).not.toContain("as of");
  expect(workbook(tuesday)).not.toContain("As of");
});

test("the same tables and the same kept answers give the same bytes", async () => {
  const month = await fixture({ calls: CALLS });
  const store = new FolderStore(month.folder);
  const first = await morning(month, month, "2026-10-19");
  const bytes = async (): Promise<string[]> =>
    Promise.all(first.keys.map(async (key) => Buffer.from((await store.readAll(key))?.bytes ?? []).toString("base64")));
  const before = await bytes();
  await morning(month, month, "2026-10-22");
  expect(await bytes()).toEqual(before);
});

test("a month that closes is of one date, and its page is that of one machine", async () => {
  const monday = await fixture({ calls: CALLS });
  const later = await fixture({ calls: [...CALLS, LATER] });
  await morning(monday, monday, "2026-11-02");
  const closed = await morning(later, monday, "2026-11-03", { final: true });
  expect(closed).toMatchObject({ status: "final", manifest: { logs: { records: 6 } } });
  expect(closed.manifest.logs).not.toHaveProperty("records_as_of");
  const local = await atOnce(later, { final: true });
  expect(closed.manifest).toEqual(local.manifest);
  expect(file(monday, "report.html")).toBe(file(later, "report.html"));
  // What is closed stays so, however it is looked at later.
  expect(await morning(later, monday, "2026-11-04")).toMatchObject({ written: false, status: "final" });
});
