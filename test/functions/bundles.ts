import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { parquetReadObjects } from "hyparquet";
import { S3Store } from "../../src/aws/s3-store.ts";
import { clientFor, type StubAnswer, type StubRequest, StubService } from "../aws/stub-service.ts";
import { AthenaOnDuckDb } from "./athena-on-duckdb.ts";
import { type Packaged, packaged, unzip } from "./packaged.ts";
import { runBundle } from "./run-bundle.ts";

export interface Bundles {
  readonly pkg: Packaged;
  readonly engine: AthenaOnDuckDb;
  /** The bucket `curated`. */
  readonly data: S3Store;
  bucket(name: string): S3Store;
  /** Runs a bundle as Lambda does: a process of its own, an event in, a result out. */
  invoke(name: string, event: unknown): Promise<{ readonly result: unknown; readonly log: string }>;
  keysOf(prefix: string): Promise<string[]>;
  /** Keys and ETags below a prefix. */
  contents(prefix: string): Promise<string[]>;
  rowsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface BundlesOptions {
  readonly config: string;
  readonly names: readonly string[];
  readonly buckets: readonly string[];
  /** The clock of the functions. */
  readonly now: string;
  /** Services beside S3, Athena and Glue at the same address; undefined for what is not theirs. */
  readonly services?: (request: StubRequest) => StubAnswer | undefined;
}

/** The shipped bundles of a stack over loopback services. */
export async function openBundles({ config, names, buckets, now, services }: BundlesOptions): Promise<Bundles> {
  const folder = join(import.meta.dirname, "../../.cache", `bundles-${process.pid}-${names.join("-")}`);
  const pkg = await packaged(config);
  const server = await startFauxqs({ port: 0, logger: false });
  for (const bucket of [...buckets, "curated"]) server.createBucket(bucket);
  const client = new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true });
  const bucket = (name: string): S3Store => new S3Store(`s3://${name}`, { client });
  const data = bucket("curated");
  const athena = await StubService.start();
  const engine = new AthenaOnDuckDb(data);
  athena.on((request) => services?.(request) ?? engine.answer(request));
  for (const name of names)
    for (const [path, bytes] of unzip(pkg, name)) {
      mkdirSync(join(folder, name, path, ".."), { recursive: true });
      writeFileSync(join(folder, name, path), bytes);
    }
  const environment = {
    PATH: process.env["PATH"],
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${server.port}`,
    AWS_ENDPOINT_URL: athena.endpoint,
    STRATA_DATA: "s3://curated",
    STRATA_REPORTS: "s3://reports",
    STRATA_DATABASE: "strata_test",
    STRATA_WORKGROUP: "strata-test",
    STRATA_STAGE: "test",
    STRATA_ACCOUNT: "111122223333",
    STRATA_CUR: "none",
  };
  const keysOf = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of data.list(prefix)) found.push(key);
    return found.sort();
  };
  return {
    pkg,
    engine,
    data,
    bucket,
    keysOf,
    async invoke(name, event) {
      engine.caller = `${name[0]?.toUpperCase()}${name.slice(1)}Role`;
      return runBundle({
        bundle: join(folder, name, "functions", `${name}.mjs`),
        event,
        env: environment,
        context: { functionName: `strata-test-${name}`, memoryLimitInMB: 1024 },
        clock: `Date.now = () => ${Date.parse(now)};`,
      });
    },
    contents: async (prefix) =>
      Promise.all((await keysOf(prefix)).map(async (key) => `${key} ${(await data.readAll(key))?.etag}`)),
    rowsOf: (bytes) =>
      parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors: { ZSTD: (input) => zstdDecompressSync(input) } }),
    async close() {
      rmSync(folder, { recursive: true, force: true });
      engine.close();
      athena.stop();
      await server.stop();
    },
  };
}

/** Messages of a queue, each naming an object. */
export const redriven = (bucket: string, ...keys: string[]) => ({
  Records: keys.map((key, index) => ({
    messageId: `m${index}`,
    body: JSON.stringify({ redrive: [{ bucket, key }] }),
    eventSource: "aws:sqs",
  })),
});
