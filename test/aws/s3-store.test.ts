import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S3Store, TIERED_BYTES } from "../../src/aws/s3-store.ts";
import { ObjectNotFound, WriteConflict } from "../../src/errors.ts";
import { PreconditionProxy } from "./precondition-proxy.ts";
import { clientFor, type StubAnswer, StubService, s3Error } from "./stub-service.ts";

const text = async (store: S3Store, key: string): Promise<string> =>
  Buffer.from((await store.readAll(key))?.bytes ?? []).toString("utf8");

describe("S3Store against an S3 that honours preconditions", () => {
  let server: FauxqsServer;
  let proxy: PreconditionProxy;
  let store: S3Store;

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket("curated");
    proxy = new PreconditionProxy(`http://127.0.0.1:${server.port}`);
    const client = new S3Client({ ...clientFor(await proxy.start()), forcePathStyle: true, maxAttempts: 2 });
    store = new S3Store("s3://curated/stage", { client, partBytes: 5 * 1024 * 1024 });
  });
  afterAll(async () => {
    proxy.stop();
    await server.stop();
  });

  it("reads back what it wrote, and lists it by prefix without its own prefix", async () => {
    await store.write("a/one.json", "1");
    await store.write("a/two words+plus%.json", "2");
    await store.write("b/three.json", "3");
    expect(await text(store, "a/two words+plus%.json")).toBe("2");
    const keys: string[] = [];
    for await (const { key, size } of store.list("a/")) {
      keys.push(key);
      expect(size).toBe(1);
    }
    expect(keys.sort()).toEqual(["a/one.json", "a/two words+plus%.json"]);
  });

  it("says of a missing object that it is missing", async () => {
    expect(await store.readAll("nothing")).toBeUndefined();
    await expect(store.read("nothing")).rejects.toThrow(ObjectNotFound);
    await expect(store.info("nothing")).rejects.toThrow(/s3:\/\/curated\/stage has no object nothing/);
  });

  it("creates only what is not there, and replaces only what it has seen", async () => {
    const { etag } = await store.write("state/one", "first", { ifAbsent: true });
    await expect(store.write("state/one", "second", { ifAbsent: true })).rejects.toThrow(WriteConflict);
    await store.write("state/one", "third", { ifEtag: etag });
    await expect(store.write("state/one", "fourth", { ifEtag: etag })).rejects.toThrow(/changed by somebody else/);
    await expect(store.write("state/gone", "x", { ifEtag: etag })).rejects.toThrow(WriteConflict);
    expect(await text(store, "state/one")).toBe("third");
  });

  it("lets one of many writers at once win", async () => {
    const writers = Array.from({ length: 8 }, (_, index) => store.write("state/race", String(index), { ifAbsent: true }));
    const won = (await Promise.allSettled(writers)).filter(({ status }) => status === "fulfilled");
    expect(won).toHaveLength(1);
  });

  it("writes a large object in parts that read back as one", async () => {
    const bytes = Buffer.alloc(11 * 1024 * 1024, "strata");
    await store.write("large.bin", bytes, { ifAbsent: true });
    const back = await store.readAll("large.bin");
    expect(Buffer.compare(Buffer.from(back?.bytes ?? []), bytes)).toBe(0);
    await expect(store.write("large.bin", bytes, { ifAbsent: true })).rejects.toThrow(WriteConflict);
  });

  it("gives a link that reads without credentials, for as long as was asked", async () => {
    await store.write("reports/month=2026-10/report.html", "<p>October</p>");
    const link = await store.presign("reports/month=2026-10/report.html", 3600);
    const answer = await fetch(link);
    expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([
      200,
      "<p>October</p>",
      "text/html; charset=utf-8",
    ]);
    const { pathname, searchParams } = new URL(link);
    expect(pathname).toBe("/curated/stage/reports/month%3D2026-10/report.html");
    expect(searchParams.get("X-Amz-Expires")).toBe("3600");
    expect(searchParams.get("X-Amz-SignedHeaders")).toBe("host");
    expect(searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([0, -1, 1.5, 7 * 86_400 + 1, Number.NaN])("refuses a link for %d seconds", async (seconds) => {
    await expect(store.presign("one", seconds)).rejects.toMatchObject({
      message: expect.stringMatching(/s3: signing a link to s3:\/\/curated\/stage\/one failed: a link lasts 1 to 604800 seconds/),
      hint: expect.stringContaining("Seven days"),
    });
  });

  it("says that there are no credentials to sign with", async () => {
    const client = new S3Client({
      region: "us-east-1",
      credentials: async () => {
        throw Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
      },
    });
    await expect(new S3Store("s3://curated", { client }).presign("one", 60)).rejects.toMatchObject({
      message: expect.stringContaining("there are no usable credentials"),
      hint: expect.stringContaining("aws sso login"),
    });
  });

  it("removes, and removing again is no error", async () => {
    await store.write("gone", "x");
    await store.remove("gone");
    await store.remove("gone");
    await store.remove("gone", { ifEtag: '"of what is gone"' });
  });

  it("removes only what it has seen", async () => {
    const { etag } = await store.write("removed/one", "first");
    const { etag: newer } = await store.write("removed/one", "second");
    await expect(store.remove("removed/one", { ifEtag: etag })).rejects.toThrow(WriteConflict);
    expect(await text(store, "removed/one")).toBe("second");
    await store.remove("removed/one", { ifEtag: newer });
    expect(await store.readAll("removed/one")).toBeUndefined();
  });
});

describe("S3Store when S3 fails", () => {
  let stub: StubService;
  let store: S3Store;
  beforeAll(async () => {
    stub = await StubService.start();
    const client = new S3Client({
      ...clientFor(stub.endpoint),
      forcePathStyle: true,
      maxAttempts: 3,
      requestHandler: { requestTimeout: 150, throwOnRequestTimeout: true },
    });
    store = new S3Store("s3://curated", { client });
  });
  afterAll(() => stub.stop());

  const good: StubAnswer = { headers: { etag: '"e"' }, body: "hello" };
  const passing: readonly [string, StubAnswer][] = [
    ["a throttle", s3Error("SlowDown", 503)],
    ["an internal error", s3Error("InternalError", 500)],
    ["silence", { silent: true }],
    ["a dropped connection", { body: "x".repeat(100), cutAfter: 0 }],
  ];
  it("puts large objects into Intelligent-Tiering where it is told to, in one part or in several, and small ones never", async () => {
    const tiered = new S3Store("s3://curated", {
      client: new S3Client({ ...clientFor(stub.endpoint), forcePathStyle: true }),
      partBytes: 5 * 1024 * 1024,
      tiered: true,
    });
    stub.on(({ method, path }) =>
      method === "POST" && path.includes("uploads")
        ? { body: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>" }
        : method === "POST"
          ? { body: "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>" }
          : good,
    );
    const classOf = async (target: S3Store, size: number): Promise<unknown> => {
      const before = stub.requests.length;
      await target.write("key", new Uint8Array(size));
      return stub.requests[before]?.headers["x-amz-storage-class"];
    };
    expect(await classOf(tiered, TIERED_BYTES)).toBe("INTELLIGENT_TIERING");
    expect(await classOf(tiered, 6 * 1024 * 1024)).toBe("INTELLIGENT_TIERING");
    expect(await classOf(tiered, TIERED_BYTES - 1)).toBeUndefined();
    expect(await classOf(store, TIERED_BYTES)).toBeUndefined();
  });

  it.each(passing)("tries again after %s", async (_, fault) => {
    stub.on((_request, count) => (count === 1 ? fault : good));
    expect(await text(store, "key")).toBe("hello");
    expect(stub.requests.length).toBe(2);
  });

  const lasting: readonly [string, StubAnswer, RegExp, RegExp][] = [
    [
      "AccessDenied",
      s3Error("AccessDenied", 403),
      /s3: reading s3:\/\/curated\/key failed: access is denied/,
      /allow it on that resource/,
    ],
    ["NoSuchBucket", s3Error("NoSuchBucket", 404), /the bucket does not exist/, /Check the bucket's name/],
    ["PermanentRedirect", s3Error("PermanentRedirect", 301), /another region/, /AWS_REGION/],
    ["ExpiredToken", s3Error("ExpiredToken", 400), /credentials have expired/, /aws sso login/],
    ["SlowDown", s3Error("SlowDown", 503), /refused the rate/, /tried again several times/],
    ["silence", { silent: true }, /no answer came/, /VPC endpoint/],
    ["KMS.DisabledException", s3Error("KMS.DisabledException", 400), /encryption key cannot be used/, /key policy/],
  ];
  it.each(lasting)("says what to do when %s lasts", async (_, fault, message, hint) => {
    stub.on(() => fault);
    const error = await store.readAll("key").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
  });

  it("goes on where a body broke off, asking for the rest of the same object", async () => {
    const body = Buffer.alloc(300_000, "abcdefghij");
    stub.on(({ headers }, count) => {
      const from = Number(/bytes=(\d+)-/.exec(String(headers["range"] ?? ""))?.[1] ?? 0);
      return count < 3
        ? { headers: { etag: '"v1"' }, body: body.subarray(from), cutAfter: 100_000 }
        : { status: from > 0 ? 206 : 200, headers: { etag: '"v1"' }, body: body.subarray(from) };
    });
    const read = await store.readAll("key");
    expect(Buffer.compare(Buffer.from(read?.bytes ?? []), body)).toBe(0);
    expect(stub.requests.slice(1).every(({ headers }) => headers["if-match"] === '"v1"')).toBe(true);
  });

  it("does not take its own write, whose answer was lost, for somebody else's", async () => {
    stub.on(({ method }, count) => {
      if (method === "GET") return { headers: { etag: '"mine"' }, body: "content" };
      return count === 1 ? { silent: true } : s3Error("PreconditionFailed", 412);
    });
    expect(await store.write("claim", "content", { ifAbsent: true })).toEqual({ etag: '"mine"' });
  });

  it("knows a large object for its own when the answer to its last call was lost", async () => {
    const client = new S3Client({
      ...clientFor(stub.endpoint),
      forcePathStyle: true,
      maxAttempts: 3,
      requestHandler: { requestTimeout: 150, throwOnRequestTimeout: true },
    });
    const inParts = new S3Store("s3://curated", { client, partBytes: 4 });
    const answered = (there: string): void => {
      let completed = 0;
      stub.on(({ method, path }) => {
        if (method === "GET") return { headers: { etag: '"mine"' }, body: there };
        if (method === "PUT") return { headers: { etag: '"part"' } };
        if (path.includes("uploads"))
          return { body: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>" };
        completed += 1;
        return completed === 1 ? { silent: true } : s3Error("NoSuchUpload", 404);
      });
    };
    answered("large content");
    expect(await inParts.write("part-1", "large content")).toEqual({ etag: '"mine"' });
    answered("something else");
    await expect(inParts.write("part-1", "large content")).rejects.toThrow(/writing s3:\/\/curated\/part-1 failed/);
  });

  it("still sees a conflict when the object holds something else", async () => {
    stub.on(({ method }, count) => {
      if (method === "GET") return { headers: { etag: '"theirs"' }, body: "other" };
      return count === 1 ? { silent: true } : s3Error("PreconditionFailed", 412);
    });
    await expect(store.write("claim", "content", { ifAbsent: true })).rejects.toThrow(WriteConflict);
  });
});

it.each(["bucket", "s3://", "s3://UPPER/x", "https://bucket"])("refuses %s as a location", (location) => {
  expect(() => new S3Store(location)).toThrow(/is not an S3 location/);
});
