import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { parquetReadObjects } from "hyparquet";
import { S3Store } from "../../src/aws/s3-store.ts";
import { PreconditionProxy } from "../aws/precondition-proxy.ts";
import { clientFor, json, type StubAnswer, type StubRequest, StubService } from "../aws/stub-service.ts";
import { AthenaOnDuckDb } from "./athena-on-duckdb.ts";
import { EXPORT } from "./one-hour.ts";
import { FUNCTIONS, type Packaged, packaged, unzip } from "./packaged.ts";
import { runBundle } from "./run-bundle.ts";

const TIERS = ["info", "warning", "critical", "budget", "data"];

/** The packaged functions over services on this machine: S3, SQS and SNS in memory, Athena and Glue on DuckDB. */
export class PackagedWorld {
  readonly logs: S3Store;
  readonly data: S3Store;
  readonly reports: S3Store;
  readonly bills: S3Store;
  readonly engine: AthenaOnDuckDb;
  /** What each function changed: bucket and key. */
  readonly wrote = new Map<string, Set<string>>();
  readonly server: FauxqsServer;
  readonly pkg: Packaged;
  readonly #proxy: PreconditionProxy;
  readonly #athena: StubService;
  readonly #endpoint: string;
  readonly #folder = join(import.meta.dirname, "../../.cache", `handlers-${process.pid}`);

  private constructor(server: FauxqsServer, pkg: Packaged, proxy: PreconditionProxy, athena: StubService, endpoint: string) {
    [this.server, this.pkg, this.#proxy, this.#athena, this.#endpoint] = [server, pkg, proxy, athena, endpoint];
    const client = new S3Client({ ...clientFor(endpoint), forcePathStyle: true });
    const bucket = (name: string): S3Store => new S3Store(`s3://${name}`, { client });
    [this.logs, this.data, this.reports, this.bills] = [
      bucket("raw-logs"),
      bucket("curated"),
      bucket("reports"),
      bucket("billing"),
    ];
    this.engine = new AthenaOnDuckDb(this.data, { billing: this.bills });
    athena.on((request) => bedrock(request) ?? this.engine.answer(request));
    for (const name of FUNCTIONS) {
      for (const [path, bytes] of unzip(pkg, name)) {
        mkdirSync(join(this.#folder, name, path, ".."), { recursive: true });
        writeFileSync(join(this.#folder, name, path), bytes);
      }
    }
  }

  static async start(): Promise<PackagedWorld> {
    const server = await startFauxqs({ port: 0, logger: false });
    for (const bucket of ["raw-logs", "curated", "reports", "billing"]) server.createBucket(bucket);
    server.createQueue("pages");
    for (const tier of TIERS) {
      server.createTopic(tier);
      server.subscribe({ topic: tier, queue: "pages" });
    }
    const proxy = new PreconditionProxy(`http://127.0.0.1:${server.port}`);
    const endpoint = await proxy.start();
    const athena = await StubService.start();
    return new PackagedWorld(server, await packaged(), proxy, athena, endpoint);
  }

  async stop(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    this.engine.close();
    this.#athena.stop();
    this.#proxy.stop();
    await this.server.stop();
  }

  /** Runs a shipped bundle as Lambda does: a process of its own, an event in, a result out. @param later by how many minutes its clock is ahead */
  async invoke(name: string, event: unknown, later = 0): Promise<{ result: unknown; log: string }> {
    const before = await this.#versions();
    this.engine.caller = roleOf(name);
    try {
      return await this.#run(name, event, later);
    } finally {
      for (const [key, etag] of await this.#versions())
        if (before.get(key) !== etag) this.wrote.set(name, (this.wrote.get(name) ?? new Set()).add(key));
    }
  }

  /** Every row of the Parquet objects of the data bucket below a prefix. */
  async rowsBelow(prefix: string): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    for (const key of await keys(this.data, prefix)) {
      const bytes = new Uint8Array((await this.data.readAll(key))?.bytes ?? []);
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
      rows.push(...(await parquetReadObjects({ file })));
    }
    return rows;
  }

  async #versions(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const store of [this.data, this.reports])
      for await (const { key, etag = "" } of store.list()) found.set(`${store.bucket}/${key}`, etag);
    return found;
  }

  #run(name: string, event: unknown, later: number): ReturnType<typeof runBundle> {
    return runBundle({
      bundle: join(this.#folder, name, "functions", `${name}.mjs`),
      event,
      context: { functionName: `strata-test-${name}` },
      clock: `const now = Date.now; Date.now = () => now() + ${later * 60_000};`,
      env: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL_S3: this.#endpoint,
        AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${this.server.port}`,
        // Athena, Glue, CloudWatch and whatever else a bundle may call: nothing leaves this machine.
        AWS_ENDPOINT_URL: this.#athena.endpoint,
        STRATA_DATA: "s3://curated",
        STRATA_REPORTS: "s3://reports",
        STRATA_DATABASE: "strata_test",
        STRATA_WORKGROUP: "strata-test",
        STRATA_STAGE: "test",
        STRATA_ACCOUNT: "111122223333",
        STRATA_ALERT_DEAD_LETTERS: `http://127.0.0.1:${this.server.port}/000000000000/alerts-dead`,
        STRATA_CUR: `s3://billing/${EXPORT}`,
        ...Object.fromEntries(TIERS.map((tier) => [`TOPIC_${tier.toUpperCase()}`, `arn:aws:sns:us-east-1:000000000000:${tier}`])),
      },
    });
  }
}

export const roleOf = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Role`;

export async function keys(store: S3Store, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found.sort();
}

/** Bedrock at the same address: one profile, made of a global one, with its tags. */
function bedrock({ path }: StubRequest): StubAnswer | undefined {
  const model = (region: string) => ({ modelArn: `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-opus-5` });
  if (path.startsWith("/inference-profiles/")) return json({ models: [model("us-east-1"), model("")] });
  return path === "/listTagsForResource" ? json({ tags: [{ key: "team", value: "search" }] }) : undefined;
}
