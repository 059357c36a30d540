import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { markSuperseded } from "../../src/aws/superseded.ts";
import { clientFor, StubService, s3Error } from "./stub-service.ts";

let stub: StubService;
let store: S3Store;
/** Keys that there are. */
let keys: readonly string[];
beforeAll(async () => {
  stub = await StubService.start();
  store = new S3Store("s3://curated", {
    client: new S3Client({ ...clientFor(stub.endpoint), forcePathStyle: true, maxAttempts: 1 }),
  });
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.on(({ method, path }) => {
    const url = new URL(path, "http://s3");
    const key = decodeURIComponent(url.pathname.slice("/curated/".length));
    if (method === "PUT") return keys.includes(key) ? { body: "" } : s3Error("NoSuchKey", 404);
    const found = keys.filter((each) => each.startsWith(url.searchParams.get("prefix") ?? ""));
    const contents = found.map((each) => `<Contents><Key>${each}</Key><Size>1</Size></Contents>`).join("");
    return { body: `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>` };
  });
});

/** What was asked, as `PUT key` and `GET prefix`. */
async function asked(places: readonly string[], file?: string): Promise<{ tagged: number; requests: string[] }> {
  const before = stub.requests.length;
  const tagged = await markSuperseded(store, places, file);
  const requests = stub.requests.slice(before).map(({ method, path }) => {
    const url = new URL(path, "http://s3");
    return method === "PUT"
      ? `tag ${decodeURIComponent(url.pathname.slice("/curated/".length))}`
      : `list ${url.searchParams.get("prefix")}`;
  });
  return { tagged, requests };
}

it("tags a file of a known name without a listing, and lists where there is none of that name", async () => {
  keys = ["sums/run=a/dt=2026-10-05/sums.parquet", "sums/run=b/dt=2026-10-05/20261006_x"];
  expect(await asked(["s3://curated/sums/run=a/dt=2026-10-05/"], "sums.parquet")).toEqual({
    tagged: 1,
    requests: ["tag sums/run=a/dt=2026-10-05/sums.parquet"],
  });
  expect(await asked(["s3://curated/sums/run=b/dt=2026-10-05/"], "sums.parquet")).toEqual({
    tagged: 1,
    requests: [
      "tag sums/run=b/dt=2026-10-05/sums.parquet",
      "list sums/run=b/dt=2026-10-05/",
      "tag sums/run=b/dt=2026-10-05/20261006_x",
    ],
  });
});

it("lists the days of one run at once, and tags no other day of it", async () => {
  const day = (date: string) => `sums/run=a/dt=${date}/x`;
  keys = ["2026-10-05", "2026-10-06", "2026-10-07"].map(day);
  const places = ["2026-10-05", "2026-10-07"].map((date) => `s3://curated/sums/run=a/dt=${date}/`);
  expect(await asked(places)).toEqual({
    tagged: 2,
    requests: ["list sums/run=a/", `tag ${day("2026-10-05")}`, `tag ${day("2026-10-07")}`],
  });
});

it("leaves what lies elsewhere alone, and lists a folder that no run wrote by itself", async () => {
  keys = ["sums/dt=2026-10-05/x", "sums/dt=2026-10-06/x"];
  expect(await asked(["s3://curated/sums/dt=2026-10-05/", "s3://another/sums/dt=2026-10-06/"])).toEqual({
    tagged: 1,
    requests: ["list sums/dt=2026-10-05/", "tag sums/dt=2026-10-05/x"],
  });
});
