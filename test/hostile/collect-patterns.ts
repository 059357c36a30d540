import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

export interface Found {
  readonly place: string;
  readonly pattern: RegExp;
}

/** A literal in a place where an expression may begin. Slashes inside a class end nothing. */
const LITERAL = /(?<=(?:[=(,:[!&|?{};>]|return|^)\s{0,4})\/(?![*/])((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/gm;

/** Every regular expression that is written in these folders, and those that data files give. */
export function patternsIn(folders: readonly string[]): Found[] {
  const found: Found[] = [];
  for (const folder of folders)
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      const place = `${folder}/${file}`;
      if (file.endsWith(".ts")) found.push(...literalsIn(place));
      if (file.endsWith(".data.json")) found.push(...givenIn(place));
    }
  return found;
}

function literalsIn(place: string): Found[] {
  const code = readFileSync(join(ROOT, place), "utf8").replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
  return [...code.matchAll(LITERAL)].flatMap(([, source = "", flags = ""]) => {
    try {
      return [{ place: `${place}: /${source}/`, pattern: new RegExp(source, flags.replace(/[gy]/g, "")) }];
    } catch {
      return [];
    }
  });
}

/** Texts of data files that are patterns: they hold an operator that plain words do not. */
function givenIn(place: string): Found[] {
  const found: Found[] = [];
  JSON.parse(readFileSync(join(ROOT, place), "utf8"), (_, value: unknown) => {
    if (typeof value === "string" && /[\^$|*+\\[]/.test(value) && !/^https?:/.test(value) && value.length < 400) {
      try {
        found.push({ place: `${place}: ${value}`, pattern: new RegExp(value) });
      } catch {
        // a sentence, no pattern
      }
    }
    return value;
  });
  return found;
}
