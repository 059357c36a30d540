import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { InputError, messageOf, UsageError } from "../errors.ts";
import { classifyKey } from "../invocation/object-key.ts";
import type { ObjectInfo } from "../ports.ts";
import { FolderStore } from "./folder-store.ts";
import { holdsLogs } from "./holds-logs.ts";

export interface FoundInputs {
  /** Rooted at the deepest folder that holds every input, so that a file has the same key however it was named. */
  readonly store: FolderStore;
  /** Sorted by key, each file once. */
  readonly objects: readonly ObjectInfo[];
  /** Files that could not be looked at, as sentences for the user. */
  readonly problems: readonly InputError[];
}

/**
 * Files behind paths, folders and globs of the command line.
 * @throws UsageError when a path does not exist or a glob matches nothing.
 */
export async function findInputs(paths: readonly string[], without: readonly string[] = []): Promise<FoundInputs> {
  const files = new Set<string>();
  const folders: string[] = [];
  for (const path of paths) {
    if (existsSync(path)) {
      const full = resolve(path);
      if (statSync(path).isDirectory()) folders.push(full);
      else files.add(full);
    } else if (isDynamicPattern(path)) {
      const { cwd, pattern } = literalStart(path);
      const matches = await glob(pattern, { cwd, absolute: true, dot: false, onlyFiles: true });
      if (matches.length === 0)
        throw new UsageError(`input: nothing matches ${path}`, { hint: "Check the pattern; put it in quotes." });
      for (const match of matches) files.add(resolve(match));
    } else {
      throw new UsageError(`input: ${path} does not exist`, {
        hint: "Give a folder, a file or a quoted glob of Bedrock invocation logs.",
      });
    }
  }
  const base = commonFolder([...folders, ...[...files].map((file) => dirname(file))]);
  const store = new FolderStore(base);
  const skipped = without.map((folder) => `${resolve(folder)}${sep}`);
  const objects = new Map<string, ObjectInfo>();
  const problems: InputError[] = [];
  // A file is read once, however many of the paths lead to it.
  const several = folders.length + files.size > 1;
  const seen = new Set<string>();
  const isNew = (file: string): boolean => {
    const real = realPath(file);
    return seen.size !== seen.add(real).size;
  };
  for (const folder of folders) {
    try {
      for await (const object of new FolderStore(folder).list()) {
        const full = join(folder, object.key);
        if (skipped.some((other) => full.startsWith(other))) continue;
        if (several && !isNew(full)) continue;
        const key = keyOf(base, full);
        objects.set(key, { ...object, key });
      }
    } catch (cause) {
      problems.push(
        new InputError(folder, `input: ${folder} cannot be listed: ${messageOf(cause)}`, {
          hint: "Check its permissions.",
          cause,
        }),
      );
    }
  }
  for (const file of [...files].sort()) {
    if (!isNew(file)) continue;
    const { size, mtimeMs } = statSync(file);
    const key = keyOf(base, file);
    objects.set(key, { key, size, lastModified: Math.floor(mtimeMs) });
  }
  const sorted = [...objects.values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((object) =>
      classifyKey(object.key).kind === "other" && holdsLogs(join(base, object.key)) ? { ...object, holdsLogs: true } : object,
    );
  return { store, objects: sorted, problems };
}

const realPath = (file: string): string => {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
};

/** The folders at the pattern's start that are there by exactly that name are no part of the pattern: `logs[1]/*.json` is about `logs[1]`. */
function literalStart(path: string): { readonly cwd: string; readonly pattern: string } {
  const parts = path.split(sep).join("/").split("/");
  let start = path.startsWith("/") ? "/" : ".";
  while (parts.length > 1) {
    const next = join(start, parts[0] ?? "");
    if (!existsSync(next) || !statSync(next).isDirectory()) break;
    start = next;
    parts.shift();
  }
  return { cwd: resolve(start), pattern: parts.join("/") };
}

const keyOf = (base: string, file: string): string => relative(base, file).split(sep).join("/");

function commonFolder(folders: readonly string[]): string {
  const [first = ".", ...rest] = folders;
  let common = first.split(sep);
  for (const folder of rest) {
    const parts = folder.split(sep);
    const end = common.findIndex((part, index) => parts[index] !== part);
    if (end !== -1) common = common.slice(0, end);
  }
  return common.join(sep) || sep;
}
