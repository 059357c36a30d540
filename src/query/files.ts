import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { StrataError, UsageError } from "../errors.ts";
import { nearNames } from "../near-names.ts";
import { PROGRAM } from "../program.ts";
import { withFragments } from "./fragments.ts";
import { parseHeader, type QueryHeader } from "./header.ts";

export interface QueryFile {
  /** Path under sql/ without the ending: `saved/top_spenders`. */
  readonly name: string;
  readonly header: QueryHeader;
  readonly sql: string;
}

/** The sql/ folder: beside src/ in a clone, beside dist/ in a package, beside the bundle in a Lambda. */
export function sqlFolder(start: string = import.meta.dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, "sql");
    if (existsSync(join(candidate, "views"))) return candidate;
    if (dirname(folder) === folder) {
      throw new StrataError(`query: no sql folder above ${start}`, { hint: "Reinstall the package; its sql folder is missing." });
    }
  }
}

/** Parts of queries, not queries (fragments.ts). */
const FRAGMENTS = "fragments";

const cache = new Map<string, QueryFile>();
const names = new Map<string, readonly string[]>();

/** @throws UsageError with the nearest names when there is no such query. */
export function queryFile(name: string): QueryFile {
  const cached = cache.get(name);
  if (cached) return cached;
  const path = join(sqlFolder(), `${name}.sql`);
  if (!/^(?!fragments\/)[a-z0-9_]+(\/[a-z0-9_]+)+$/.test(name) || !existsSync(path)) {
    const folder = name.split("/")[0] ?? "";
    const short = (full: string): string => (folder === "saved" ? full.slice("saved/".length) : full);
    const near = nearNames(
      short(name),
      queryNames()
        .filter((other) => other.startsWith(`${folder}/`))
        .map(short),
    );
    throw new UsageError(`query: there is no query "${short(name)}"`, {
      hint: `${near.length > 0 ? `Did you mean ${near.join(", ")}? ` : ""}${PROGRAM} query lists them.`,
    });
  }
  const sql = withFragments(name, readFileSync(path, "utf8"), fragmentText);
  const file = { name, header: parseHeader(name, sql), sql };
  cache.set(name, file);
  return file;
}

const fragmentText = (name: string): string | undefined => {
  const path = join(sqlFolder(), FRAGMENTS, `${name}.sql`);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
};

/** Names of every query file, sorted; `folder` narrows to one, for example `saved`. */
export function queryNames(folder = ""): readonly string[] {
  const known = names.get(folder) ?? namesIn(folder);
  names.set(folder, known);
  return known;
}

function namesIn(folder: string): string[] {
  const root = sqlFolder();
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql") && !path.startsWith(FRAGMENTS))
    .map((path) =>
      relative(root, join(root, folder, path))
        .slice(0, -4)
        .split(sep)
        .join("/"),
    )
    .sort();
}
