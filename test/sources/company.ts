import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runAnalyze } from "../../src/cli/analyze/run-analyze.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Summary } from "../../src/pipeline/summary-schema.ts";
import type { Row } from "../../src/ports.ts";
import { type BillLine, csv } from "../billing/ledger.ts";

export const ACCOUNT = "111122223333";
export const SSO = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_BedrockDevelopers_0123456789abcdef`;

/** A logged call of Nova Lite unless said otherwise. */
export const logged = (requestId: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-10-05T14:00:00Z",
  accountId: ACCOUNT,
  region: "us-east-1",
  requestId,
  operation: "Converse",
  modelId: "amazon.nova-lite-v1:0",
  identity: { arn: `arn:aws:iam::${ACCOUNT}:user/ann` },
  input: { inputTokenCount: 1000 },
  output: { outputTokenCount: 10 },
  ...more,
});

/** A CloudTrail event of a call of Bedrock unless said otherwise. */
export const trailEvent = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  eventVersion: "1.11",
  awsRegion: "us-east-1",
  recipientAccountId: ACCOUNT,
  userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/ann`, accountId: ACCOUNT, userName: "ann" },
  eventTime: "2026-10-05T14:00:00Z",
  eventSource: "bedrock.amazonaws.com",
  eventName: "Converse",
  userAgent: "Boto3/1.44.8 md/Botocore#1.44.8",
  requestParameters: { modelId: "amazon.nova-lite-v1:0" },
  requestID: id,
  eventID: `event-${id}`,
  eventCategory: "Management",
  ...more,
});

export interface CompanyFiles {
  readonly logs?: readonly unknown[];
  readonly bill?: readonly BillLine[];
  readonly trail?: readonly unknown[];
  readonly telemetry?: readonly unknown[];
  /** Name below the folder → content. */
  readonly batch?: Readonly<Record<string, string>>;
  readonly kiro?: Readonly<Record<string, string>>;
  readonly config?: string;
  /** Data folder of an earlier result, to analyse into again. */
  readonly into?: string;
}

export interface Analysed {
  readonly summary: Summary;
  readonly folder: string;
  query(name: string, params?: Record<string, string>): Promise<readonly Row[]>;
  sql(text: string): Promise<readonly Row[]>;
  close(): void;
}

/** Runs the whole analysis over files of a small company. */
export async function analysed(files: CompanyFiles): Promise<Analysed> {
  const work = files.into === undefined ? mkdtempSync(join(tmpdir(), "strata-company-")) : dirname(files.into);
  const write = (name: string, content: string): string => {
    const path = join(work, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const all = (folder: string, contents: Readonly<Record<string, string>> = {}): string[] => {
    for (const [name, content] of Object.entries(contents)) write(join(folder, name), content);
    return Object.keys(contents).length > 0 ? [join(work, folder)] : [];
  };
  const folder = join(work, "data");
  const summary = await runAnalyze({
    paths: files.logs ? [write("logs/records.jsonl", lines(files.logs))] : [],
    cur: files.bill ? [write("cur/bill.csv", csv(files.bill))] : [],
    telemetry: files.telemetry ? [write("otel/events.jsonl", lines(files.telemetry))] : [],
    cloudtrail: files.trail ? [write("trail/events.json", JSON.stringify({ Records: files.trail }))] : [],
    batch: all("batch", files.batch),
    kiro: all("kiro", files.kiro),
    config: files.config === undefined ? undefined : write("strata.yml", files.config),
    out: folder,
    quiet: true,
    threads: 1,
  });
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  return {
    summary,
    folder,
    query: async (name, params = {}) => (await warehouse.query(name, params)).rows,
    sql: async (text) => (await warehouse.adhoc(text)).rows,
    close() {
      warehouse.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}

/** An OTLP document with one event of Claude Code about a call. */
export const clientEvent = (requestId: string, attributes: Record<string, string | number>, time = "2026-10-05T14:16:04Z") => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "claude-code" } }] },
      scopeLogs: [
        {
          scope: { name: "com.anthropic.claude_code.events" },
          logRecords: [
            {
              timeUnixNano: `${Date.parse(time)}000000`,
              body: { stringValue: "claude_code.api_request" },
              attributes: Object.entries({ "event.name": "api_request", request_id: requestId, ...attributes }).map(
                ([key, value]) => ({
                  key,
                  value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
                }),
              ),
            },
          ],
        },
      ],
    },
  ],
});
