import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { stageBill } from "../../src/aws/stage-bill.ts";
import { tables } from "../../src/tables/index.ts";
import { AthenaOnDuckDb } from "../functions/athena-on-duckdb.ts";
import { clientFor, StubService } from "./stub-service.ts";

export interface BillWorld {
  /** The bucket that exports are delivered to. */
  readonly bill: S3Store;
  readonly warehouse: AthenaWarehouse;
  readonly engine: AthenaOnDuckDb;
  stage(options?: { readonly kiro?: boolean }): ReturnType<typeof stageBill>;
}

/** A bill bucket and an empty warehouse, new for each test of the file that calls this. */
export function billWorld(): BillWorld {
  let server: FauxqsServer;
  let athena: StubService;
  let round = 0;
  const now: Partial<Record<"bill", S3Store> & Record<"warehouse", AthenaWarehouse> & Record<"engine", AthenaOnDuckDb>> = {};
  let glue: GlueClient;
  const made = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("the world is made before each test");
    return part;
  };

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    athena = await StubService.start();
  });
  afterAll(async () => {
    now.engine?.close();
    athena.stop();
    await server.stop();
  });
  beforeEach(async () => {
    now.engine?.close();
    round += 1;
    const [billing, curated] = [`billing${round}`, `curated${round}`];
    for (const bucket of [billing, curated]) server.createBucket(bucket);
    const client = new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true });
    const bill = new S3Store(`s3://${billing}`, { client });
    const store = new S3Store(`s3://${curated}`, { client });
    const engine = new AthenaOnDuckDb(store, { [billing]: bill });
    athena.on(engine.answer);
    glue = new GlueClient({ ...clientFor(athena.endpoint), maxAttempts: 1 });
    for (const { name } of tables())
      await engine.answer({ operation: "CreateTable", body: JSON.stringify({ TableInput: { Name: name } }) } as never);
    const warehouse = new AthenaWarehouse({
      database: "strata_test",
      workgroup: "strata-test",
      data: `s3://${curated}`,
      athena: new AthenaClient({ ...clientFor(athena.endpoint), maxAttempts: 1 }),
      swapPartitions: glueSwap({}, glue),
      store,
      sleep: async () => undefined,
    });
    Object.assign(now, { bill, engine, warehouse });
  });

  return {
    get bill() {
      return made(now.bill);
    },
    get warehouse() {
      return made(now.warehouse);
    },
    get engine() {
      return made(now.engine);
    },
    stage: (options = {}) =>
      stageBill({ warehouse: made(now.warehouse), glue, database: "strata_test", source: made(now.bill), ...options }),
  };
}
