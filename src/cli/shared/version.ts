import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version in package.json, three folders up from src/cli/shared and dist/cli/shared alike. */
export function version(): string {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "..", "package.json"), "utf8");
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === "object" && parsed !== null && "version" in parsed ? String(parsed.version) : "unknown";
}
