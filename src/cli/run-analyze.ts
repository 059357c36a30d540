import { join, relative } from "node:path";
import type { BillFinding } from "../billing/finding.ts";
import type { BillImport } from "../billing/import.ts";
import { defaultConfig, loadConfig } from "../config/load.ts";
import { InputError, messageOf, printable } from "../errors.ts";
import { batches } from "../local/batches.ts";
import { importCur } from "../local/cur-import.ts";
import { prepareDataFolder } from "../local/data-folder.ts";
import { dimensionFiles } from "../local/dimension-files.ts";
import { DuckDbWarehouse } from "../local/duckdb.ts";
import { findInputs } from "../local/find-inputs.ts";
import { FolderStore } from "../local/folder-store.ts";
import { ingestParallel } from "../local/ingest-parallel.ts";
import { analyze } from "../pipeline/analyze.ts";
import type { Problem, Summary } from "../pipeline/summary-schema.ts";
import { progress } from "./progress.ts";

export interface AnalyzeRequest {
  readonly paths: readonly string[];
  readonly cur: readonly string[];
  readonly config?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly out: string;
  readonly quiet: boolean;
}

/** The whole pipeline on files of this machine. @throws UsageError, ConfigError, InputError */
export async function runAnalyze(request: AnalyzeRequest): Promise<Summary> {
  const config = request.config === undefined ? defaultConfig() : loadConfig(request.config);
  const { store, objects, problems } = await findInputs(request.paths, [request.out]);
  const work = batches(objects);
  if (!work.some((batch) => batch.hasLogs)) throw nothingToRead(request.paths, objects.length);
  const folder = prepareDataFolder(request.out);
  const data = new FolderStore(folder);

  const reading = progress("Reading logs", request.quiet);
  const ingested = await ingestParallel(
    work,
    { sourceFolder: store.name, targetFolder: folder, config, from: request.from, to: request.to },
    (done, total, counts) => reading.update(`${counts.records.toLocaleString("en-US")} records, part ${done} of ${total}`),
  );
  reading.done(
    `${ingested.counts.records.toLocaleString("en-US")} records in ${ingested.counts.objects.toLocaleString("en-US")} objects`,
  );
  const unread = ingested.failures.map(({ object, message }): Problem => {
    const place = printable(join(relative(process.cwd(), store.name), object));
    return {
      kind: "lost",
      place,
      message: `${place} could not be read: ${message}`,
      hint: "Check that the file exists and may be read, then run again.",
    };
  });

  const warehouse = await DuckDbWarehouse.open(folder);
  try {
    let bill: BillImport | undefined;
    if (request.cur.length > 0) {
      const importing = progress("Reading the bill", request.quiet);
      bill = await importCur({ paths: request.cur, folder, from: request.from, to: request.to });
      await warehouse.refresh();
      importing.done(`${bill.periods.reduce((sum, period) => sum + period.lines, 0).toLocaleString("en-US")} lines`);
    }
    const analysing = progress("Analysing", request.quiet);
    const summary = await analyze({
      config,
      data,
      warehouse,
      ingested,
      hasBill: bill !== undefined && bill.periods.length > 0,
      dimensions: dimensionFiles(warehouse),
      now: Date.now(),
      problems: [...problems.map(toProblem), ...unread, ...(bill?.findings ?? []).map(fromFinding)],
      onStage: (stage) => analysing.update(stage),
    });
    analysing.done(`${summary.invocations.toLocaleString("en-US")} invocations`);
    return summary;
  } finally {
    warehouse.close();
  }
}

const fromFinding = ({ severity, place, message, hint }: BillFinding): Problem => ({
  kind: severity === "error" ? "lost" : "note",
  place,
  message,
  hint,
});

const toProblem = (error: InputError): Problem => ({
  kind: "lost",
  place: error.place,
  message: messageOf(error),
  hint: error.hint ?? "",
});

function nothingToRead(paths: readonly string[], files: number): InputError {
  const place = paths.join(", ");
  return new InputError(
    place,
    `analyze: no invocation logs in ${place}: ${files === 0 ? "it is empty" : `${files} files, none of them is a log`}`,
    {
      hint: "Logs are .json, .jsonl or .json.gz files such as AWSLogs/<account>/BedrockModelInvocationLogs/<region>/….",
    },
  );
}
