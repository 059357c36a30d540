import { printable } from "../errors.ts";
import type { AlertSink } from "../ports.ts";
import type { ReportNotice } from "./report-notice.ts";

/**
 * The notice in every form at once, as alert messages are sent: keys are SNS protocols (MessageStructure json). A link lets whoever has it read the
 * page, so it goes to people (mail, chat) and not to machines.
 */
export function noticeMessage(notice: ReportNotice, link: string | undefined): Parameters<AlertSink["publish"]>[0] {
  const { severity, rule, month, status } = notice;
  const subject = `[info] Bedrock statement ${month}: ${status}`;
  const lines = [notice.summary, ...notice.details].map(printable);
  const text = [...lines, ...(link ? [`Open the page (the link expires): ${link}`] : [])].join("\n");
  const data = JSON.stringify(notice);
  const chat = {
    version: "1.0",
    source: "custom",
    id: `${notice.folder} ${status}`,
    content: {
      textType: "client-markdown",
      title: `:information_source: ${subject.slice("[info] ".length)}`,
      description: lines.map(plain).join("\n"),
      nextSteps: link ? [`<${link}|Open the page> (the link expires)`] : [`Open ${notice.folder}/report.html`],
      keywords: [severity, rule],
    },
    metadata: { threadId: `statement ${month}`, summary: plain(notice.summary), eventType: rule },
  };
  const body = JSON.stringify({
    default: text,
    sms: subject,
    email: text,
    "email-json": data,
    sqs: data,
    lambda: data,
    http: data,
    https: JSON.stringify(chat),
  });
  return { severity, subject, body, attributes: { severity, rule, kind: notice.kind, month, status } };
}

/** Reasons on a bill come from data: what chat would read as markup or as a mention is taken apart. */
const plain = (text: string): string => text.replace(/[*_~`<>|[\]]/g, (mark) => `${mark}\u200b`).replaceAll("@", "@\u200b");
