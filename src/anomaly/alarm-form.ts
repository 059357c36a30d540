import type { AlertMessage } from "./message-schema.ts";

/**
 * The JSON that CloudWatch publishes when an alarm changes its state (CloudWatch User Guide, "Notifying users on alarm changes"): what the
 * CloudWatch integrations of PagerDuty, Opsgenie and others take by SNS over https. They open, join and close an incident by AlarmName.
 */
export interface AlarmForm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AWSAccountId: string | null;
  readonly Region: string | null;
  readonly NewStateValue: "ALARM" | "OK";
  readonly OldStateValue: "ALARM" | "OK";
  readonly NewStateReason: string;
  readonly StateChangeTime: string;
  readonly Trigger: { readonly Namespace: "Strata"; readonly MetricName: string; readonly Threshold: number | null };
}

/** CloudWatch's own limits (API reference, PutMetricAlarm and DescribeAlarms). */
const LONGEST_DESCRIPTION = 1024;
const LONGEST_REASON = 1023;

/** @param text the message as plain text */
export function alarmForm(message: AlertMessage, text: string): AlarmForm {
  const over = message.state === "resolved";
  return {
    // The same for all messages of one outage.
    AlarmName: `strata ${message.thread_id}`,
    AlarmDescription: text.slice(0, LONGEST_DESCRIPTION),
    AWSAccountId: message.account_id,
    Region: message.region,
    NewStateValue: over ? "OK" : "ALARM",
    OldStateValue: over || message.kind !== "opened" ? "ALARM" : "OK",
    NewStateReason: message.summary.slice(0, LONGEST_REASON),
    StateChangeTime: message.found_at,
    Trigger: { Namespace: "Strata", MetricName: message.rule, Threshold: message.limit },
  };
}

/** PagerDuty drops what does not begin with the new state. */
export const alarmSubject = ({ state }: AlertMessage, subject: string): string =>
  `${state === "resolved" ? "OK" : "ALARM"}: ${subject}`.slice(0, 100);
