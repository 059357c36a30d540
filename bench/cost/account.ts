import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { S3Store } from "../../src/aws/s3-store.ts";
import { PreconditionProxy } from "../../test/aws/precondition-proxy.ts";
import { clientFor, json, type StubAnswer, type StubRequest, StubService } from "../../test/aws/stub-service.ts";
import type { Count } from "../../test/deploy/front/counter.ts";
import { AthenaOnDuckDb } from "../../test/functions/athena-on-duckdb.ts";
import { type Packaged, unzip } from "../../test/functions/packaged.ts";
import { CountingProxy } from "./counting-proxy.ts";
import { NOTHING, plus, times, type Usage, usageOf } from "./usage.ts";
import { WarmFunction } from "./warm-function.ts";

export const ACCOUNT = "111122223333";
export const EXPORT = "exports/bedrock-cur2";
const BUCKETS = ["raw-logs", "curated", "reports", "billing"] as const;
const TIERS = ["info", "warning", "critical", "budget", "data"] as const;
/** One virtual processor has this many megabytes (Lambda Developer Guide, "Configure Lambda function memory"). */
const MB_A_PROCESSOR = 1769;
/** Bytes that Lambda itself writes for each run: START, END and REPORT. */
const PLATFORM_LOG = 350;

export interface Run {
  readonly result: unknown;
  readonly log: string;
  readonly counts: readonly Count[];
  /** Texts that Athena was asked. */
  readonly statements: readonly string[];
  /** Requests and log lines; neither time nor what Athena scans. */
  readonly requests: Usage;
  /** Processor seconds, at one processor. */
  readonly cpu: number;
  /** Seconds in which the function waited for answers. */
  readonly waited: number;
}

export interface FunctionSize {
  readonly memory: number;
  readonly disk: number;
}

/** The packaged functions in an account on this machine, in which every request is counted. */
export class Account {
  readonly logs: S3Store;
  readonly data: S3Store;
  readonly reports: S3Store;
  readonly bills: S3Store;
  readonly engine: AthenaOnDuckDb;
  readonly #proxy: CountingProxy;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #warm = new Map<string, WarmFunction>();
  readonly #folder: string;
  readonly #pkg: Packaged;
  readonly #stop: () => Promise<void>;

  private constructor(given: {
    pkg: Packaged;
    folder: string;
    proxy: CountingProxy;
    engine: AthenaOnDuckDb;
    stores: Record<(typeof BUCKETS)[number], S3Store>;
    environment: NodeJS.ProcessEnv;
    stop: () => Promise<void>;
  }) {
    this.#pkg = given.pkg;
    this.#folder = given.folder;
    this.#proxy = given.proxy;
    this.#environment = given.environment;
    this.#stop = given.stop;
    this.engine = given.engine;
    this.logs = given.stores["raw-logs"];
    this.data = given.stores.curated;
    this.reports = given.stores.reports;
    this.bills = given.stores.billing;
  }

  static async open(pkg: Packaged): Promise<Account> {
    const folder = join(import.meta.dirname, "../../.cache", `account-${process.pid}-${Math.random().toString(36).slice(2)}`);
    const server = await startFauxqs({ port: 0, logger: false });
    for (const bucket of BUCKETS) server.createBucket(bucket);
    server.createQueue("alerts-dead");
    for (const tier of TIERS) server.createTopic(tier);
    const here = `http://127.0.0.1:${server.port}`;
    const s3 = new PreconditionProxy(here);
    const s3Address = await s3.start();
    const client = new S3Client({ ...clientFor(s3Address), forcePathStyle: true });
    const store = (name: string): S3Store => new S3Store(`s3://${name}`, { client });
    const stores = {
      "raw-logs": store("raw-logs"),
      curated: store("curated"),
      reports: store("reports"),
      billing: store("billing"),
    };
    const rest = await StubService.start();
    const engine = new AthenaOnDuckDb(stores.curated, { billing: stores.billing });
    rest.on((request) => bedrock(request) ?? engine.answer(request));
    const proxy = new CountingProxy((service) =>
      service === "s3" ? s3Address : service === "sqs" || service === "sns" ? here : rest.endpoint,
    );
    const address = await proxy.start();
    const stop = async (): Promise<void> => {
      engine.close();
      proxy.stop();
      rest.stop();
      s3.stop();
      await stopped(server);
      rmSync(folder, { recursive: true, force: true });
    };
    return new Account({
      pkg,
      folder,
      proxy,
      engine,
      stores,
      environment: { ...environmentOf(address, here), STRATA_METRICS: metricsSetting(pkg) },
      stop,
    });
  }

  sizeOf(name: string): FunctionSize {
    const resource = this.#pkg.resources.get(`${name[0]?.toUpperCase()}${name.slice(1)}LambdaFunction`);
    const { MemorySize = 128, EphemeralStorage = { Size: 512 } } = Object(resource?.Properties);
    return { memory: Number(MemorySize), disk: Number(EphemeralStorage.Size) };
  }

  /** Runs a function at a time. @throws Error when it fails */
  async invoke(name: string, event: unknown, now: number): Promise<Run> {
    const before = this.engine.statements.length;
    this.#proxy.take();
    this.#proxy.ahead = now - Date.now();
    const { result, log, cpu } = await this.#functionOf(name).invoke(event, now);
    const { counts, waited } = this.#proxy.take();
    const requests = plus(...counts.map((count) => times(usageOf(count, count.bytesIn / count.requests), count.requests)), {
      log_gb: (Buffer.byteLength(log) + PLATFORM_LOG) / 1e9,
    });
    return { result, log, counts, statements: this.engine.statements.slice(before), requests, cpu, waited };
  }

  /** The next run of a function begins cold. */
  end(name: string): void {
    this.#warm.get(name)?.stop();
    this.#warm.delete(name);
  }

  #functionOf(name: string): WarmFunction {
    const there = this.#warm.get(name);
    if (there) return there;
    for (const [path, bytes] of unzip(this.#pkg, name)) {
      mkdirSync(join(this.#folder, name, path, ".."), { recursive: true });
      writeFileSync(join(this.#folder, name, path), bytes);
    }
    const bundle = join(this.#folder, name, "functions", `${name}.mjs`);
    const warm = new WarmFunction(name, this.sizeOf(name).memory, bundle, { ...this.#environment, AWS_SDK_UA_APP_ID: name });
    this.#warm.set(name, warm);
    return warm;
  }

  /** Days of a table that lie where a run of detect would have put them, each a copy of one that is there. */
  async copyDay(table: string, days: readonly string[]): Promise<void> {
    let bytes: Uint8Array | undefined;
    // The S3 of this machine takes a tag for new content: what was replaced is no Parquet any more.
    for await (const { key } of this.data.list(`${table}/`)) bytes ??= parquetOf((await this.data.readAll(key))?.bytes);
    if (bytes === undefined) throw new Error(`sim:cost: there is no day of ${table} to copy`);
    const places = days.map((day) => ({ day, folder: `${table}/run=copy-${day}/dt=${day}/` }));
    for (const { folder } of places) await this.data.write(`${folder}${table}.parquet`, bytes);
    const PartitionInputList = places.map(({ day, folder }) => ({
      Values: [day],
      StorageDescriptor: { Location: `${this.data.name}/${folder}` },
    }));
    const body = JSON.stringify({ TableName: table, PartitionInputList });
    await this.engine.answer({ method: "POST", path: "/", headers: {}, operation: "BatchCreatePartition", body });
  }

  async close(): Promise<void> {
    for (const name of [...this.#warm.keys()]) this.end(name);
    await this.#stop();
  }
}

/** A run takes its processor time, at the share of a processor that its memory brings, and the time that it waits. More than one processor helps no single thread. */
export function lambdaUsage({ memory, disk }: FunctionSize, cpu: number, waited: number): Usage {
  const seconds = cpu / Math.min(1, memory / MB_A_PROCESSOR) + waited;
  return plus(
    { lambda_request: 1, lambda_gb_second: (seconds * memory) / 1024 },
    disk > 512 ? { lambda_disk_gb_second: (seconds * (disk - 512)) / 1024 } : NOTHING,
  );
}

const environmentOf = (address: string, queues: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: ACCOUNT,
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_ENDPOINT_URL: address,
  STRATA_DATA: "s3://curated",
  STRATA_REPORTS: "s3://reports",
  STRATA_DATABASE: "strata_sim",
  STRATA_WORKGROUP: "strata-sim",
  STRATA_STAGE: "sim",
  STRATA_ACCOUNT: ACCOUNT,
  STRATA_ALERT_DEAD_LETTERS: `${queues}/000000000000/alerts-dead`,
  STRATA_CUR: `s3://billing/${EXPORT}`,
  ...Object.fromEntries(TIERS.map((tier) => [`TOPIC_${tier.toUpperCase()}`, `arn:aws:sns:us-east-1:000000000000:${tier}`])),
});

/** Which metrics the stack sends. */
function metricsSetting({ resources }: Packaged): string {
  const { Environment } = Object(resources.get("DetectLambdaFunction")?.Properties);
  return String(Environment?.Variables?.STRATA_METRICS ?? "all");
}

const parquetOf = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
  bytes !== undefined && Buffer.from(bytes.subarray(-4)).toString("latin1") === "PAR1" ? bytes : undefined;

/** Bedrock's control plane: what a profile stands for. */
function bedrock({ path }: StubRequest): StubAnswer | undefined {
  if (path.startsWith("/inference-profiles/"))
    return json({ models: [{ modelArn: "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6" }] });
  return path === "/listTagsForResource" ? json({ tags: [] }) : undefined;
}

const stopped = async (server: FauxqsServer): Promise<void> => void (await server.stop());
