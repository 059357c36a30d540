/** Safe looks into parsed JSON. Field names are fixed words here, so nothing from the data ever names a property that is written. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const NOTHING: JsonObject = Object.freeze({});

/** The object, or an empty one: lets `inner(inner(body.usage).cache_creation)` stand for a path that may be missing. */
export const inner = (value: unknown): JsonObject => (isObject(value) ? value : NOTHING);

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a reader found odd on its way; collected instead of thrown. */
export interface Notes {
  coerced: boolean;
  readonly checks: Set<string>;
}

const CANONICAL = /^(?:0|[1-9]\d{0,15})$/;

/** A count: non-negative safe integer. Undefined when it is something else, a number written as text included. */
export const exactCount = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;

/** The number that canonical decimal text such as "407" stands for. */
export function textCount(value: unknown): number | undefined {
  if (typeof value !== "string" || !CANONICAL.test(value)) return undefined;
  return exactCount(Number(value));
}

/** A count inside a body. Null when absent; something that is no count is absent too, and noted. */
export function count(value: unknown, notes: Notes): number | null {
  if (value === undefined || value === null) return null;
  const exact = exactCount(value);
  if (exact !== undefined) return exact;
  const text = textCount(value);
  if (text === undefined) notes.checks.add("unreadable_body_count");
  else notes.coerced = true;
  return text ?? null;
}

/** Seconds or another measure: finite and not negative. */
export const measure = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value + 0 : null;

const WORD = /^[A-Za-z_]{1,40}$/;
const NAME = /^[A-Za-z0-9][\w.:/-]{0,511}$/;

/** An enumerated word such as `end_turn`. Anything else is null: free text must not get out of a body this way. */
export const word = (value: unknown): string | null => (typeof value === "string" && WORD.test(value) ? value : null);

/** A model id or ARN. */
export const modelName = (value: unknown): string | null => (typeof value === "string" && NAME.test(value) ? value : null);

const MESSAGE = /^[a-z]{2,12}_[A-Za-z0-9_-]{8,100}$/;

/** A model's id of an answer, for example `msg_bdrk_01…`. */
export const messageName = (value: unknown): string | null => (typeof value === "string" && MESSAGE.test(value) ? value : null);
