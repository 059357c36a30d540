import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { InputError, messageOf, UsageError } from "../errors.ts";
import type { ObjectInfo } from "../ports.ts";
import { FolderStore } from "./folder-store.ts";

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
      const matches = await glob(path.split(sep).join("/"), { absolute: true, dot: false, onlyFiles: true });
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
  for (const folder of folders) {
    try {
      for await (const object of new FolderStore(folder).list()) {
        const full = join(folder, object.key);
        if (skipped.some((other) => full.startsWith(other))) continue;
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
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    const key = keyOf(base, file);
    objects.set(key, { key, size, lastModified: Math.floor(mtimeMs) });
  }
  const sorted = [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { store, objects: sorted, problems };
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
