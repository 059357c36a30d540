import { inner, isObject, type JsonObject, list } from "./peek.ts";

/** What Claude Code writes of itself into the body of every request. */
export interface ClientSession {
  readonly sessionId: string | null;
  /** Random id of an installation, 64 hex digits; not a person. */
  readonly deviceId: string | null;
  readonly clientVersion: string | null;
  readonly entrypoint: string | null;
}

export const NO_SESSION: ClientSession = { sessionId: null, deviceId: null, clientVersion: null, entrypoint: null };

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** Before 2.1.162 or so. */
const OLD_USER = new RegExp(`^user_([0-9a-f]{64})_account_[0-9a-f-]{0,36}_session_(${UUID})$`);
const SESSION = new RegExp(`^${UUID}$`);
const DEVICE = /^[0-9a-f]{64}$/;
/** The whole line: nothing may stand behind it in its block. The hash after the third dot is of the prompt, not of the version. */
const BILLING =
  /^x-anthropic-billing-header: cc_version=(\d{1,4}\.\d{1,4}\.\d{1,5})(?:\.[0-9a-z]{1,8})?; cc_entrypoint=([a-z][a-z0-9-]{0,39});(?: cch=[0-9a-z]{1,16};)?\s{0,4}$/;
const LONGEST = 600;

/**
 * Session and device from `metadata.user_id`, version and entrypoint from the first block of `system`: exact places and strict patterns,
 * so that nothing else of a request can get through. Recorded with Claude Code 1.0.60 to 2.1.332, 2026-11-29.
 */
export function clientSession(request: JsonObject): ClientSession {
  const { metadata, system } = request;
  const user = isObject(metadata) ? userOf(metadata["user_id"]) : NO_SESSION;
  const [first] = list(system);
  const header = typeof system === "string" ? system : inner(first)["text"];
  const line = typeof header === "string" && header.length <= LONGEST ? BILLING.exec(header) : null;
  if (user === NO_SESSION && line === null) return NO_SESSION;
  return { ...user, clientVersion: line?.[1] ?? null, entrypoint: line?.[2] ?? null };
}

function userOf(userId: unknown): ClientSession {
  if (typeof userId !== "string" || userId.length > LONGEST) return NO_SESSION;
  const old = OLD_USER.exec(userId);
  if (old) return { ...NO_SESSION, deviceId: old[1] ?? null, sessionId: old[2] ?? null };
  if (!userId.startsWith("{")) return NO_SESSION;
  let parsed: unknown;
  try {
    parsed = JSON.parse(userId);
  } catch {
    return NO_SESSION;
  }
  const { device_id: device, session_id: session } = inner(parsed);
  const deviceId = typeof device === "string" && DEVICE.test(device) ? device : null;
  const sessionId = typeof session === "string" && SESSION.test(session) ? session : null;
  return deviceId === null && sessionId === null ? NO_SESSION : { ...NO_SESSION, deviceId, sessionId };
}
