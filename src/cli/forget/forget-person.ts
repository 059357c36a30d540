import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { ParquetRewriter } from "../../local/rewrite-parquet.ts";
import type { ObjectStore } from "../../ports.ts";
import { replaceNames } from "../../principal/name-token.ts";
import { sha256 } from "../../report/report-file.ts";

export interface ForgetOptions {
  /** Curated data first; the audit record goes there. Then reports, where they lie elsewhere. */
  readonly stores: readonly [ObjectStore, ...ObjectStore[]];
  readonly person: string;
  /** What stands for the person from now on; a random name unless given, which nothing leads back from. */
  readonly pseudonym?: string | undefined;
  /** Milliseconds. */
  readonly now: number;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
}

/** The audit record: everything but the name. */
export interface Forgetting {
  readonly at: string;
  readonly pseudonym: string;
  /** Objects that were rewritten, with the rows of tables that changed; null for texts. */
  readonly objects: readonly { readonly store: string; readonly key: string; readonly rows: number | null }[];
  /** Raw log objects that still name the person: Strata never writes to them. */
  readonly raw: readonly string[];
  /** Workbooks of months that name the person which are damaged, so that they can only be written again by `strata report`, or deleted. */
  readonly remaining: readonly string[];
}

const TEXT = /\.(json|jsonl|ndjson|csv|tsv|html|md|txt|svg|ya?ml)$/;
const AUDIT = "audit/forget/";

/**
 * Takes a person out of curated tables, reports and the state of alerts, under a pseudonym, so that sums stay what they are. Raw logs stay and are listed.
 * Running it again finds nothing more.
 */
export async function forgetPerson(options: ForgetOptions): Promise<Forgetting> {
  const { stores, person, now, dryRun = false } = options;
  const pseudonym = options.pseudonym ?? `person-${randomBytes(8).toString("hex")}`;
  const work = mkdtempSync(join(tmpdir(), "strata-forget-"));
  const parquet = await ParquetRewriter.open();
  const [file, out] = [join(work, "in.parquet"), join(work, "out.parquet")];
  const objects: { store: string; key: string; rows: number | null }[] = [];
  const raw = new Set<string>();
  const remaining: string[] = [];
  try {
    const names = await namesOf(stores[0], parquet, file, person, pseudonym);
    for (const store of stores) {
      for (const key of await keysOf(store)) {
        const there = await store.readAll(key);
        if (there === undefined) continue;
        let content: Uint8Array | string | undefined;
        let rows: number | null = null;
        if (key.endsWith(".parquet")) {
          writeFileSync(file, there.bytes);
          const done = await parquet.rewrite(file, out, { person, pseudonym, names });
          for (const object of done.sources) raw.add(object);
          rows = done.rows;
          if (rows > 0) content = readFileSync(out);
        } else if (TEXT.test(key)) {
          const text = Buffer.from(there.bytes).toString("utf8");
          const replaced = replaceNames(text, names);
          if (replaced !== text) content = replaced;
        } else if (key.endsWith(".xlsx")) {
          const workbook = renamedWorkbook(there.bytes, names);
          if (workbook === "damaged") remaining.push(`${store.name}/${key}`);
          else content = workbook;
        }
        if (content === undefined) continue;
        if (!dryRun) await store.write(key, content, { ifEtag: there.etag });
        objects.push({ store: store.name, key, rows });
      }
      if (!dryRun) await renewManifests(store, objects);
    }
  } finally {
    parquet.close();
    rmSync(work, { recursive: true, force: true });
  }
  const at = new Date(now).toISOString();
  // Workbooks of months that nothing else names the person in do not name him either.
  const months = new Set(objects.flatMap(({ key }) => /month=\d{4}-\d{2}/.exec(key)?.[0] ?? []));
  const stale = remaining.filter((key) => [...months].some((month) => key.includes(month)));
  const record: Forgetting = { at, pseudonym, objects, raw: [...raw].sort(), remaining: stale };
  if (!dryRun) {
    const key = `${AUDIT}${at.replace(/[:.]/g, "-")}-${pseudonym}.json`;
    await stores[0].write(key, `${JSON.stringify(record, null, 2)}\n`, { ifAbsent: true });
  }
  return record;
}

/** The workbook with every name replaced; undefined where it names nobody. */
function renamedWorkbook(bytes: Uint8Array, names: ReadonlyMap<string, string>): Uint8Array | "damaged" | undefined {
  try {
    const parts = unzipSync(bytes);
    let found = false;
    for (const [part, content] of Object.entries(parts)) {
      if (!part.endsWith(".xml")) continue;
      const text = Buffer.from(content).toString("utf8");
      const replaced = replaceNames(text, names);
      if (replaced === text) continue;
      found = true;
      parts[part] = Buffer.from(replaced);
    }
    return found ? zipSync(parts, { mtime: new Date(1980, 0, 1) }) : undefined;
  } catch {
    return "damaged";
  }
}

/** A statement's manifest holds size and hash of its files: those of rewritten files are renewed. */
async function renewManifests(store: ObjectStore, objects: readonly { store: string; key: string }[]): Promise<void> {
  const own = objects.filter((object) => object.store === store.name);
  for (const [folder, rewritten] of Map.groupBy(own, ({ key }) => key.slice(0, key.lastIndexOf("/") + 1))) {
    const there = await store.readAll(`${folder}manifest.json`);
    if (there === undefined) continue;
    const manifest = JSON.parse(Buffer.from(there.bytes).toString("utf8"));
    const names = new Set(rewritten.map(({ key }) => key.slice(folder.length)));
    for (const file of manifest.files ?? []) {
      const content = names.has(file.name) ? await store.readAll(`${folder}${file.name}`) : undefined;
      if (content) Object.assign(file, { bytes: content.bytes.byteLength, sha256: sha256(content.bytes) });
    }
    await store.write(`${folder}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`, { ifEtag: there.etag });
  }
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list()) if (!key.startsWith(AUDIT)) keys.push(key);
  return keys.sort();
}

/** The person's own name, and identities that were never anybody else's: the end of such an ARN is replaced. */
async function namesOf(
  data: ObjectStore,
  parquet: ParquetRewriter,
  file: string,
  person: string,
  pseudonym: string,
): Promise<Map<string, string>> {
  const alone = new Map<string, boolean>();
  for (const key of await keysOf(data)) {
    if (!key.startsWith("invocation_records/") || !key.endsWith(".parquet")) continue;
    const there = await data.readAll(key);
    if (there === undefined) continue;
    writeFileSync(file, there.bytes);
    for (const identity of await parquet.identities(file, person))
      alone.set(identity.arn, (alone.get(identity.arn) ?? true) && identity.alone);
  }
  const own = [...alone].filter(([arn, his]) => his && /:user\/|:assumed-role\//.test(arn)).map(([arn]) => arn);
  return new Map([
    ...own.map((arn) => [arn, `${arn.slice(0, arn.lastIndexOf("/") + 1)}${pseudonym}`] as const),
    [person, pseudonym],
  ]);
}
