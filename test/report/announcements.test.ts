import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { defaultConfig } from "../../src/config/load.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import type { AlertSink, ObjectStore } from "../../src/ports.ts";
import { keepNotice, sendNotices } from "../../src/report/announcements.ts";
import type { ReportNotice } from "../../src/report/report-notice.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { type Fixture, monthFixture } from "./month-fixture.ts";

type Message = Parameters<AlertSink["publish"]>[0];

const NOTICE: ReportNotice = {
  schema_version: 1,
  kind: "statement",
  severity: "info",
  rule: "month-final",
  organisation: "Example",
  month: "2026-10",
  status: "final",
  summary: "The statement of 2026-10 is final.",
  details: ["5.00 USD billed = 5.00 allocated."],
  folder: "reports/month=2026-10",
  estimated_usd: "5.00",
  billed_usd: "5.00",
};

let open: (() => void)[] = [];
afterEach(() => {
  for (const close of open) close();
  open = [];
});
function emptyStore(): ObjectStore {
  const folder = mkdtempSync(join(tmpdir(), "strata-announce-"));
  open.push(() => rmSync(folder, { recursive: true }));
  return new FolderStore(folder);
}
/** A sink that takes messages, or throws for as many as it is told to. */
function sinkOf(failures = 0): AlertSink & { messages: Message[] } {
  const messages: Message[] = [];
  let left = failures;
  return {
    messages,
    publish: async (message) => {
      if (left > 0) {
        left -= 1;
        throw new Error("topic is gone");
      }
      messages.push(message);
    },
  };
}
const formsOf = (message: Message | undefined): Record<string, string> => JSON.parse(message?.body ?? "{}");

test("a statement that closes is told once, and a restatement once more", async () => {
  const [store, sink] = [emptyStore(), sinkOf()];
  await keepNotice(store, NOTICE);
  expect(await sendNotices(store, sink)).toBe(1);
  expect(await sendNotices(store, sink)).toBe(0);
  await keepNotice(store, {
    ...NOTICE,
    rule: "month-restated",
    status: "restated 1",
    folder: "reports/month=2026-10/restated-1",
  });
  expect(await sendNotices(store, sink)).toBe(1);
  expect(sink.messages.map(({ subject, attributes }) => [subject, attributes["rule"]])).toEqual([
    ["[info] Bedrock statement 2026-10: final", "month-final"],
    ["[info] Bedrock statement 2026-10: restated 1", "month-restated"],
  ]);
});

test("a message that was not taken is told by the next run", async () => {
  const [store, sink] = [emptyStore(), sinkOf(1)];
  await keepNotice(store, NOTICE);
  await expect(sendNotices(store, sink)).rejects.toThrow("topic is gone");
  expect(await sendNotices(store, sink)).toBe(1);
  expect(await sendNotices(store, sink)).toBe(0);
  expect(sink.messages).toHaveLength(1);
});

test("mail and chat get the link where the store can give one, machines get the data without it", async () => {
  const presign = async (key: string, seconds: number): Promise<string> => `https://example.com/${key}?for=${seconds}`;
  const [store, sink] = [Object.assign(emptyStore(), { presign }), sinkOf()];
  await keepNotice(store, { ...NOTICE, details: ["reason *bold* @here"] });
  await sendNotices(store, sink, 24);
  const forms = formsOf(sink.messages[0]);
  const link = "https://example.com/reports/month=2026-10/report.html?for=86400";
  expect(forms["default"]).toContain(link);
  expect(forms["https"]).toContain(`<${link}|Open the page>`);
  expect(forms["https"]).not.toMatch(/\*bold\*|@here/);
  expect(JSON.parse(forms["sqs"] ?? "")).toMatchObject({ kind: "statement", month: "2026-10", billed_usd: "5.00" });
  expect(forms["sqs"]).not.toContain("https://");
  const plain = sinkOf();
  await keepNotice(store, { ...NOTICE, folder: "reports/month=2026-09" });
  await sendNotices(store, plain);
  expect(formsOf(plain.messages[0])["default"]).not.toContain("https://");
});

test("writing a month keeps its notice before the version is published, and none for an open month", async () => {
  const month: Fixture = await monthFixture({ calls: [{ at: "2026-10-01T09:00:00Z" }] });
  open.push(() => month.close());
  const store = new FolderStore(month.folder);
  const kept: string[] = [];
  const write = (final: boolean) =>
    writeReport({
      warehouse: month.warehouse,
      store,
      month: "2026-10",
      config: { ...defaultConfig(), report: { ...defaultConfig().report, savings: false } },
      final,
      onNotice: async (notice) => {
        const manifest = await store.readAll("reports/month=2026-10/manifest.json");
        kept.push(`${notice.status}, before it ${JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()).status}`);
      },
    });
  await write(false);
  expect(kept).toEqual([]);
  await write(true);
  await write(true);
  expect(kept).toEqual(["final, before it provisional"]);
});

test("a ledger that cannot be read is refused instead of announcing everything again", async () => {
  const store = emptyStore();
  await store.write("reports/announcements.json", "{");
  await expect(sendNotices(store, sinkOf())).rejects.toThrow("report: reports/announcements.json cannot be read");
});
