import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreignStore } from "../../src/aws/foreign-store.ts";
import { StubService } from "./stub-service.ts";

let stub: StubService;
beforeAll(async () => {
  stub = await StubService.start();
  stub.on(() => ({ headers: { "content-type": "application/xml" }, body: "<ListBucketResult/>" }));
  Object.assign(process.env, {
    ...{ STRATA_ACCOUNT: "111122223333", AWS_ENDPOINT_URL: stub.endpoint, AWS_REGION: "us-east-1" },
    ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
  });
});
afterAll(() => stub.stop());

/** Owners that requests named, in order. */
async function owners(location: string): Promise<string[]> {
  const seen = stub.requests.length;
  const store = foreignStore(location, { "other-payer": "777788889999" });
  for await (const _ of store.list()) break;
  await store.readAll("key");
  await store.info("key").catch(() => undefined);
  return stub.requests.slice(seen).map(({ headers }) => String(headers["x-amz-expected-bucket-owner"]));
}

describe("buckets that somebody else fills", () => {
  it("are read only while they belong to the stack's account", async () => {
    expect(await owners("s3://example-logs/prod")).toEqual(["111122223333", "111122223333", "111122223333"]);
  });

  it("or to the account that is named for them", async () => {
    expect(await owners("s3://other-payer/cur")).toEqual(["777788889999", "777788889999", "777788889999"]);
  });

  it("and names that are words of JavaScript are names", async () => {
    expect(new Set(await owners("s3://constructor"))).toEqual(new Set(["111122223333"]));
  });
});
