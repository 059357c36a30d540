/** Writes the published contracts under schemas/ from the code that enforces them. A test compares. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { budgetStatusSchema } from "../src/anomaly/budget-status.ts";
import { alertMessageSchema } from "../src/anomaly/message-schema.ts";
import { requestMetadata } from "../src/config/request-metadata.ts";
import { strataConfig } from "../src/config/strata-config.ts";
import { recordSchema } from "../src/invocation/record-schema.ts";
import { summarySchema } from "../src/pipeline/summary-schema.ts";
import { queryFile, queryNames } from "../src/query/files.ts";
import { manifestSchema } from "../src/report/manifest-schema.ts";
import { reportNoticeSchema } from "../src/report/report-notice.ts";
import { tables } from "../src/tables/index.ts";

/** File name → content. */
export function schemas(): Map<string, unknown> {
  const views = queryNames("views").map((name) => {
    const { header } = queryFile(name);
    return {
      name: name.slice("views/".length),
      kind: "view",
      meaning: header.purpose,
      columns: header.columns,
      reads: header.reads,
    };
  });
  const stored = tables().map((table) => ({ kind: "table", ...table }));
  return new Map<string, unknown>([
    ["config.schema.json", z.toJSONSchema(strataConfig, { io: "input" })],
    ["request-metadata.schema.json", z.toJSONSchema(requestMetadata)],
    ["invocation-log-record.schema.json", z.toJSONSchema(recordSchema, { io: "input", unrepresentable: "any" })],
    ["summary.schema.json", z.toJSONSchema(summarySchema)],
    ["alert-message.schema.json", alertMessageSchema()],
    ["report-manifest.schema.json", z.toJSONSchema(manifestSchema)],
    ["statement-notice.schema.json", z.toJSONSchema(reportNoticeSchema)],
    ["budget-status.schema.json", budgetStatusSchema()],
    ["tables.json", { schema_version: 1, tables: stored, views }],
  ]);
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, "..", "schemas");
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of schemas()) writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}
