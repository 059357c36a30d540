import { createHash } from "node:crypto";
import { z } from "zod";
import { SCOPES } from "../config/alert-rule.ts";
import { InputError } from "../errors.ts";
import { formatUsd, parseUsd } from "../money.ts";
import { type Incident, NOTICE_KINDS } from "./lifecycle.ts";

/** Where the state of incidents lies in the data store. */
export const STATE_PREFIX = "alerts-state/incidents/";

const number = z.number();
const reading = z.strictObject({
  tick: number,
  // Later than the first version, as below.
  since: number.nullable().default(null),
  value: number,
  baseline: number.nullable(),
  baselineN: number,
  limit: number.nullable(),
  intensity: number,
  facts: z.record(z.string(), z.json()),
});

const incident = z.strictObject({
  key: z.string(),
  rule: z.string(),
  scope: z.enum(SCOPES),
  name: z.string().nullable(),
  team: z.string().nullable(),
  accountId: z.string().nullable(),
  state: z.enum(["pending", "open", "resolved"]),
  since: number,
  firstBreach: number,
  lastBreach: number,
  openedAt: number.nullable(),
  escalatedAt: number.nullable(),
  resolvedAt: number.nullable(),
  clearSince: number.nullable(),
  notifiedAt: number.nullable(),
  toldIntensity: number,
  latest: reading,
  worst: reading,
  dollars: z.string(),
  groupedUnder: z.string().nullable(),
  // Later than the first version: a state of before has none.
  waitsSince: number.nullable().default(null),
  knownAs: z.string().nullable().default(null),
  muted: z.string().nullable(),
});

const outgoing = z.strictObject({
  severity: z.string(),
  subject: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), z.string()),
});

const entry = z.strictObject({
  /** Incident, kind and tick: the same message has the same id in every run. */
  id: z.string(),
  kind: z.enum(NOTICE_KINDS),
  tick: number,
  message: outgoing,
  status: z.enum(["claimed", "failed", "published", "undeliverable"]),
  /** Milliseconds; another run may take over a claim that is older than the lease. */
  claimedAt: number,
  attempts: number,
  lastError: z.string().nullable(),
});

const record = z.strictObject({
  version: z.literal(1),
  key: z.string(),
  /** Null when a pending breach passed. */
  incident: incident.nullable(),
  notices: number,
  outbox: z.array(entry),
});

export type OutboxEntry = z.infer<typeof entry>;

/** One object of state: an incident, and the messages about it that are on their way. */
export interface IncidentRecord {
  readonly key: string;
  readonly incident: Incident | null;
  /** Messages that were published. */
  readonly notices: number;
  readonly outbox: readonly OutboxEntry[];
}

/** The object's key: names may hold anything, so they are hashed. */
export const recordPath = (key: string): string =>
  `${STATE_PREFIX}${createHash("sha256").update(key).digest("hex").slice(0, 40)}.json`;

export function encodeRecord({ key, incident: life, notices, outbox }: IncidentRecord): string {
  const stored = life === null ? null : { ...life, dollars: formatUsd(life.dollars) };
  return `${JSON.stringify({ version: 1, key, incident: stored, notices, outbox })}\n`;
}

/** @throws InputError naming the object when it is not a record of this version */
export function decodeRecord(place: string, bytes: Uint8Array): IncidentRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    parsed = undefined;
  }
  const result = record.safeParse(parsed);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InputError(
      place,
      `alerts: ${place} is not an alert's state: ${issue?.path.join(".") || "it"} ${issue?.message ?? ""}`,
      {
        hint: "Remove the object; the incident is found again at the next run.",
      },
    );
  }
  const { key, incident: life, notices, outbox } = result.data;
  return { key, incident: life === null ? null : { ...life, dollars: parseUsd(life.dollars) }, notices, outbox };
}
