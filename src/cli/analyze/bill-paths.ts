import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BillFinding } from "../../billing/finding.ts";
import { isS3 } from "./find-sources.ts";

/** Bills as paths of this machine, and the way back from them to what the user named. */
export interface BillPaths {
  readonly paths: readonly string[];
  /** A finding about a copy, told of the original. */
  original(finding: BillFinding): BillFinding;
  /** Removes the copies. */
  remove(): void;
}

/** Copies bills that lie in S3; others stay where they are. @throws InputError */
export async function billPaths(
  given: readonly string[],
  range: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<BillPaths> {
  if (!given.some(isS3)) return { paths: given, original: (finding) => finding, remove: () => undefined };
  const { downloadBill } = await import("../../aws/download-bill.ts");
  const folder = mkdtempSync(join(tmpdir(), "strata-bill-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copies = new Map<string, string>();
    const paths: string[] = [];
    for (const [index, path] of given.entries()) {
      const copy = isS3(path) ? await downloadBill(path, join(folder, String(index)), range) : path;
      paths.push(copy);
      if (isS3(path)) copies.set(copy, path.replace(/\/$/, ""));
    }
    // DuckDB repeats the statement, cut off in the middle of the path; the sentence before it says enough.
    const text = (value: string): string =>
      [...copies].reduce((told, [copy, path]) => told.replaceAll(copy, path), value).replace(/(?<!\s)\s*LINE \d+: .*$/s, "");
    return {
      paths,
      original: (finding) => ({
        ...finding,
        place: text(finding.place),
        message: text(finding.message),
        hint: text(finding.hint),
      }),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}
