import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { strataConfig } from "../../src/config/strata-config.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { ingestTelemetry } from "../../src/telemetry/ingest-telemetry.ts";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";

/** Recorded clients and the answers that they were given; see the README files there. */
export const RECORDINGS = fileURLToPath(new URL("../fixtures/telemetry/", import.meta.url));

export const foldersOf = (part: string): string[] =>
  readdirSync(`${RECORDINGS}${part}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const TELEMETRY = /^(?:.*(?:logs|metrics|traces)(?:\.jsonl|\.binpb\.gz)|otlp\.jsonl)$/;

/** Objects as a bucket would list them, delivered at the end of the day of recording. */
export function telemetryObjects(folder: string): ObjectInfo[] {
  return readdirSync(folder)
    .filter((name) => TELEMETRY.test(name))
    .sort()
    .map((key) => ({ key, size: readFileSync(`${folder}/${key}`).length, lastModified: Date.parse("2026-11-29T23:00:00Z") }));
}

export interface Answer {
  readonly at: string;
  readonly requestId?: string;
  readonly modelId?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly error?: string;
  readonly usage?: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly cache_read_input_tokens: number;
    readonly cache_creation_input_tokens: number;
  };
  readonly bodyUserId?: string;
}

export const answersOf = (folder: string): Answer[] =>
  readFileSync(`${folder}/bedrock-truth.jsonl`, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Answer => JSON.parse(line))
    .filter(({ requestId }) => requestId !== undefined);

/** The invocation log that Bedrock would have written of those answers: counters, and the request's metadata where bodies are wanted. */
export function logOf(answers: readonly Answer[], { bodies }: { readonly bodies: boolean }): string {
  const lines = answers.map(({ at, requestId, modelId, operation, status = 200, error, usage, bodyUserId }) => {
    const failed = status !== 200;
    return JSON.stringify({
      schemaType: "ModelInvocationLog",
      schemaVersion: "1.0",
      timestamp: `${at.slice(0, 19)}Z`,
      accountId: "111122223333",
      region: "us-east-1",
      requestId,
      operation: operation === "InvokeModel" ? "InvokeModel" : (operation ?? "InvokeModel"),
      modelId,
      identity: { arn: "arn:aws:sts::111122223333:assumed-role/Developers/alice@example.com" },
      ...(failed ? { errorCode: error ?? "ThrottlingException" } : {}),
      input: {
        inputContentType: "application/json",
        ...(bodies && bodyUserId !== undefined
          ? {
              inputBodyJson: {
                max_tokens: 1,
                messages: [{ role: "user", content: "SECRETBODY" }],
                metadata: { user_id: bodyUserId },
              },
            }
          : {}),
        ...(failed || usage === undefined
          ? {}
          : {
              inputTokenCount: usage.input_tokens,
              cacheReadInputTokenCount: usage.cache_read_input_tokens,
              cacheWriteInputTokenCount: usage.cache_creation_input_tokens,
            }),
      },
      ...(failed || usage === undefined
        ? {}
        : { output: { outputContentType: "application/json", outputTokenCount: usage.output_tokens } }),
    });
  });
  return `${lines.join("\n")}\n`;
}

/** Puts a folder of recordings and the log beside it into a data folder, as ingest would. */
export async function landed(folder: string, out: string, { bodies = false, name = "" } = {}): Promise<FolderStore> {
  const target = new FolderStore(out);
  const keys = keptKeys();
  await ingestTelemetry(
    { name: `t${name}`, objects: telemetryObjects(folder) },
    { source: new FolderStore(folder), target, keys },
  );
  const logs = new FolderStore(`${out}-logs`);
  const text = logOf(answersOf(folder), { bodies });
  const key = "log.jsonl";
  await logs.write(key, text);
  const object = { key, size: text.length, lastModified: Date.parse("2026-11-29T23:00:00Z") };
  await ingestObjects(
    { name: `l${name}`, objects: [object] },
    { source: logs, target, curator: curator(strataConfig.parse({})) },
  );
  return target;
}
