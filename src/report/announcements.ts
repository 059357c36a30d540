import { z } from "zod";
import { InputError } from "../errors.ts";
import type { AlertSink, ObjectStore } from "../ports.ts";
import { noticeMessage } from "./notice-message.ts";
import { type ReportNotice, reportNoticeSchema } from "./report-notice.ts";

const KEY = "reports/announcements.json";
const ledger = z.strictObject({
  schema_version: z.literal(1),
  announcements: z.array(z.strictObject({ sent: z.boolean(), notice: reportNoticeSchema })),
});
type Ledger = z.infer<typeof ledger>;

/** Writes a notice down before its version is published, so that it is told even when this run dies. One writer at a time. */
export async function keepNotice(store: ObjectStore, notice: ReportNotice): Promise<void> {
  const known = await read(store);
  // The same version again: a run died between here and its manifest.
  const others = known.announcements.filter((one) => one.notice.folder !== notice.folder);
  await write(store, { ...known, announcements: [...others, { sent: false, notice }] });
}

/**
 * Publishes what was kept and not sent, each once: at least once when a run dies between message and ledger. Links are made here, because
 * they expire.
 * @param linkHours without it, or where the store cannot give links, the message has none
 * @returns how many messages were sent; throws when one was not taken, and the next run tries again
 */
export async function sendNotices(store: ObjectStore, sink: AlertSink, linkHours?: number): Promise<number> {
  let known = await read(store);
  let sent = 0;
  for (const one of known.announcements) {
    if (one.sent) continue;
    const page = `${one.notice.folder}/report.html`;
    const link = linkHours === undefined ? undefined : await store.presign?.(page, linkHours * 3600);
    await sink.publish(noticeMessage(one.notice, link));
    known = { ...known, announcements: known.announcements.map((each) => (each === one ? { ...each, sent: true } : each)) };
    await write(store, known);
    sent += 1;
  }
  return sent;
}

async function read(store: ObjectStore): Promise<Ledger> {
  const object = await store.readAll(KEY);
  if (!object) return { schema_version: 1, announcements: [] };
  try {
    return ledger.parse(JSON.parse(Buffer.from(object.bytes).toString("utf8")));
  } catch (cause) {
    throw new InputError(KEY, `report: ${KEY} cannot be read, so it cannot be told which statements were announced`, {
      hint: "Remove the file: statements that close from then on are announced again.",
      cause,
    });
  }
}

const write = (store: ObjectStore, content: Ledger) => store.write(KEY, `${JSON.stringify(content, null, 2)}\n`);
