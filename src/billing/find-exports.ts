import type { ObjectInfo } from "../ports.ts";
import { isoOf, parseInstant } from "../time.ts";
import { type BillFinding, billFinding } from "./finding.ts";
import { type Manifest, manifestPlace } from "./manifest.ts";
import { dateIn } from "./snapshot-name.ts";

export { snapshotOf } from "./snapshot-name.ts";

/** One billing period as one delivery of one export holds it; loose files have no period until they are read. */
export interface Delivery {
  readonly exportName: string;
  /** YYYY-MM; null for files without a manifest and without a BILLING_PERIOD folder. */
  readonly period: string | null;
  /** Export and execution, for `cur_version`. */
  readonly version: string;
  /** Whether a manifest vouches for the list of files. */
  readonly hasManifest: boolean;
  /** When the delivery was written, ISO 8601; empty when unknown. For loose files the last change of any of them. */
  readonly writtenAt: string;
  readonly files: readonly string[];
  /** Columns as the manifest lists them; null when it does not. */
  readonly columns: readonly string[] | null;
}

export interface FoundExports {
  readonly deliveries: readonly Delivery[];
  readonly findings: readonly BillFinding[];
}

const DATA_FILE = /\.(?:csv|csv\.gz|parquet)$/i;
/** `2026-10-06T04:29:55.000Z`: when a manifest says that its delivery was written; null for loose files, whose own times are those of a copy. */
export function deliveredAt({ hasManifest, writtenAt }: Pick<Delivery, "hasManifest" | "writtenAt">): string | null {
  const at = hasManifest ? parseInstant(writtenAt) : undefined;
  return at === undefined ? null : isoOf(at);
}

/** AWS offers ZIP for text exports; neither DuckDB nor Athena reads it (Athena User Guide, compression support). */
const ZIPPED = /\.zip$/i;
const PERIOD = /(?:^|\/)BILLING_PERIOD=(\d{4}-\d{2})(?:-\d{2})?\//i;
/** Folders of a legacy report: `20260901-20261001` (text), `year=2026/month=9` (Parquet). */
const LEGACY_PERIOD = /(?:^|\/)(?:(\d{4})(\d{2})01-\d{6}01|year=(\d{4})\/month=(\d{1,2}))\//i;

/**
 * Deliveries in a listing. Where an export has manifests, they decide: the newest one of a period wins and files that it does not list are left out.
 * Folders without any manifest give their loose files. Pure: the caller lists the objects and reads the manifests.
 * @param objects every object below the given path
 * @param manifests parsed manifests by key, or the reason why one could not be read
 * @param rootName name of an export that lies right at the path
 */
export function findExports(
  objects: readonly Pick<ObjectInfo, "key" | "lastModified">[],
  manifests: ReadonlyMap<string, Manifest | string>,
  rootName = "export",
): FoundExports {
  const findings: BillFinding[] = [];
  const keys = objects.map(({ key }) => key);
  const modified = new Map(objects.map(({ key, lastModified }) => [key, lastModified]));
  const exportName = namesOf(keys, rootName);
  const files = keys.filter((key) => DATA_FILE.test(key)).sort();
  for (const key of keys.filter((each) => ZIPPED.test(each)).sort()) {
    findings.push(
      billFinding(
        "unreadable_file",
        "error",
        key,
        "is a ZIP archive, which is not read",
        "Set the export's compression to GZIP (or its format to Parquet) in AWS Data Exports, or unpack the archive.",
      ),
    );
  }
  const present = new Set(keys);
  const newest = new Map<string, { key: string; manifest: Manifest }>();
  const governed = new Set<string>();
  for (const [key, manifest] of [...manifests].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = manifestPlace(key);
    if (place === undefined) continue;
    governed.add(place.base);
    if (typeof manifest === "string") {
      findings.push(
        billFinding(
          "unreadable_manifest",
          "error",
          key,
          `the manifest cannot be read: ${manifest}`,
          "Wait for the next delivery or restore the file.",
        ),
      );
      continue;
    }
    const slot = `${place.base}\n${place.period}`;
    const other = newest.get(slot);
    if (other && later(other, { key, manifest })) continue;
    newest.set(slot, { key, manifest });
  }
  const deliveries: Delivery[] = [];
  for (const [slot, { key, manifest }] of newest) {
    const [base = "", period = ""] = slot.split("\n");
    const listed = manifest.dataFiles.map((file) => localKey(file, base, present));
    const missing = manifest.dataFiles.filter((_, index) => listed[index] === undefined);
    if (missing.length > 0) {
      findings.push(
        billFinding(
          "half_written_delivery",
          "error",
          key,
          `period ${period} is left out: ${missing.length} of ${manifest.dataFiles.length} files that the manifest lists are missing, first ${missing[0]}`,
          "Copy the missing files, or wait until the delivery is complete.",
        ),
      );
      continue;
    }
    const chosen = listed.filter((file) => file !== undefined).sort();
    const rest = files.filter((file) => isBelow(file, base) && periodOf(file) === period && !chosen.includes(file));
    if (rest.length > 0) {
      findings.push(
        billFinding(
          "unlisted_file",
          "note",
          key,
          `${rest.length} file(s) of ${period} are not in the newest manifest and are not read, first ${rest[0]}`,
          "Nothing; older deliveries leave such files.",
        ),
      );
    }
    deliveries.push({
      exportName: exportName(base),
      period,
      version: `${exportName(base)}/${period}/${manifest.executionId ?? manifest.writtenAt ?? "1"}`,
      hasManifest: true,
      writtenAt: manifest.writtenAt ?? "",
      files: [...new Set(chosen)],
      columns: manifest.columns,
    });
  }
  const loose = files.filter((file) => ![...governed].some((base) => isBelow(file, base)));
  deliveries.push(...looseDeliveries(loose, modified, exportName));
  return { deliveries: deliveries.sort(byPeriodThenName), findings };
}

const PERIOD_FOLDER = /\/?(?:BILLING_PERIOD=|\d{6}01-\d{6}01\/|year=\d{4}\/month=)/i;

/** An export is called as its folder is; two of one name, such as two payers have, by their whole paths. */
function namesOf(keys: readonly string[], rootName: string): (base: string) => string {
  const bases = new Set(
    keys.flatMap((key) => {
      const at = key.search(/(?:^|\/)(?:data|metadata)\/BILLING_PERIOD=/i);
      return at < 0 ? [] : [key.slice(0, at)];
    }),
  );
  const last = (base: string): string => base.split("/").at(-1) || rootName;
  return (base) => ([...bases].some((other) => other !== base && last(other) === last(base)) ? base || rootName : last(base));
}

/** Whether `a` is a newer delivery than `b`; executions without a time compare by key, which ends in the execution. */
function later(a: { key: string; manifest: Manifest }, b: { key: string; manifest: Manifest }): boolean {
  const [x, y] = [a.manifest.writtenAt ?? "", b.manifest.writtenAt ?? ""];
  if (x !== y) return x > y;
  // Legacy reports keep the newest assembly's manifest beside the folders of the assemblies.
  const depth = a.key.split("/").length - b.key.split("/").length;
  return depth === 0 ? a.key > b.key : depth < 0;
}

/** Manifests name objects of the bucket the export was written to; here the same tree may lie in a folder: the longest end of the name that is there. */
function localKey(file: string, base: string, present: ReadonlySet<string>): string | undefined {
  const path = file.replace(/^s3:\/\/[^/]+\//, "");
  if (present.has(path)) return path;
  const parts = path.split("/");
  for (let from = 0; from < Math.max(parts.length - 1, 1); from += 1) {
    const below = parts.slice(from).join("/");
    const key = base === "" ? below : `${base}/${below}`;
    if (present.has(key)) return key;
  }
  return undefined;
}

function looseDeliveries(
  files: readonly string[],
  modified: ReadonlyMap<string, number>,
  exportName: (base: string) => string,
): Delivery[] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const period = periodOf(file);
    const folder = period === null ? "" : file.slice(0, file.search(PERIOD_FOLDER)).replace(/\/?data$/, "");
    const slot = `${folder}\n${period ?? ""}`;
    groups.set(slot, [...(groups.get(slot) ?? []), file]);
  }
  return [...groups].map(([slot, group]) => {
    const [folder = "", period = ""] = slot.split("\n");
    const name = period === "" ? "files" : exportName(folder);
    return {
      exportName: name,
      period: period === "" ? null : period,
      version: period === "" ? name : `${name}/${period}`,
      hasManifest: false,
      // A date in the name says more than that of a copy.
      writtenAt: dateIn(folder) ?? isoOf(Math.max(...group.map((file) => modified.get(file) ?? 0))),
      files: group,
      columns: null,
    };
  });
}

function periodOf(file: string): string | null {
  const named = PERIOD.exec(file)?.[1];
  if (named !== undefined) return named;
  const [, year, month, partYear, partMonth] = LEGACY_PERIOD.exec(file) ?? [];
  return year !== undefined
    ? `${year}-${month}`
    : partYear !== undefined
      ? `${partYear}-${(partMonth ?? "").padStart(2, "0")}`
      : null;
}
const isBelow = (file: string, base: string): boolean => base === "" || file.startsWith(`${base}/`);
const byPeriodThenName = (a: Delivery, b: Delivery): number =>
  `${a.period ?? ""}\n${a.version}` < `${b.period ?? ""}\n${b.version}` ? -1 : 1;
