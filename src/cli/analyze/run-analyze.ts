import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { BillFinding } from "../../billing/finding.ts";
import type { BillImport } from "../../billing/import.ts";
import { FURTHER_SOURCES } from "../../config/further-sources.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import { addCounts, noCounts } from "../../curated/counts.ts";
import type { IngestResult } from "../../curated/ingest-objects.ts";
import { type InputError, messageOf, printable, UsageError } from "../../errors.ts";
import { counted, thousands } from "../../figures.ts";
import type { ReaderSetup } from "../../local/batch-reader.ts";
import { checkBill, importCur } from "../../local/cur-import.ts";
import { newResult } from "../../local/data-folder.ts";
import { dimensionFiles } from "../../local/dimension-files.ts";
import { type DuckDbOptions, DuckDbWarehouse } from "../../local/duckdb.ts";
import { engineBounds } from "../../local/engine-bounds.ts";
import { FolderStore } from "../../local/folder-store.ts";
import { ingestParallel } from "../../local/ingest-parallel.ts";
import { analyze, MOST_HELD } from "../../pipeline/analyze.ts";
import { checkedConfig } from "../../pipeline/checked-config.ts";
import { configuredUsers, IDENTITY_USERS_KEY, identityUsersText } from "../../pipeline/identity-users.ts";
import type { Problem, Summary } from "../../pipeline/summary-schema.ts";
import type { ServiceCounts } from "../../ports.ts";
import { learnFrom } from "../shared/learn-from.ts";
import { type Progress, progress } from "../shared/progress.ts";
import { rememberConfig } from "../shared/remembered-config.ts";
import { billPaths } from "./bill-paths.ts";
import type { SourcePaths } from "./configured-inputs.ts";
import { findSources, isS3, type LogSource } from "./find-sources.ts";
import { nothingToRead, refuseNothing } from "./nothing-read.ts";
import type { Timings } from "./timings.ts";

export interface AnalyzeRequest extends Partial<SourcePaths> {
  readonly paths: readonly string[];
  readonly cur: readonly string[];
  readonly telemetry?: readonly string[];
  readonly config?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly out: string;
  readonly quiet: boolean;
  /** Engine threads; all cores unless given. */
  readonly threads?: number | undefined;
  /** Ask CloudWatch what Bedrock itself counted. */
  readonly counts?: boolean | undefined;
  /** Is told where each phase begins. */
  readonly timings?: Timings | undefined;
}

/** The whole pipeline on files of this machine or objects of S3. @throws UsageError, ConfigError, InputError */
export async function runAnalyze(request: AnalyzeRequest): Promise<Summary> {
  const config = checkedConfig(request.config);
  if (request.from !== undefined && request.to !== undefined && request.from > request.to)
    throw new UsageError(`analyze: --from ${request.from} is later than --to ${request.to}`, {
      hint: "Give the earlier day to --from.",
    });
  request.timings?.begin("finding inputs");
  await checkBill(request.cur.filter((path) => !isS3(path)));
  const sources = await findSources(request.paths, { without: [request.out], from: request.from });
  // A bill alone is enough for statement, shares, discounts and FOCUS.
  const billAlone = request.paths.length === 0 && request.cur.length > 0;
  if (!billAlone && !sources.some(({ work }) => work.some((batch) => batch.hasLogs)))
    throw await nothingToRead(request.paths, sources);
  const serviceCounts = request.counts ? await bedrocksOwnCounts() : undefined;
  const next = newResult(request.out);
  try {
    const summary = await analyzeInto(next.folder, { request, config, sources, serviceCounts });
    request.timings?.begin("putting in place");
    next.commit();
    return summary;
  } finally {
    next.end();
  }
}

interface Run {
  readonly request: AnalyzeRequest;
  readonly config: StrataConfig;
  readonly sources: readonly LogSource[];
  readonly serviceCounts: { readonly api: ServiceCounts; readonly account: string } | undefined;
}

async function analyzeInto(folder: string, { request, config, sources, serviceCounts }: Run): Promise<Summary> {
  const problems = sources.flatMap((source) => source.problems);
  rememberConfig(folder, request.config);
  const data = new FolderStore(folder);

  const reading = progress("Reading logs", request.quiet);
  // Rates that are learned from the bill are needed before the calls are priced.
  const learns = config.prices.learned === "use" && request.cur.length > 0;
  const early = learns ? await importBill(request, folder, config) : undefined;
  const pricing = early === undefined ? config : await learnFrom(folder, config);
  request.timings?.begin("reading logs");
  const ingested = await ingestSources(
    sources,
    { targetFolder: folder, config: pricing, from: request.from, to: request.to },
    reading,
  );
  reading.done(`${counted(ingested.counts.records, "record")} in ${counted(ingested.counts.objects, "object")}`);
  // A bill alone needs no records.
  if (request.paths.length > 0) await refuseNothing(request, sources, ingested, data);
  await data.write(IDENTITY_USERS_KEY, identityUsersText(configuredUsers(config, request.config)));
  const telemetry = await readTelemetry(request, folder, config);
  const beside = await readBeside(request, folder, config);
  const warehouse = await DuckDbWarehouse.open(folder, {
    ...engineThreads(request, ingested.counts.records),
    ...engineBounds(folder, "warehouse"),
  });
  try {
    let bill: BillImport | undefined;
    if (request.cur.length > 0) {
      const importing = progress("Reading the bill", request.quiet);
      bill = early ?? (await importBill(request, folder, config));
      await warehouse.refresh();
      importing.done(`${thousands(bill.periods.reduce((sum, period) => sum + period.lines, 0))} lines`);
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
      problems: [
        ...problems.map(toProblem),
        ...ingested.unread,
        ...telemetry,
        ...beside,
        ...(bill?.findings ?? []).map(fromFinding),
      ],
      serviceCounts,
      onStage: (name, part, stage) => {
        request.timings?.begin(stage);
        analysing.update(name, part);
      },
    });
    analysing.done(`${thousands(summary.invocations)} invocations`);
    return summary;
  } finally {
    warehouse.close();
  }
}

/** What the engine holds is summed by one thread with less processor time than by several, and several queries run at a time (docs/performance.md). */
function engineThreads({ threads }: AnalyzeRequest, records: number): Pick<DuckDbOptions, "threads" | "atOnce"> {
  if (threads !== undefined) return { threads };
  return records <= MOST_HELD ? { threads: 1, atOnce: Math.min(MOST_AT_ONCE, availableParallelism()) } : {};
}

/** As many as Node has threads for them. */
const MOST_AT_ONCE = 4;

/** Source after source, each on all cores. */
async function ingestSources(
  sources: readonly LogSource[],
  setup: Omit<ReaderSetup, "source">,
  reading: Progress,
): Promise<IngestResult & { readonly unread: readonly Problem[] }> {
  const of = sources.reduce((sum, { work }) => sum + work.length, 0);
  let parts = 0;
  let before = noCounts();
  const results: IngestResult[] = [];
  const unread: Problem[] = [];
  for (const { location, work } of sources) {
    const result = await ingestParallel(work, { ...setup, source: location }, (done, _total, counts) =>
      reading.update(`${counted(before.records + counts.records, "record")}, part ${parts + done} of ${of}`, {
        done: parts + done,
        of,
      }),
    );
    parts += work.length;
    before = addCounts(before, result.counts);
    results.push(result);
    unread.push(...result.failures.map((failure) => lost(location, failure)));
  }
  return {
    counts: before,
    hours: [...new Set(results.flatMap(({ hours }) => hours))].sort((a, b) => a - b),
    failures: results.flatMap(({ failures }) => failures),
    unread,
  };
}

function lost(location: string, { object, message }: IngestResult["failures"][number]): Problem {
  const place = printable(isS3(location) ? `${location}/${object}` : join(relative(process.cwd(), location), object));
  return {
    kind: "lost",
    place,
    message: `${place} could not be read: ${message}`,
    hint: `Check that the ${isS3(location) ? "object" : "file"} exists and may be read, then run again.`,
  };
}

async function readTelemetry(
  { telemetry = [], quiet, timings }: AnalyzeRequest,
  folder: string,
  config: StrataConfig,
): Promise<readonly Problem[]> {
  if (telemetry.length === 0) return [];
  timings?.begin("telemetry");
  const reading = progress("Reading telemetry", quiet);
  const { readTelemetrySources } = await import("./read-telemetry.ts");
  const { objects, rows, problems } = await readTelemetrySources(telemetry, {
    folder,
    config,
    onObjects: (count, part) => reading.update(`${thousands(count)} rows`, part),
  });
  reading.done(`${counted(rows, "row")} in ${counted(objects, "object")}`);
  return problems;
}

/** CloudTrail, batch inference and Kiro. */
async function readBeside(request: AnalyzeRequest, folder: string, config: StrataConfig): Promise<readonly Problem[]> {
  if (FURTHER_SOURCES.every((source) => (request[source] ?? []).length === 0)) return [];
  request.timings?.begin("other sources");
  const { readSources } = await import("./read-sources.ts");
  const reading = progress("Reading CloudTrail, batch jobs and Kiro", request.quiet);
  const { rows, objects, problems } = await readSources(request, { folder, config });
  reading.done(`${counted(rows, "row")} in ${counted(objects, "object")}`);
  return problems;
}

async function importBill(
  { cur, from, to, out, timings }: AnalyzeRequest,
  folder: string,
  { billing }: StrataConfig,
): Promise<BillImport> {
  timings?.begin("reading the bill");
  const bills = await billPaths(cur, { from, to });
  try {
    const { periods, findings } = await importCur({
      paths: bills.paths,
      folder,
      bounds: engineBounds(folder, "bill"),
      previous: out,
      from,
      to,
      exchangeRates: billing.exchange_rates,
    });
    return { periods, findings: findings.map(bills.original) };
  } finally {
    bills.remove();
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

/** Whose calls CloudWatch will be asked about: the account of the AWS profile. */
async function bedrocksOwnCounts(): Promise<{ api: ServiceCounts; account: string }> {
  const [{ cloudWatchCounts }, { callerAccount }] = await Promise.all([
    import("../../aws/cloudwatch-counts.ts"),
    import("../../aws/caller-account.ts"),
  ]);
  return { api: cloudWatchCounts(), account: await callerAccount() };
}
