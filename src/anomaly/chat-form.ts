import type { AlertRule } from "../config/alert-rule.ts";
import { shares } from "./alert.ts";
import type { AlertMessage } from "./message-schema.ts";

/** The custom notification of Amazon Q Developer in chat applications (formerly AWS Chatbot), schema version 1.0. */
export interface ChatForm {
  readonly version: "1.0";
  readonly source: "custom";
  readonly id: string;
  readonly content: {
    readonly textType: "client-markdown";
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: { readonly threadId: string; readonly summary: string; readonly eventType: string };
}

/** Names come from data: what chat would read as markup or as a mention is taken apart. */
const plain = (text: string): string => text.replace(/[*_~`<>|[\]]/g, (mark) => `${mark}\u200b`).replaceAll("@", "@\u200b");

const ICONS: Readonly<Record<AlertRule["severity"], string>> = {
  critical: ":rotating_light:",
  warning: ":warning:",
  budget: ":moneybag:",
  info: ":information_source:",
  data: ":mag:",
};

/**
 * Messages about one outage share a thread.
 * @param words what kind of message it is, before the title
 */
export function chatForm(
  message: AlertMessage,
  rule: AlertRule,
  { words, cost }: { readonly words: string; readonly cost: string },
): ChatForm {
  const icon = message.state === "resolved" ? ":white_check_mark:" : ICONS[rule.severity];
  const lines = [
    plain(message.summary),
    message.people.length > 0 && message.scope !== "person" ? `*Who:* ${plain(shares(message.people))}` : "",
    message.models.length > 0 && message.scope !== "model" ? `*Model:* ${plain(shares(message.models))}` : "",
    message.teams.length > 1 ? `*Team:* ${plain(shares(message.teams))}` : "",
    `*Cost:* ${plain(cost)}`,
    message.facts["retries"] === undefined
      ? ""
      : `*Retries:* about ${message.facts["retries"]}, ${message.facts["retries_succeeded"] ?? 0} answered`,
    message.is_not.length > 0
      ? `*It is not:* ${plain(message.is_not.map((clause) => clause.replace(/^not /, "")).join("; "))}`
      : "",
    message.advice === null ? "" : `*Do:* ${plain(message.advice)}`,
    message.explains.length > 0 ? `*Includes:* ${plain(message.explains.join("; "))}` : "",
  ];
  return {
    version: "1.0",
    source: "custom",
    id: message.alert_id,
    content: {
      textType: "client-markdown",
      title: `${icon} ${words}${plain(message.title)} (${plain(message.scope_name ?? message.organisation)})`,
      description: lines.filter((line) => line !== "").join("\n"),
      nextSteps: [
        // No command holds a backtick (shell-word.ts), and nothing in it may be changed here: quotes would end elsewhere.
        `Run \`${message.next_query}\``,
        // Checked as an address that holds no markup (config).
        ...(message.runbook === null ? [] : [`Runbook: ${message.runbook}`]),
        ...(message.dashboard === null ? [] : [`Dashboard: ${message.dashboard}`]),
        ...(message.mute_command === null ? [] : [`Mute it with \`${message.mute_command}\``]),
      ],
      keywords: [...new Set([message.severity, message.rule])],
    },
    metadata: { threadId: message.thread_id, summary: plain(message.summary), eventType: `${message.rule}.${message.kind}` },
  };
}
