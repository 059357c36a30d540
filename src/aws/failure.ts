import { InputError, messageOf, StrataError } from "../errors.ts";
import { PACKAGE, PROGRAM } from "../program.ts";
import table from "./failures.data.json" with { type: "json" };
import { LAKE_FORMATION, LAKE_FORMATION_HINT } from "./lake-formation.ts";

export type FailureKind =
  | "missing"
  | "region"
  | "denied"
  | "credentials"
  | "throttled"
  | "quota"
  | "network"
  | "service"
  | "data"
  | "request"
  | "unknown";

export interface Failure {
  readonly kind: FailureKind;
  /** The service's or the SDK's own name for it, for example `SlowDown`. */
  readonly name: string;
  readonly status: number | undefined;
}

const byName = new Map(table.failures.flatMap((entry) => entry.names.map((name) => [name, entry] as const)));
const KINDS: readonly string[] = [
  "missing",
  "region",
  "denied",
  "credentials",
  "throttled",
  "quota",
  "network",
  "service",
  "data",
  "request",
];
const isKind = (text: string): text is FailureKind => KINDS.includes(text);

/** What kind of failure the SDK threw, told by its name, its code or its HTTP status, in this order. */
export function failureOf(thrown: unknown): Failure {
  const names = namesOf(thrown);
  const status = statusOf(thrown);
  for (const name of names) {
    const kind = byName.get(name)?.kind;
    if (kind !== undefined && isKind(kind)) return { kind, name, status };
  }
  const name = names[0] ?? "Error";
  if (status === 403) return { kind: "denied", name, status };
  if (status === 404) return { kind: "missing", name, status };
  if (status === 301) return { kind: "region", name, status };
  if (status === 429) return { kind: "throttled", name, status };
  if (status !== undefined && status >= 500) return { kind: "service", name, status };
  return { kind: "unknown", name, status };
}

/**
 * The error that a user reads: unit, what was asked, what was wrong, what to do.
 * @param place object, table, topic or query that the call was about
 */
export function awsError(unit: string, asked: string, place: string, thrown: unknown): StrataError {
  if (thrown instanceof StrataError) return thrown;
  const { kind, name } = failureOf(thrown);
  const known = byName.get(name) ?? table.failures.find((entry) => entry.kind === kind);
  const detail = messageOf(thrown);
  const why = detail === "" || detail === name ? name : `${name}: ${detail}`;
  return new InputError(place, `${unit}: ${asked} failed: ${known ? `${known.says} (${why})` : why}`, {
    hint: LAKE_FORMATION.test(detail)
      ? LAKE_FORMATION_HINT
      : (known?.hint.replaceAll(`npx ${PACKAGE}`, PROGRAM) ?? "Run again with --debug for the whole answer."),
    cause: thrown,
  });
}

/** A call to AWS whose failure is told as `awsError` tells it. */
export async function asking<T>(unit: string, asked: string, place: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw awsError(unit, asked, place, error);
  }
}

/** Name, code and the names of what caused it: the SDK wraps socket errors. */
function namesOf(thrown: unknown): string[] {
  const names: string[] = [];
  let current: unknown = thrown;
  for (let depth = 0; depth < 4 && typeof current === "object" && current !== null; depth++) {
    for (const key of ["name", "Code", "code"] as const) {
      const value = key in current ? Reflect.get(current, key) : undefined;
      if (typeof value === "string" && value !== "Error") names.push(value);
    }
    current = "cause" in current ? current.cause : undefined;
  }
  return names;
}

/** How often the SDK sent the request before it gave up. */
export const attemptsOf = (thrown: unknown): number => Number(metadataOf(thrown, "attempts") ?? 1);

function statusOf(thrown: unknown): number | undefined {
  const status = metadataOf(thrown, "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

function metadataOf(thrown: unknown, key: string): unknown {
  if (typeof thrown !== "object" || thrown === null || !("$metadata" in thrown)) return undefined;
  const metadata = thrown.$metadata;
  return typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, key) : undefined;
}
