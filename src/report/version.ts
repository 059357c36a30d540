import { z } from "zod";
import { InputError } from "../errors.ts";
import { formatUsd, parseUsd } from "../money.ts";
import { parseCsv } from "../parse-csv.ts";
import type { ObjectStore } from "../ports.ts";
import type { ReportTable } from "./csv.ts";
import { type ReportFile, sha256 } from "./report-file.ts";

export interface ReportVersion {
  readonly folder: string;
  /** `provisional`, `final` or `restated <n>`. */
  readonly status: string;
  /** The month is closed and this content is what was published last: nothing is to be written. */
  readonly unchanged: boolean;
  /** For a restatement: what moved since the version before. */
  readonly diff?: ReportTable;
  /** For a restatement: the version before. */
  readonly before?: Published;
}

/** A version that was published before. */
export interface Published {
  readonly folder: string;
  readonly manifest: PublishedManifest;
}

/** What is read of an earlier manifest; early ones lack what is optional here. */
const published = z.object({
  status: z.string(),
  files: z.array(z.object({ name: z.string(), sha256: z.string() })),
  config: z.record(z.string(), z.string()).optional(),
  attribution: z.record(z.string(), z.string()).optional(),
  persons: z.record(z.string(), z.string()).optional(),
  logs: z.object({ records: z.number(), invocations: z.number() }).optional(),
  bill: z.object({ versions: z.array(z.string()) }).nullish(),
  totals: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});
export type PublishedManifest = z.infer<typeof published>;

/** Whether the month was closed before. @throws InputError when that cannot be told */
export async function isClosed(store: ObjectStore, base: string): Promise<boolean> {
  const first = await readManifest(store, base);
  return first !== undefined && first.status !== "provisional";
}

/** Decides where the month's files go, given what was published before. Only CSV files count as content: the page is made from them. */
export async function versionFor(
  store: ObjectStore,
  base: string,
  files: readonly ReportFile[],
  final: boolean,
): Promise<ReportVersion> {
  const first = await readManifest(store, base);
  if (!first || first.status === "provisional")
    return { folder: base, status: final ? "final" : "provisional", unchanged: false };
  let latest: { folder: string; number: number; manifest: PublishedManifest } = { folder: base, number: 0, manifest: first };
  for (;;) {
    const number = latest.number + 1;
    const folder = `${base}/restated-${number}`;
    const manifest = await readManifest(store, folder);
    if (!manifest) break;
    latest = { folder, number, manifest };
  }
  const before = new Map(latest.manifest.files.map((file) => [file.name, file.sha256]));
  const changed = files.filter((file) => before.get(file.name) !== sha256(file.bytes));
  const names = new Set(files.map((file) => file.name));
  const gone = [...before.keys()].filter((name) => name.startsWith("by_") && !names.has(name));
  if (changed.length === 0 && gone.length === 0)
    return { folder: latest.folder, status: latest.manifest.status, unchanged: true };
  const number = latest.number + 1;
  return {
    folder: `${base}/restated-${number}`,
    status: `restated ${number}`,
    unchanged: false,
    diff: await differences(store, latest.folder, changed),
    before: latest,
  };
}

async function readManifest(store: ObjectStore, folder: string): Promise<PublishedManifest | undefined> {
  const key = `${folder}/manifest.json`;
  const object = await store.readAll(key);
  if (!object) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(object.bytes).toString("utf8"));
  } catch (cause) {
    throw broken(key, cause);
  }
  const result = published.safeParse(content);
  if (!result.success) throw broken(key, result.error);
  return result.data;
}

const broken = (key: string, cause: unknown): InputError =>
  new InputError(key, `report: ${key} is not a report manifest, so it cannot be told whether the month is closed`, {
    hint: "Restore the file, or move the month's folder away to publish it anew.",
    cause,
  });

/** One line per file, name and dollar column that moved; a line that came or went has an empty side. */
async function differences(store: ObjectStore, folder: string, files: readonly ReportFile[]): Promise<ReportTable> {
  const rows: string[][] = [];
  for (const file of files) {
    const old = await store.readAll(`${folder}/${file.name}`);
    const before = dollarsByName(old ? Buffer.from(old.bytes).toString("utf8") : "");
    const now = dollarsByName(Buffer.from(file.bytes).toString("utf8"));
    for (const key of new Set([...before.keys(), ...now.keys()])) {
      const [name = "", column = ""] = key.split("\n");
      const was = before.get(key);
      const is = now.get(key);
      if (was === is) continue;
      const change = parseUsd(is || "0") - parseUsd(was || "0");
      rows.push([file.name, name, column, was ?? "", is ?? "", formatUsd(change)]);
    }
  }
  return {
    name: "diff",
    title: "What moved",
    columns: [
      { name: "file", kind: "text" },
      { name: "name", kind: "text" },
      { name: "column", kind: "text" },
      { name: "before_usd", kind: "usd" },
      { name: "now_usd", kind: "usd" },
      { name: "change_usd", kind: "usd" },
    ],
    rows,
  };
}

/** `name\ncolumn` → dollars. Reconciliation lines are named by status and reason together. */
function dollarsByName(csv: string): Map<string, string> {
  const [header = [], ...lines] = parseCsv(csv);
  const named = header.findIndex(
    (column) => column.endsWith("_usd") || column === "lines" || column === "tokens" || column === "people",
  );
  const keyed = new Map<string, string>();
  for (const cells of lines) {
    const name = header[0] === "status" ? cells.slice(0, Math.max(named, 1)).join(" ").trim() : (cells[0] ?? "");
    header.forEach((column, index) => {
      if (column.endsWith("_usd")) keyed.set(`${name.replaceAll("\n", " ")}\n${column}`, cells[index] ?? "");
    });
  }
  return keyed;
}
