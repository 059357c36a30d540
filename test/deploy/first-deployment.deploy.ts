import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteDatabaseCommand, GetDatabaseCommand, GetTablesCommand, GlueClient } from "@aws-sdk/client-glue";
import { DeleteObjectsCommand, HeadBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, REGION } from "./clients.ts";
import { Driver } from "./drive.ts";
import { analyzeHere, type Figures, figures, moreFigures, strata } from "./figures.ts";
import { BILL_PREFIX, CANARY, type Input, LOG_PREFIX, PAGER, prepareInput, upload } from "./input.ts";
import { addMoreSources, type MoreSource } from "./more-sources.ts";
import { packageStack } from "./package.ts";
import { Stack, variablesOf } from "./stack.ts";
import { bytesOf, deployedStatement, keysOf, localStatement } from "./statement.ts";
import { once } from "./steps.ts";
import { BILL_BUCKET, CACHE, LOG_BUCKET, MORE_BUCKET, startWorld, type World } from "./world.ts";

const STAGE = "test";
const DATABASE = `strata_${STAGE}`;
const DATA = `strata-${STAGE}-data-${ACCOUNT}-${REGION}`;
const REPORTS = `strata-${STAGE}-reports-${ACCOUNT}-${REGION}`;
const work = join(CACHE, "deploy", "first");
const pkg = join(work, "package");

let world: World;
let stack: Stack;
let driver: Driver;
let input: Input;
let more: MoreSource[];
let here: Figures;
let glue: GlueClient;

beforeAll(async () => {
  const now = Date.now();
  input = await prepareInput(join(work, "input"), now);
  more = addMoreSources(input, now);
  packageStack(pkg, STAGE, input.config);
  analyzeHere(input, join(work, "data"), more);
  here = await figures({ data: join(work, "data") }, input.days);
  world = await startWorld("first");
  stack = new Stack(world.clients, STAGE);
  driver = new Driver(world.clients, STAGE);
  glue = new GlueClient(world.clients.options);
  await driver.makePager(PAGER);
});
afterAll(() => world?.stop());

const place = () => ({ endpoint: world.front.endpoint, stage: STAGE });

/** Log objects that this machine read. */
const objectsHere = (): number => JSON.parse(readFileSync(join(work, "data", "summary.json"), "utf8")).objects;

const deployed = once(async () => {
  expect(await stack.deploy(pkg), (await stack.failures()).join("\n")).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
});

const worked = async (): Promise<void> => {
  for (const queue of ["ingest", "telemetry", "sources"]) await driver.workedOff(queue);
};

/** Everything but the bill has arrived and is read. */
const landed = once(async () => {
  await deployed();
  for (const { name, folder } of more) await upload(world.s3, folder, MORE_BUCKET, name);
  await upload(world.s3, input.logs, LOG_BUCKET, LOG_PREFIX);
  await worked();
});

/** They are brought together and summed up; trace stands before detect, which sums up again what it priced otherwise. */
const summed = once(async () => {
  await landed();
  await driver.run("trace");
  await driver.run("detect");
});

/** A bill has arrived, and one query on the way failed after it had written. */
const billed = once(async () => {
  await summed();
  const since = Date.now();
  world.athena.failUnloads(1);
  await upload(world.s3, input.cur, BILL_BUCKET, BILL_PREFIX);
  await driver.logged("reconcile", '"message":"reconciled"', since);
  // What the bill says of principals reaches usage with the next run of detect.
  await driver.run("detect");
});

/** What went wrong where people would look for it. */
async function troubles(): Promise<string[]> {
  const found = await Promise.all(
    ["ingest-dead", "telemetry-dead", "sources-dead", "events-dead", "alerts-dead", "failed-runs"].map(async (which) =>
      (await driver.depth(driver.queue(which))) > 0 ? await driver.messages(driver.queue(which)) : [],
    ),
  );
  return found.flat();
}

describe("a first deployment", () => {
  it("whose catalog step fails says why, and can be repeated", async () => {
    const state = await stack.deploy(pkg, {
      change: (template) => {
        variablesOf(template, "CatalogLambdaFunction")["STRATA_DATABASE"] = "";
      },
    });
    expect(state).toMatch(/ROLLBACK_COMPLETE$/);
    expect((await stack.failures()).join("\n")).toContain("STRATA_DATABASE");
    await deployed();
  });

  it("has every table and view in the catalog", async () => {
    await deployed();
    const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: DATABASE }));
    expect(TableList.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(["invocation_records", "hourly_usage", "invocations"]),
    );
  });
});

describe("from a log object to a page", () => {
  it("events of the bucket reach ingest, and every record lands", async () => {
    await landed();
    expect(await troubles()).toEqual([]);
    expect(objectsHere()).toBeGreaterThan(90);
    expect((await keysOf(world.s3, DATA, "ingested_objects/")).length).toBe(objectsHere());
  });

  it("usage is what the same logs give on this machine", async () => {
    await summed();
    const there = await figures(place(), input.days);
    expect(there.calls).toEqual(here.calls);
    expect(there.usage).toEqual(here.usage);
  });

  it("a session of Claude Code meets its calls, and what no log has lands beside them, as on this machine", async () => {
    await summed();
    const there = await moreFigures(place());
    expect(there.filter((rows) => rows.length === 0)).toEqual([]);
    expect(there[0]?.some(({ match, seen }) => match === "request_id" && seen === "both")).toBe(true);
    expect(there).toEqual(await moreFigures({ data: join(work, "data") }));
  });

  it("hours that are over get one file each, and no figure moves while both copies lie there", async () => {
    await summed();
    await driver.run("compact");
    const compacted = (await keysOf(world.s3, DATA, "invocation_records/")).filter((key) => key.endsWith("/compacted.parquet"));
    expect(compacted.length).toBeGreaterThan(10);
    const there = await figures(place(), input.days);
    expect(there.calls).toEqual(here.calls);
    expect(there.usage).toEqual(here.usage);
  });

  it("the outage of the last hour pages, once", async () => {
    await summed();
    await driver.run("detect");
    const pages = (await driver.messages(PAGER)).map((body) => JSON.parse(body));
    expect(pages.map(({ MessageAttributes }) => MessageAttributes?.rule?.Value)).toContain("error_rate");
    expect(JSON.stringify(pages)).not.toContain(CANARY);
    await driver.run("detect");
    expect(await driver.messages(PAGER)).toHaveLength(pages.length);
  });
});

describe("from a bill to a statement", () => {
  it("the manifest starts the reconciliation, and every dollar is where this machine puts it", async () => {
    await billed();
    const there = await figures(place(), input.days);
    expect(there.bill).toEqual(here.bill);
    expect(there.usage).toEqual(here.usage);
  });

  it("the statement has the figures of this machine's, table by table", async () => {
    await billed();
    await driver.run("report", { month: input.month });
    const [there, local] = [
      await deployedStatement(world.s3, REPORTS, input.month),
      localStatement(join(work, "data"), input.month),
    ];
    expect([...there.keys()].sort()).toEqual([...local.keys()].sort());
    for (const [name, text] of local) expect(there.get(name), name).toBe(text);
  });

  it("left nothing behind in a dead-letter queue, no refused query, and no word of a prompt", async () => {
    await billed();
    expect(await troubles()).toEqual([]);
    expect(world.athena.log.filter(({ state }) => state === "REFUSED")).toEqual([]);
    for (const bucket of [DATA, REPORTS])
      for (const key of await keysOf(world.s3, bucket))
        expect((await bytesOf(world.s3, bucket, key)).includes(CANARY), key).toBe(false);
    for (const name of ["ingest", "telemetry", "sources", "trace", "detect", "compact", "reconcile", "report"])
      expect(await driver.log(name), name).not.toContain(CANARY);
  });

  it("the front counted each function's requests", async () => {
    await summed();
    const counts = world.front.counter.list();
    const of = (caller: string, operation: string, at: string): number =>
      counts
        .filter((count) => count.caller === caller && count.operation === operation && count.place === at)
        .reduce((sum, { requests }) => sum + requests, 0);
    expect(of("ingest", "GetObject", `${LOG_BUCKET}/${LOG_PREFIX}`)).toBeGreaterThanOrEqual(objectsHere());
    expect(of("ingest", "PutObject", "data/invocation_records")).toBeGreaterThanOrEqual(objectsHere());
    // Records are read by the engine inside the function, and by no query of its own on Athena.
    expect(of("detect", "GetObject", "data/invocation_records")).toBeGreaterThan(0);
    expect(of("athena/detect", "GetObject", "data/invocation_records")).toBe(0);
    expect(of("detect", "Publish", `strata-${STAGE}-critical`)).toBeGreaterThan(0);
  });
});

describe("the stand-in refuses what S3 refuses", () => {
  it("a conditional write that comes too late", async () => {
    const object = { Bucket: LOG_BUCKET, Key: "conditional", Body: "1" };
    const { ETag } = await world.s3.send(new PutObjectCommand({ ...object, IfNoneMatch: "*" }));
    await expect(world.s3.send(new PutObjectCommand({ ...object, IfNoneMatch: "*" }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
    await world.s3.send(new PutObjectCommand({ ...object, Body: "2", IfMatch: ETag }));
    await expect(world.s3.send(new PutObjectCommand({ ...object, Body: "3", IfMatch: ETag }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });
});

describe("disaster recovery, by the commands of docs/deploy.md", () => {
  it("curated data and catalog that are lost are made again from logs and bills, to the same figures", async () => {
    await billed();
    await empty(DATA);
    await glue.send(new DeleteDatabaseCommand({ Name: DATABASE }));
    await driver.run("catalog");
    const days = ["--from", input.from, "--to", input.to];
    for (const source of [
      ["--source", `s3://${LOG_BUCKET}/${LOG_PREFIX}`],
      ...more.map(({ name, location }) => [`--${name}`, "--source", location]),
    ]) {
      const { stderr } = await strata(["backfill", "--stage", STAGE, ...source, ...days], place());
      expect(stderr).toMatch(/ [1-9]\d* objects, 0 were done before/);
    }
    await worked();
    await driver.run("trace");
    await driver.run("detect");
    await driver.run("reconcile", { all: true });
    await driver.run("detect");
    const there = await figures(place(), input.days);
    expect(there).toEqual(here);
    expect(await moreFigures(place())).toEqual(await moreFigures({ data: join(work, "data") }));
    expect(await troubles()).toEqual([]);
  });
});

describe("removing the stack", () => {
  it("leaves buckets, data and catalog", async () => {
    await landed();
    const before = await keysOf(world.s3, DATA);
    expect(await stack.remove(), (await stack.failures()).join("\n")).toBeUndefined();
    for (const Bucket of [DATA, REPORTS]) await world.s3.send(new HeadBucketCommand({ Bucket }));
    expect(await keysOf(world.s3, DATA)).toEqual(before);
    expect((await glue.send(new GetDatabaseCommand({ Name: DATABASE }))).Database?.Name).toBe(DATABASE);
  });
});

async function empty(Bucket: string): Promise<void> {
  const keys = await keysOf(world.s3, Bucket);
  for (let at = 0; at < keys.length; at += 1000)
    await world.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.slice(at, at + 1000).map((Key) => ({ Key })) } }),
    );
}
