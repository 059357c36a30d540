import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReadAhead } from "../../src/aws/read-ahead.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { clientFor, json, jsonError, type StubAnswer, StubService, s3Error } from "../aws/stub-service.ts";
import { type Run, SAMPLES } from "../pipeline/run-strata.ts";
import { runHere, useEndpoint } from "./run-here.ts";

const work = mkdtempSync(join(tmpdir(), "strata-s3-"));
const at = (...parts: string[]): string => join(work, ...parts);
const records = readFileSync(join(SAMPLES, "invocation-logs", "records.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean);
const HOUR = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
const hex = (index: number): string => index.toString(16).padStart(16, "0");

/** The same tree as a folder and as a bucket: 40 small log objects, a side body, a permission check, and a bill of two deliveries. */
function tree(): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let index = 0; index < 40; index++) {
    const lines = records.filter((_, line) => line % 40 === index);
    files.set(
      `bedrock/${HOUR}/20261005T1459${String(index).padStart(2, "0")}000Z_${hex(index)}.json.gz`,
      gzipSync(lines.join("\n")),
    );
  }
  for (const which of ["input", "output"]) {
    const name = `0a1b2c3d-0000-4000-8000-000000000006_${which}.json`;
    files.set(`bedrock/${HOUR}/data/${name}.gz`, gzipSync(readFileSync(join(SAMPLES, "invocation-logs", "data", name))));
  }
  files.set("bedrock/amazon-bedrock-logs-permission-check", Buffer.alloc(0));
  files.set("bedrock-old/not-asked-for.json", Buffer.from(records[0] ?? ""));
  const csv = gzipSync(readFileSync(join(SAMPLES, "cur2", "cur2-with-iam-principal.csv")));
  files.set("cur/strata-cur/data/BILLING_PERIOD=2026-10/strata-cur-00001.csv.gz", csv);
  files.set("cur/strata-cur/data/BILLING_PERIOD=2026-09/strata-cur-00001.csv.gz", Buffer.from("never read"));
  for (const month of ["2026-09", "2026-10"])
    files.set(
      `cur/strata-cur/metadata/BILLING_PERIOD=${month}/strata-cur-Manifest.json`,
      Buffer.from(
        JSON.stringify({
          executionId: `run-${month}`,
          createdAt: "2026-10-06T04:27:10Z",
          dataFiles: [`s3://acme-data/cur/strata-cur/data/BILLING_PERIOD=${month}/strata-cur-00001.csv.gz`],
        }),
      ),
    );
  return files;
}

let server: FauxqsServer;
const RANGE = ["--from", "2026-10-01", "--to", "2026-10-31"];

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new S3Client({ ...clientFor(endpoint), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "acme-data" }));
  await client.send(new CreateBucketCommand({ Bucket: "acme-none" }));
  for (const [key, Body] of tree()) {
    await client.send(new PutObjectCommand({ Bucket: "acme-data", Key: key, Body }));
    mkdirSync(dirname(at("folder", key)), { recursive: true });
    writeFileSync(at("folder", key), Body);
  }
  useEndpoint(endpoint);
});
afterAll(() => server.stop());

const numbers = (run: Run) => {
  expect(run.code, run.stderr).toBe(0);
  const {
    objects,
    skipped_objects,
    records: all,
    invocations,
    duplicates,
    estimated_usd,
    billed_usd,
    allocated_usd,
    residual_usd,
  } = JSON.parse(run.stdout);
  return { objects, skipped_objects, all, invocations, duplicates, estimated_usd, billed_usd, allocated_usd, residual_usd };
};

describe("strata analyze s3://…", () => {
  it("gives what the same files in a folder give", async () => {
    const local = await runHere([
      "analyze",
      at("folder", "bedrock"),
      "--cur",
      at("folder", "cur"),
      ...RANGE,
      "--out",
      at("local"),
      "--json",
    ]);
    const remote = await runHere([
      "analyze",
      "s3://acme-data/bedrock",
      "--cur",
      "s3://acme-data/cur",
      ...RANGE,
      "--out",
      at("remote"),
      "--json",
    ]);
    const found = numbers(remote);
    const { billed_usd } = found;
    expect(found).toMatchObject({ objects: 40 });
    expect(Number(billed_usd)).toBeGreaterThan(0);
    // In the folder September's damaged bill is read as well, and fails; from S3 it is not even fetched, as it lies outside the range.
    expect(found).toEqual(numbers({ ...local, code: 0 }));
    expect(readdirSync(at("remote", "ingested_objects")).join()).toBe("dt=2026-10-05");
    expect(
      readdirSync(at("remote", "ingested_objects", "dt=2026-10-05")).every((name) => name.startsWith("acme-data-2026-10-05-")),
    ).toBe(true);
  });

  it("without paths reads what strata.yml names: buckets, and folders from where the file is", async () => {
    mkdirSync(at("configured"));
    writeFileSync(
      at("configured", "strata.yml"),
      "organisation: Acme\nsources: { logs: [s3://acme-data/bedrock, ../folder/bedrock-old], cur: [s3://acme-data/cur] }\n",
    );
    const config = ["--config", at("configured", "strata.yml")];
    const named = await runHere(["analyze", ...config, ...RANGE, "--out", at("named"), "--json"]);
    expect(numbers(named)).toMatchObject({ objects: 41, duplicates: 1 });
    expect(Number(JSON.parse(named.stdout).billed_usd)).toBeGreaterThan(0);
    // The command line wins, and a path that is given brings no bill with it.
    const given = await runHere(["analyze", at("folder", "bedrock-old"), ...config, "--out", at("given"), "--json"]);
    expect([given.code, given.stderr]).toEqual([0, ""]);
    expect(JSON.parse(given.stdout)).toMatchObject({ objects: 1, billed_usd: null });
  });

  it("without paths and without a strata.yml that names logs says how to name them", async () => {
    writeFileSync(at("silent.yml"), "organisation: Acme\n");
    const silent = await runHere(["analyze", "--config", at("silent.yml"), "--out", at("nothing")]);
    expect([silent.code, silent.stderr]).toEqual([
      2,
      expect.stringMatching(/names neither logs nor a bill[\s\S]*Add sources\.logs: \[s3:/),
    ]);
    // Whoever deploys from this clone has a strata.yml in it.
    const before = process.cwd();
    process.chdir(work);
    const none = await runHere(["analyze", "--out", at("nothing")]).finally(() => process.chdir(before));
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringMatching(
        /there is no strata\.yml in this folder[\s\S]*npx strata-bedrock analyze \.\/logs.*npx strata-bedrock init --from-doctor/,
      ),
    ]);
  });

  it("does not fetch logs that were written before the first day asked for", async () => {
    const run = await runHere(["analyze", "s3://acme-data/bedrock", "--from", "2026-10-07", "--out", at("later"), "--json"]);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining("no invocation logs in s3://acme-data/bedrock")]);
  });

  it("takes one bucket twice, an object, and a folder beside it", async () => {
    const key = `bedrock/${HOUR}/20261005T145900000Z_${hex(0)}.json.gz`;
    const run = await runHere([
      "analyze",
      `s3://acme-data/${key}`,
      `s3://acme-data/${key}`,
      at("folder", "bedrock-old"),
      "--out",
      at("mixed"),
      "--json",
    ]);
    expect(JSON.parse(run.stdout)).toMatchObject({ objects: 2, records: 2, invocations: 1, duplicates: 1 });
  });

  it("tells of a bill in S3 by its own name, not by that of a copy", async () => {
    const run = await runHere([
      "analyze",
      "s3://acme-data/bedrock",
      "--cur",
      "s3://acme-data/cur/strata-cur",
      "--out",
      at("named"),
      "--json",
    ]);
    const { problems } = JSON.parse(run.stdout);
    const september = problems.find(({ place }: { place: string }) => place.includes("2026-09"));
    expect(september.place).toBe("s3://acme-data/cur/strata-cur/data/BILLING_PERIOD=2026-09/strata-cur-00001.csv.gz");
    expect(JSON.stringify(problems)).not.toContain("strata-bill-");
  });

  it.each([
    [["analyze", "s3://acme-missing/bedrock"], 1, "the bucket does not exist", "Check the bucket's name"],
    [["analyze", "s3://acme-none"], 1, "s3://acme-none holds no objects", "npx strata-bedrock doctor shows where logs go"],
    [["analyze", "s3://acme-data/bed"], 1, "s3://acme-data/bed holds no objects", "Check the prefix"],
    [["analyze", "s3://acme-data/bedrock/*.gz"], 2, "patterns work for folders, not for S3", "--from and --to"],
    [["analyze", "s3://Acme"], 1, '"s3://Acme" is not an S3 location', "Write it as s3://bucket"],
    [["analyze", "s3://acme-data/cur"], 1, "none of them is a log", ""],
    [
      ["analyze", "s3://acme-data/bedrock", "--cur", "s3://acme-data/bedrock"],
      1,
      "holds no CUR 2.0 export",
      "data/ and metadata/",
    ],
  ])("strata %j ends with %i and a sentence", async (args, code, message, hint) => {
    const run = await runHere([...args, "--out", at("never")]);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(hint);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(code);
  });
});

describe("what S3 and Athena refuse", () => {
  let stub: StubService;
  beforeAll(async () => {
    stub = await StubService.start();
  });
  afterAll(() => stub.stop());

  const refusals: readonly (readonly [string, StubAnswer, string, string])[] = [
    ["an expired credential", s3Error("ExpiredToken", 400), "the credentials have expired", "aws sso login"],
    ["a permission that is missing", s3Error("AccessDenied", 403), "access is denied", "allow it on that resource"],
    ["another region", s3Error("AuthorizationHeaderMalformed", 400), "the bucket lies in another region", "Set AWS_REGION"],
  ];
  it.each(refusals)("%s stops strata analyze with the fix", async (_, answer, message, hint) => {
    stub.on(() => answer);
    useEndpoint(stub.endpoint);
    const run = await runHere(["analyze", "s3://acme-data/bedrock", "--out", at("refused")]);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(run.stderr).toContain(hint);
  });

  it("nothing is asked where no region is set", async () => {
    useEndpoint(stub.endpoint);
    delete process.env["AWS_REGION"];
    const run = await runHere(["analyze", "s3://acme-data/bedrock", "--out", at("nowhere")]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("aws: no region is set")]);
  });

  it("strata sql --athena prints the rows, and what they cost on standard error", async () => {
    useEndpoint(stub.endpoint);
    stub.on(({ operation, body }) => {
      if (operation === "StartQueryExecution") {
        expect(JSON.parse(body)).toMatchObject({
          WorkGroup: "strata-prod",
          QueryExecutionContext: { Database: "strata_prod" },
          QueryString: "select 1 as one",
        });
        return json({ QueryExecutionId: "q1" });
      }
      if (operation === "GetQueryExecution")
        return json({
          QueryExecution: {
            StatementType: "DML",
            Status: { State: "SUCCEEDED" },
            Statistics: { DataScannedInBytes: 20_000_000 },
          },
        });
      return json({
        ResultSet: {
          ResultSetMetadata: { ColumnInfo: [{ Name: "one", Type: "integer" }] },
          Rows: [{ Data: [{ VarCharValue: "one" }] }, { Data: [{ VarCharValue: "1" }] }],
        },
      });
    });
    const run = await runHere(["sql", "select 1 as one", "--athena", "--stage", "prod", "--format", "json"]);
    expect([run.code, JSON.parse(run.stdout)]).toEqual([0, [{ one: 1 }]]);
    expect(run.stderr).toMatch(/the given SQL: 20\.0 MB scanned, \$0\.00009\d+/);
  });

  it("strata query --athena gives parameters as literals and says what is missing", async () => {
    useEndpoint(stub.endpoint);
    stub.on(({ operation, body }) => {
      expect(operation).toBe("StartQueryExecution");
      expect(JSON.parse(body).QueryString).toContain("date '2026-10-01'");
      return jsonError("InvalidRequestException", "WorkGroup strata-dev is not found.", 400);
    });
    const run = await runHere(["query", "top_spenders", "--athena", "--param", "from=2026-10-01", "--param", "to=2026-10-31"]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("WorkGroup strata-dev is not found");
  });

  it("strata query --athena refuses a stage that cannot be", async () => {
    const run = await runHere(["query", "top_spenders", "--athena", "--stage", "a b"]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--stage: "a b" is not a stage')]);
  });
});

describe("reading ahead", () => {
  it("fetches several at once, gives each to its reader, and an error only to the one it belongs to", async () => {
    const stub = await StubService.start();
    let together = 0;
    let most = 0;
    stub.on(async ({ path }) => {
      together += 1;
      most = Math.max(most, together);
      await new Promise((resolve) => setImmediate(resolve));
      together -= 1;
      return path.includes("bad") ? s3Error("AccessDenied", 403) : { headers: { etag: '"e"' }, body: path };
    });
    const store = new S3Store("s3://acme-data", { client: new S3Client({ ...clientFor(stub.endpoint), forcePathStyle: true }) });
    const objects = Array.from({ length: 40 }, (_, index) => ({
      key: index === 7 ? "bad.json.gz" : `${index}.json.gz`,
      size: 10,
      lastModified: 0,
    }));
    const ahead = new ReadAhead(store, objects);
    for (const { key } of objects) {
      if (key.startsWith("bad")) await expect(ahead.read(key)).rejects.toThrow(/access is denied/);
      else {
        const { body } = await ahead.read(key);
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(Buffer.from(chunk));
        expect(Buffer.concat(chunks).toString()).toContain(`/${key}`);
      }
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
    stub.stop();
  });
});
