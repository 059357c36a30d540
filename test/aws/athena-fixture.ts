import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll } from "vitest";
import type { QueryMetering } from "../../src/aws/athena-run.ts";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { clientFor, json, type StubAnswer, type StubRequest, StubService } from "./stub-service.ts";

export let athena: StubService;
export let glue: StubService;
let s3: FauxqsServer;
export let store: S3Store;
export let metered: QueryMetering[] = [];
export let slept = 0;

/** To be called by each test file: files share this module where they share a process. */
export function servesAthena(): void {
  beforeAll(async () => {
    athena = await StubService.start();
    glue = await StubService.start();
    s3 = await startFauxqs({ port: 0, logger: false });
    s3.createBucket("curated");
    store = new S3Store("s3://curated", {
      client: new S3Client({ ...clientFor(`http://127.0.0.1:${s3.port}`), forcePathStyle: true }),
    });
  });
  afterAll(async () => {
    athena.stop();
    glue.stop();
    await s3.stop();
  });
}

let ids = 0;
/** The next ids are counted from here. */
export const countFrom = (first: number): void => {
  ids = first;
};
export function warehouse(timeLeft?: () => number): AthenaWarehouse {
  metered = [];
  slept = 0;
  let time = 0;
  return new AthenaWarehouse({
    database: "strata_test",
    workgroup: "strata-test",
    data: "s3://curated",
    athena: new AthenaClient({ ...clientFor(athena.endpoint), maxAttempts: 2 }),
    swapPartitions: glueSwap({}, new GlueClient({ ...clientFor(glue.endpoint), maxAttempts: 2 })),
    store,
    timeout: 60_000,
    ...(timeLeft ? { timeLeft } : {}),
    onQuery: (metering) => metered.push(metering),
    sleep: async (millis) => {
      time += millis;
      slept += millis;
    },
    now: () => time,
    random: () => 0.5,
    newId: () => `id-${++ids}`,
  });
}

export interface Script {
  readonly states?: readonly object[];
  readonly results?: (request: StubRequest) => object;
  readonly start?: (count: number) => StubAnswer | undefined;
}
export const succeeded = {
  Status: { State: "SUCCEEDED" },
  StatementType: "DML",
  Statistics: { DataScannedInBytes: 20_000_000, TotalExecutionTimeInMillis: 900 },
};

/** Athena as a script: states one after the other, the last one for ever. */
export function plays({
  states = [succeeded],
  results = () => ({ ResultSet: { ResultSetMetadata: { ColumnInfo: [] }, Rows: [] } }),
  start = () => undefined,
}: Script): void {
  let starts = 0;
  let asked = 0;
  athena.on((request) => {
    switch (request.operation) {
      case "StartQueryExecution": {
        asked = 0;
        return start(++starts) ?? json({ QueryExecutionId: `run-${starts}` });
      }
      case "GetQueryExecution":
        return json({ QueryExecution: { QueryExecutionId: "run", ...states[Math.min(asked++, states.length - 1)] } });
      case "GetQueryResults":
        return json(results(request));
      default:
        return json({});
    }
  });
}
export const sent = (operation: string): Record<string, unknown>[] =>
  athena.requests.filter((request) => request.operation === operation).map(({ body }) => JSON.parse(body));
export const rowsOf = (...rows: (string | null)[][]) =>
  rows.map((row) => ({ Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) }));
