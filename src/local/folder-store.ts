import { createHash } from "node:crypto";
import {
  createReadStream,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { InputError, ObjectNotFound, WriteConflict } from "../errors.ts";
import type { ObjectInfo, ObjectStore, RemoveCondition, WriteCondition } from "../ports.ts";

/** How far a listing has come: real paths that were met, and links that are still to be followed. */
interface Walk {
  readonly prefix: string;
  readonly seen: Set<string>;
  readonly links: string[];
}

/**
 * A folder with a bucket's behaviour: keys are `/`-separated paths, writes replace whole objects (temporary file, then rename),
 * conditional writes are honoured between processes (hard link for create-only). Each call waits for the disk: to hand a small file to another thread
 * and back takes five times the processor time of reading it (docs/performance.md).
 */
export class FolderStore implements ObjectStore {
  readonly name: string;
  #temporary = 0;

  constructor(folder: string) {
    this.name = folder;
  }

  /** Links are followed, each file and folder is listed once: under its own name where it has one here. */
  async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    const start = prefix.includes("/") ? prefix.slice(0, prefix.lastIndexOf("/")) : "";
    const walk: Walk = { prefix, seen: new Set(), links: [] };
    yield* this.#walk(start, realPath(join(this.name, start)) ?? "", walk);
    for (let key = walk.links.shift(); key !== undefined; key = walk.links.shift()) yield* this.#follow(key, walk);
  }

  async *#follow(key: string, walk: Walk): AsyncGenerator<ObjectInfo> {
    const path = join(this.name, key);
    const real = realPath(path);
    // A link that leads nowhere is listed: whoever reads it gets an error that names it, instead of nothing.
    if (real === undefined) yield { key, size: 0, lastModified: 0 };
    else if (walk.seen.has(real)) return;
    else if (statSync(real).isDirectory()) yield* this.#walk(key, real, walk);
    else yield* this.#file(key, real, walk);
  }

  *#file(key: string, real: string, { seen }: Walk): Generator<ObjectInfo> {
    if (seen.has(real)) return;
    seen.add(real);
    const info = statOf(real);
    if (info === undefined || info.isFile()) yield { key, size: info?.size ?? 0, lastModified: Math.floor(info?.mtimeMs ?? 0) };
  }

  /** @param real the folder's own path, without links */
  async *#walk(folder: string, real: string, walk: Walk): AsyncGenerator<ObjectInfo> {
    const { prefix, seen } = walk;
    if (seen.has(real)) return;
    seen.add(real);
    const entries = entriesOf(join(this.name, folder));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const key = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const within = key.startsWith(prefix) || prefix.startsWith(`${key}/`);
      if (!within) continue;
      if (entry.isDirectory()) yield* this.#walk(key, join(real, entry.name), walk);
      else if (entry.isSymbolicLink()) walk.links.push(key);
      else if (entry.isFile()) yield* this.#file(key, join(real, entry.name), walk);
    }
  }

  async read(key: string): Promise<{ body: ReturnType<typeof createReadStream>; info: ObjectInfo }> {
    const path = this.#path(key);
    const info = statOf(path);
    if (info === undefined) throw new ObjectNotFound(key, `store: ${this.name} has no object ${key}`);
    return { body: createReadStream(path), info: { key, size: info.size, lastModified: Math.floor(info.mtimeMs) } };
  }

  async readAll(key: string): Promise<{ bytes: Uint8Array; etag: string; disposable: boolean } | undefined> {
    try {
      const bytes = readFileSync(this.#path(key));
      // Most readers never ask, and hashing takes longer than reading.
      return {
        bytes,
        disposable: true,
        get etag() {
          return etagOf(bytes);
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async write(key: string, content: Uint8Array | string, condition: WriteCondition = {}): Promise<{ etag: string }> {
    const path = this.#path(key);
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const temporary = `${path}.${process.pid}-${this.#temporary++}.tmp`;
    let left = true;
    writeNew(temporary, bytes);
    try {
      if (condition.ifAbsent) {
        try {
          linkSync(temporary, path);
        } catch (cause) {
          throw new WriteConflict(key, `store: ${key} exists already`, { cause });
        }
        return written(bytes);
      }
      if (condition.ifEtag !== undefined && (await this.readAll(key))?.etag !== condition.ifEtag) {
        throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
      }
      renameSync(temporary, path);
      left = false;
      return written(bytes);
    } finally {
      if (left) rmSync(temporary, { force: true });
    }
  }

  async remove(key: string, condition?: RemoveCondition): Promise<void> {
    if (condition !== undefined) {
      const there = await this.readAll(key);
      if (there === undefined) return;
      if (there.etag !== condition.ifEtag) throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
    }
    rmSync(this.#path(key), { force: true });
  }

  /** Keys come from log records too (side bodies), so one that climbs out of the folder is refused. */
  #path(key: string): string {
    const path = join(this.name, key);
    if (key.startsWith("/") || key.split("/").includes("..") || !path.startsWith(join(this.name, sep)))
      throw new InputError(key, `store: the key ${key} leaves the folder ${this.name}`);
    return path;
  }
}

/** Most folders are there. */
function writeNew(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Most writers never ask, and hashing takes longer than writing. */
const written = (bytes: Uint8Array): { etag: string } => ({
  get etag() {
    return etagOf(bytes);
  },
});

const etagOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
