import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { withMutes } from "../../src/anomaly/mutes.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { clientFor } from "./stub-service.ts";

let server: FauxqsServer;
let data: S3Store;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const curated = "strata-prod-data-000000000000-us-east-1";
  server.createBucket(curated);
  data = new S3Store(`s3://${curated}`, { client: new S3Client({ ...clientFor(endpoint), forcePathStyle: true }) });
  for (const [name, value] of Object.entries({
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
  }))
    vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const ID = "error_rate-20261124T0310-1rat4at";
const inForce = async () => (await withMutes(defaultConfig().alerts, data, Date.now())).config;
const alerts = (...args: string[]) => strataHere(["alerts", ...args, "--stage", "prod"]);

it("mutes, acknowledges and unmutes what the detectors of a stage read at their next run", async () => {
  const muted = await alerts("mute", ID, "--for", "4h", "--reason", "being repaired");
  expect([muted.code, muted.stdout]).toEqual([0, expect.stringMatching(/^Muted until .*Z; the detectors of prod know/)]);
  expect((await inForce()).suppress).toMatchObject([{ id: ID, reason: "being repaired" }]);
  expect((await alerts("acknowledge", ID, "--by", "ann")).stdout).toBe("Acknowledged by ann.");
  expect((await inForce()).acknowledge).toEqual([{ id: ID, by: "ann" }]);
  expect((await alerts("unmute", ID)).stdout).toBe("2 taken back.");
  expect(await inForce()).toEqual(defaultConfig().alerts);
  expect((await alerts("unmute")).stdout).toBe("Nothing was muted by command.");
});

it("refuses what would mute nothing, or for no time that is one", async () => {
  for (const [args, says] of [
    [["mute", "--reason", "r"], "nothing says what to mute"],
    [["mute", ID, "--for", "soon", "--reason", "r"], 'for "soon"'],
    [["mute", ID, "--scope", "planet", "--reason", "r"], "scope"],
  ] as const) {
    const { code, stderr } = await alerts(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  }
  expect((await inForce()).suppress).toEqual([]);
});
