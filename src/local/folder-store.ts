import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { InputError, ObjectNotFound, WriteConflict } from "../errors.ts";
import type { ObjectInfo, ObjectStore, WriteCondition } from "../ports.ts";

/**
 * A folder with a bucket's behaviour: keys are `/`-separated paths, writes replace whole objects (temporary file, then rename),
 * conditional writes are honoured between processes (hard link for create-only).
 */
export class FolderStore implements ObjectStore {
  readonly name: string;
  #temporary = 0;

  constructor(folder: string) {
    this.name = folder;
  }

  async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    yield* this.#walk(prefix.includes("/") ? prefix.slice(0, prefix.lastIndexOf("/")) : "", prefix);
  }

  async *#walk(folder: string, prefix: string): AsyncGenerator<ObjectInfo> {
    const entries = await readdir(join(this.name, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const key = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const within = key.startsWith(prefix) || prefix.startsWith(`${key}/`);
      if (!within) continue;
      if (entry.isDirectory()) {
        yield* this.#walk(key, prefix);
        continue;
      }
      // A link that leads nowhere is listed: whoever reads it gets an error that names it, instead of nothing.
      const info = await stat(join(this.name, key)).catch(() => undefined);
      if (info?.isDirectory()) yield* this.#walk(key, prefix);
      else if (info === undefined || info.isFile())
        yield { key, size: info?.size ?? 0, lastModified: Math.floor(info?.mtimeMs ?? 0) };
    }
  }

  async read(key: string): Promise<{ body: ReturnType<typeof createReadStream>; info: ObjectInfo }> {
    const path = this.#path(key);
    const info = await stat(path).catch((cause: unknown) => {
      throw new ObjectNotFound(key, `store: ${this.name} has no object ${key}`, { cause });
    });
    return { body: createReadStream(path), info: { key, size: info.size, lastModified: Math.floor(info.mtimeMs) } };
  }

  async readAll(key: string): Promise<{ bytes: Uint8Array; etag: string; disposable: boolean } | undefined> {
    try {
      const bytes = await readFile(this.#path(key));
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
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes);
    try {
      if (condition.ifAbsent) {
        await link(temporary, path).catch((cause: unknown) => {
          throw new WriteConflict(key, `store: ${key} exists already`, { cause });
        });
        return written(bytes);
      }
      if (condition.ifEtag !== undefined && (await this.readAll(key))?.etag !== condition.ifEtag) {
        throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
      }
      await rename(temporary, path);
      return written(bytes);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  /** Keys come from log records too (side bodies), so one that climbs out of the folder is refused. */
  #path(key: string): string {
    const path = join(this.name, key);
    if (key.startsWith("/") || key.split("/").includes("..") || !path.startsWith(join(this.name, sep)))
      throw new InputError(key, `store: the key ${key} leaves the folder ${this.name}`);
    return path;
  }
}

/** Most writers never ask, and hashing takes longer than writing. */
const written = (bytes: Uint8Array): { etag: string } => ({
  get etag() {
    return etagOf(bytes);
  },
});

const etagOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
