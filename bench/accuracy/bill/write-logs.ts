import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Call } from "./call.ts";
import { logRecord } from "./log-record.ts";

/** Writes the logged calls as Bedrock delivers them: one gzip object per account and four hours of calls, in a folder of its hour; other records in one object. */
export function writeLogs(
  folder: string,
  calls: readonly Call[],
  others: readonly Readonly<Record<string, unknown>>[] = [],
): void {
  const objects = Map.groupBy(
    calls.filter((call) => call.logged),
    (call) => `${call.account}|${call.region}|${Math.floor(call.time / 14_400_000)}`,
  );
  for (const [key, members] of objects) {
    const [account = "", region = ""] = key.split("|");
    const last = members.reduce((latest, { time }) => Math.max(latest, time), 0) + 60_000;
    const at = new Date(last).toISOString();
    const name = `${at.slice(0, 19).replace(/[-:]/g, "")}000Z_${(members[0]?.requestId ?? "").replaceAll("-", "").slice(0, 16)}.json.gz`;
    const path = join(
      folder,
      `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${at.slice(0, 13).replace(/[-T]/g, "/")}/${name}`,
    );
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(members.map((call) => JSON.stringify(logRecord(call))).join("\n")));
  }
  if (others.length === 0) return;
  const path = join(folder, "others.json.gz");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gzipSync(others.map((record) => JSON.stringify(record)).join("\n")));
}
