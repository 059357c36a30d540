import { createHash } from "node:crypto";
import { z } from "zod";
import { type AlertsConfig, acknowledgement, suppression } from "../config/alerts.ts";
import { parseDuration } from "../config/duration.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { ObjectStore } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { isoOf } from "../time.ts";

/** What somebody muted or took on with one command; the rest stands in strata.yml. One object each, so that two commands never meet. */
const PREFIX = "alerts-state/mutes/";
const ENDING = ".json";

const suppressed = z.strictObject({ suppress: suppression });
const acknowledged = z.strictObject({ acknowledge: acknowledgement });
const stored = z.union([suppressed, acknowledged]);
type Stored = z.infer<typeof stored>;
export type Suppression = z.infer<typeof suppression>;

/** The same selection has the same name, so muting again replaces. */
function keyOf(entry: Stored): string {
  const selected =
    "suppress" in entry ? { ...entry.suppress, from: "", to: "", reason: "" } : { acknowledge: entry.acknowledge.id };
  const parts = Object.entries(selected).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${PREFIX}${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16)}${ENDING}`;
}

export interface Muting {
  /** Id of one incident; without it whatever rule, scope and name select. */
  readonly id?: string | undefined;
  readonly rule?: string | undefined;
  readonly scope?: string | undefined;
  readonly name?: string | undefined;
  /** `4h`, `2d`. */
  readonly for: string;
  readonly reason: string;
}

/** Longer belongs into strata.yml, where others see it. */
const LONGEST_DAYS = 31;

/**
 * Nothing is sent about what is selected for so long; incidents are recorded.
 * @param now milliseconds
 * @returns when it ends, ISO 8601
 * @throws UsageError when nothing or everything would be selected, or the length of time is none
 */
export async function mute(data: ObjectStore, given: Muting, now: number): Promise<string> {
  const { for: length, reason, ...selected } = given;
  const millis = parseDuration(length) ?? 0;
  if (millis <= 0 || millis > LONGEST_DAYS * 86_400_000)
    throw new UsageError(`alerts: --for "${length}" is not a length of time up to ${LONGEST_DAYS} days`, {
      hint: "For example --for 4h. What is to last goes under alerts.suppress or alerts.rules in strata.yml.",
    });
  const selectors = Object.fromEntries(Object.entries(selected).filter(([, value]) => value !== undefined));
  if (Object.keys(selectors).length === 0)
    throw new UsageError("alerts: nothing says what to mute", {
      hint: "Give the id at the end of the message, or --rule, --scope or --name. --rule '*' mutes everything.",
    });
  const minute = (at: number): string => isoOf(at).replace(/\.\d+Z$/, "Z");
  const entry = checked({ suppress: { ...selectors, from: minute(now), to: minute(now + millis), reason } });
  await data.write(keyOf(entry), `${JSON.stringify(entry)}\n`);
  return minute(now + millis);
}

/** No more reminders about an incident, only escalation and the end. */
export async function acknowledge(data: ObjectStore, id: string, by: string): Promise<void> {
  const entry = checked({ acknowledge: { id, by } });
  await data.write(keyOf(entry), `${JSON.stringify(entry)}\n`);
}

/** Takes back what a command muted or took on: everything, or what names this incident. @returns how many */
export async function unmute(data: ObjectStore, id?: string): Promise<number> {
  let gone = 0;
  for (const { key, entry } of (await read(data)).entries) {
    if (id !== undefined && ("suppress" in entry ? entry.suppress.id : entry.acknowledge.id) !== id) continue;
    await data.remove(key);
    gone += 1;
  }
  return gone;
}

/** @throws UsageError naming what is wrong with it */
function checked(given: { readonly suppress: unknown } | { readonly acknowledge: unknown }): Stored {
  const result = ("suppress" in given ? suppressed : acknowledged).safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(`alerts: ${String(issue?.path.at(-1) ?? "that")}: ${issue?.message ?? "cannot be used"}`, {
    hint: `${PROGRAM} alerts mute --help shows examples.`,
  });
}

async function read(data: ObjectStore): Promise<{ entries: { key: string; entry: Stored }[]; problems: string[] }> {
  const entries: { key: string; entry: Stored }[] = [];
  const problems: string[] = [];
  for await (const { key } of data.list(PREFIX)) {
    const found = await data.readAll(key);
    if (!found) continue;
    try {
      entries.push({ key, entry: stored.parse(JSON.parse(Buffer.from(found.bytes).toString("utf8"))) });
    } catch (error) {
      problems.push(
        `alerts: ${key} is not what ${PROGRAM} alerts mute writes and mutes nothing (${messageOf(error).slice(0, 80)}).`,
      );
    }
  }
  return { entries, problems };
}

/** Past this they are of no use even to a run that catches up. */
const KEPT_MS = 3 * 86_400_000;

/** The configuration with what commands muted and took on; what is long over is removed. */
export async function withMutes(
  config: AlertsConfig,
  data: ObjectStore,
  now: number,
): Promise<{ readonly config: AlertsConfig; readonly problems: readonly string[] }> {
  const { entries, problems } = await read(data);
  const suppress: Suppression[] = [];
  const taken: AlertsConfig["acknowledge"] = [];
  for (const { key, entry } of entries) {
    if ("acknowledge" in entry) taken.push(entry.acknowledge);
    else if (Date.parse(entry.suppress.to) + KEPT_MS < now) await data.remove(key);
    else suppress.push(entry.suppress);
  }
  if (entries.length === 0) return { config, problems };
  return {
    config: { ...config, suppress: [...config.suppress, ...suppress], acknowledge: [...config.acknowledge, ...taken] },
    problems,
  };
}
