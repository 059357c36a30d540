import { counted } from "../figures.ts";
import type { Unanswered } from "./answer.ts";

/** In the order in which a person works through them. */
export const GROUPS = ["access", "logs", "bill", "sources", "stack", "running"] as const;
export type Group = (typeof GROUPS)[number];

export const STATUSES = ["fail", "warn", "unknown", "ok"] as const;
export type Status = (typeof STATUSES)[number];

/** One thing that was looked at. */
export interface Check {
  /** Stable, for programs: what and where, for example `logging/us-east-1`. */
  readonly id: string;
  readonly group: Group;
  readonly status: Status;
  /** What was looked at. */
  readonly title: string;
  /** What was found, one sentence. */
  readonly found: string;
  /** Commands or console steps that put it right, in order; empty when nothing is to do. */
  readonly fix: readonly string[];
}

export type Subject = Pick<Check, "id" | "group" | "title">;

export const ok = (subject: Subject, text: string): Check => ({ ...subject, status: "ok", found: text, fix: [] });
export const warn = (subject: Subject, text: string, ...fix: string[]): Check => ({
  ...subject,
  status: "warn",
  found: text,
  fix,
});
export const fail = (subject: Subject, text: string, ...fix: string[]): Check => ({
  ...subject,
  status: "fail",
  found: text,
  fix,
});
export const unknown = (subject: Subject, text: string, ...fix: string[]): Check => ({
  ...subject,
  status: "unknown",
  found: text,
  fix,
});

/** A question that got no value: credentials that do not work are a failure, everything else is unknown. */
export function unanswered(subject: Subject, { reason, message, hint }: Unanswered): Check {
  return reason === "credentials" ? fail(subject, message, hint) : unknown(subject, message, hint);
}

/** An `aws` command's argument, quoted for a POSIX shell. */
export const quoted = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);
export const jsonArgument = (value: unknown): string => quoted(JSON.stringify(value));

/** "3 minutes", "5 hours", "2 days". */
export function ago(millis: number): string {
  const minutes = Math.max(0, Math.round(millis / 60_000));
  const [count, unit] =
    minutes < 120
      ? [minutes, "minute"]
      : minutes < 2880
        ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / 1440), "day"];
  return counted(count, unit);
}
