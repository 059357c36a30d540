/** What a delivery's manifest says, whatever its spelling. */
export interface Manifest {
  readonly executionId: string | null;
  /** ISO 8601, the later of its times. */
  readonly writtenAt: string | null;
  readonly dataFiles: readonly string[];
  readonly columns: readonly string[] | null;
}

/** Legacy reports: `<report>/20260901-20261001/[<assembly>/]<report>-Manifest.json`. */
const LEGACY = /^(?:(.*)\/)?(\d{4})(\d{2})01-\d{6}01\/(?:[^/]+\/)?[^/]*Manifest\.json$/i;
const MANIFEST = /^(?:(.*)\/)?metadata\/BILLING_PERIOD=(\d{4}-\d{2})(?:-\d{2})?\/(?:[^/]+\/)?[^/]*Manifest\.json$/i;

/** Folder of the export and billing period of a manifest's key; undefined for other objects. */
export function manifestPlace(key: string): { readonly base: string; readonly period: string } | undefined {
  const match = MANIFEST.exec(key);
  if (match) return { base: match[1] ?? "", period: match[2] ?? "" };
  const legacy = LEGACY.exec(key);
  return legacy ? { base: legacy[1] ?? "", period: `${legacy[2]}-${legacy[3]}` } : undefined;
}

/**
 * Field names differ between the guide's pages and captures, so several are accepted; the list of data files is what must be there.
 * @returns the reason when the text is no manifest
 */
export function parseManifest(text: string): Manifest | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "it is not JSON (cut off?)";
  }
  if (!isObject(json)) return "it is not a JSON object";
  const status = textAt(json, ["statusCode", "status"]);
  if (status !== null && !/(?:^|[^a-z])(?:succe|complete|healthy)/i.test(status)) return `the delivery's status is ${status}`;
  const dataFiles = filesAt(json);
  if (dataFiles === undefined) return "it lists no data files";
  const times = ["lastUpdatedAt", "completedAt", "createdAt", "created"]
    .map((name) => textAt(json, [name]))
    .filter((time) => time !== null);
  return {
    executionId: textAt(json, ["executionId", "assemblyId", "execution_id"]),
    writtenAt: times.sort().at(-1) ?? null,
    dataFiles,
    columns: columnsAt(json),
  };
}

function filesAt(json: Readonly<Record<string, unknown>>): string[] | undefined {
  for (const name of ["dataFiles", "data_files", "reportKeys", "files"]) {
    const list = json[name];
    if (!Array.isArray(list)) continue;
    const files = list.map((item: unknown) =>
      typeof item === "string" ? item : isObject(item) ? textAt(item, ["key", "s3Key", "path", "url"]) : null,
    );
    if (files.every((file) => file !== null)) return files;
  }
  return undefined;
}

function columnsAt(json: Readonly<Record<string, unknown>>): string[] | null {
  const list = json["columns"];
  if (!Array.isArray(list)) return null;
  const names = list.map((item: unknown) =>
    typeof item === "string" ? item : isObject(item) ? textAt(item, ["name", "columnName"]) : null,
  );
  return names.filter((name) => name !== null);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function textAt(json: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
