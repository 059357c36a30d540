import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CreateDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { findJava } from "../../scripts/trino/find-java.ts";
import { installTrino } from "../../scripts/trino/install-trino.ts";
import { type Clients, clientsFor } from "./clients.ts";
import { AthenaFront } from "./front/athena.ts";
import { Front } from "./front/front.ts";
import { CATALOG, startEngine } from "./servers/engine.ts";
import { installMinistack, startMinistack } from "./servers/ministack.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const CACHE = join(ROOT, ".cache");
/** Buckets that are there before the stack is, as anybody's are. */
export const LOG_BUCKET = "acme-bedrock-logs";
export const BILL_BUCKET = "acme-billing";
export const MORE_BUCKET = "acme-sources";

const SCRATCH = "athena_unload";

/** An account of its own: emulator, front and engine, with buckets of logs, of bills and of what else is read. */
export interface World {
  readonly front: Front;
  readonly athena: AthenaFront;
  readonly clients: Clients;
  readonly s3: S3Client;
  stop(): Promise<void>;
}

/** @param name of its folder in the cache; two worlds at once need two */
export async function startWorld(name: string): Promise<World> {
  const java = findJava() ?? "java";
  const files = installTrino(join(CACHE, "trino"));
  const work = join(CACHE, "deploy", name);
  mkdirSync(work, { recursive: true });
  const emulator = await startMinistack(installMinistack(CACHE), join(work, "emulator"), join(ROOT, "node_modules/.bin"));
  const front = await Front.start(emulator.url);
  const clients = clientsFor(front.endpoint);
  const s3 = new S3Client(clients.options);
  await new GlueClient(clients.options).send(new CreateDatabaseCommand({ DatabaseInput: { Name: SCRATCH } }));
  for (const Bucket of [LOG_BUCKET, BILL_BUCKET, MORE_BUCKET]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  }
  const trino = await startEngine(java, files, join(work, "trino"), front.engineEndpoint);
  const athena = new AthenaFront({
    trino: trino.url,
    catalog: CATALOG,
    scratch: SCRATCH,
    holdsObjects: async (location) => {
      const [, Bucket = "", Prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
      return ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }))).KeyCount ?? 0) > 0;
    },
  });
  front.answerAthenaWith(athena);
  const stop = async (): Promise<void> => {
    for (const line of athena.times()) console.log(line);
    await trino.stop();
    front.stop();
    await emulator.stop();
  };
  return { front, athena, clients, s3, stop };
}
