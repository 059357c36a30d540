import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { StubService } from "../aws/stub-service.ts";
import { BILL, billText, CANARY, created, DAY, HOUR, logKey, MANIFEST, PERIOD, record, sqs } from "./one-hour.ts";
import { keys, PackagedWorld, roleOf } from "./packaged-world.ts";
import { statements } from "./template-checks.ts";

// Each call starts a process and several engines; on a busy machine that has taken half a minute.
vi.setConfig({ testTimeout: 300_000 });

const LATE_TAGGED = "arn:aws:sts::111122223333:assumed-role/App/late-tagged";
/** Long rolled up: the middle of the month before the last days, and the end of the month before that. */
const LONG_AGO = new Date(Date.UTC(HOUR.getUTCFullYear(), HOUR.getUTCMonth() - 1, 15, 9)).toISOString();
const OLD = LONG_AGO.replace(".000Z", "Z");
const OLDER = new Date(Date.parse(OLD) - 16 * 86_400_000).toISOString().replace(".000Z", "Z");

let world: PackagedWorld;
beforeAll(async () => {
  world = await PackagedWorld.start();
});
afterAll(() => world.stop());

describe("the packaged functions, from event to Parquet to alert", () => {
  it("catalog makes database, tables, views and saved queries, and answers CloudFormation", async () => {
    const cloudFormation = await StubService.start();
    cloudFormation.on(() => ({ status: 200 }));
    await world.invoke("catalog", {
      RequestType: "Create",
      ResponseURL: `${cloudFormation.endpoint}/answer?signature=x`,
      StackId: "stack",
      RequestId: "request",
      LogicalResourceId: "Catalog",
    });
    const [answer] = cloudFormation.requests;
    cloudFormation.stop();
    expect(JSON.parse(answer?.body ?? "{}")).toMatchObject({
      Status: "SUCCESS",
      PhysicalResourceId: "strata_test",
      LogicalResourceId: "Catalog",
    });
    expect(world.engine.tableNames).toEqual(expect.arrayContaining(["invocation_records", "hourly_usage", "principals"]));
    expect(world.engine.statements.some((text) => text.startsWith("create or replace view invocations as"))).toBe(true);
  });

  it("ingest writes Parquet, quarantines bad lines, and gives back only the message that failed", async () => {
    const lines = Array.from({ length: 200 }, (_, index) => record(index));
    const object = gzipSync([...lines, "{ not json"].join("\n"));
    await world.logs.write(logKey("a1"), object);
    const { result, log } = await world.invoke(
      "ingest",
      sqs(created(logKey("a1"), object.length), created(logKey("b2"), 10), {
        Service: "Amazon S3",
        Event: "s3:TestEvent",
        Bucket: "raw-logs",
      }),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    const files = await keys(world.data, "invocation_records/");
    expect(files.length).toBeGreaterThan(0);
    expect(await world.rowsBelow("invocation_records/")).toHaveLength(200);
    expect(await keys(world.data, "quarantine/")).toHaveLength(1);
    expect(log).toContain('"Records":201');
    expect(log).toContain('"Quarantined":1');
  });

  it("ingest again changes nothing", async () => {
    const before = new Map(
      await Promise.all(
        (await keys(world.data)).map(
          async (key) => [key, Buffer.from((await world.data.readAll(key))?.bytes ?? []).toString("base64")] as const,
        ),
      ),
    );
    await world.invoke("ingest", sqs({ redrive: [{ bucket: "raw-logs", key: logKey("a1") }] }));
    for (const key of await keys(world.data))
      expect(Buffer.from((await world.data.readAll(key))?.bytes ?? []).toString("base64") === before.get(key), key).toBe(true);
  });

  it("detect sums up the hours that landed, tells the dashboard, and pages about the errors", async () => {
    const { result, log } = await world.invoke("detect", {});
    expect(Object(result).hours).toBeGreaterThan(0);
    expect(Object(result).backlog).toBe(0);
    expect(Object(result).published).toBeGreaterThan(0);
    for (const table of ["hourly_usage", "calls_5m"])
      expect((await keys(world.data, `${table}/run=`)).length, table).toBeGreaterThan(0);
    const sums = await world.engine.select(
      "select cast(sum(invocations) as bigint) as calls, cast(sum(errors) as bigint) as errors from hourly_usage",
    );
    expect(sums).toEqual([{ calls: 200, errors: 100 }]);
    expect(log).not.toContain("could not be");
    const counted = await world.rowsBelow("service_counts/");
    expect(counted).toContainEqual(
      expect.objectContaining({ account_id: "111122223333", region: "us-east-1", invocations: 77n }),
    );
    expect(log).toContain('"AthenaUsd"');
  });

  it("reconcile stages the period whose manifest landed, and allocates its dollars to the principal of the log", async () => {
    await world.bills.write(BILL, gzipSync(billText()));
    const manifest = { executionId: "e1", lastUpdatedAt: new Date().toISOString(), dataFiles: [`s3://billing/${BILL}`] };
    await world.bills.write(MANIFEST, JSON.stringify({ ...manifest, statusCode: "DELIVERY_SUCCESS" }));
    const { result, log } = await world.invoke("reconcile", {
      ...created(MANIFEST, 200),
      detail: { bucket: { name: "billing" }, object: { key: MANIFEST, size: 200 } },
    });
    expect(result).toEqual({ periods: [PERIOD] });
    expect(log).toContain('"BilledUsd":0.99');
    expect(log).toMatch(/"ResidualUsd":0[,}]/);
    const charges = await world.rowsBelow("allocated_charges/");
    expect(charges).toEqual([
      expect.objectContaining({ token_type: "input", status: "allocated", person: "alice@example.com" }),
      expect.objectContaining({ token_type: "output", status: "allocated", person: "alice@example.com" }),
    ]);
    // The table over the delivery is gone again.
    expect(world.engine.tableNames.filter((name) => name.startsWith("staging_"))).toEqual([]);
  });

  it("reconcile asks nothing every hour, unless a month waits, and then does that month", async () => {
    const before = world.engine.statements.length;
    await world.invoke("reconcile", { waiting: true });
    expect(world.engine.statements.length).toBe(before);
    const key = "reconciled_months/reconciled_months.jsonl";
    const steps = Buffer.from((await world.data.readAll(key))?.bytes ?? []).toString();
    expect(steps).toContain(`"month":"${PERIOD}","step":"logged"`);
    await world.data.write(
      key,
      steps.replace(new RegExp(`("month":"${PERIOD}","step":"logged","fingerprint":)"\\w+"`), "$1null"),
    );
    const { result, log } = await world.invoke("reconcile", { waiting: true });
    expect(result).toEqual({ periods: [] });
    expect(log).toContain(`"months":["${PERIOD}"],"waiting":[]`);
    const unloaded = world.engine.statements
      .slice(before)
      .flatMap((text) => /^unload[\s\S]*?\bto 's3:\/\/curated\/(\w+)/i.exec(text)?.[1] ?? []);
    expect(unloaded).toEqual(["logged_charges"]);
    expect(Buffer.from((await world.data.readAll(key))?.bytes ?? []).toString()).toBe(steps);
  });

  it("reconcile does nothing for an object that is no manifest", async () => {
    const before = world.engine.statements.length;
    const { result } = await world.invoke("reconcile", created(BILL, 10));
    expect(result).toEqual({ periods: [] });
    expect(world.engine.statements.length).toBe(before);
  });

  it("detect has paged about the errors, once, and sums up nothing anew while nothing lands", async () => {
    // The bill brought labels, so that the last hours are summed up once more.
    await world.invoke("detect", {});
    const messages = world.server.inspectQueue("pages")?.messages.ready ?? [];
    expect(messages.some(({ body }) => body.includes("error") || body.includes("Error"))).toBe(true);
    const { result } = await world.invoke("detect", {});
    expect(Object(result).backlog).toBe(0);
    expect(world.server.inspectQueue("pages")?.messages.ready.length).toBe(messages.length);
    expect(await keys(world.data, "current/")).toEqual(["current/budget-status.json"]);
  });

  it("report writes the running month's statement, and asks about single calls once in a week", async () => {
    const asked = (): number => world.engine.statements.filter((text) => text.startsWith("-- Record quality\n")).length;
    const before = asked();
    const { result } = await world.invoke("report", { month: DAY.slice(0, 7) });
    expect(asked()).toBe(before + 1);
    await world.invoke("report", { month: DAY.slice(0, 7) });
    expect(asked()).toBe(before + 1);
    const manifest = await world.reports.readAll(`reports/month=${DAY.slice(0, 7)}/manifest.json`);
    expect(JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()).logs).toMatchObject({
      invocations: 200,
      records: 200,
      records_as_of: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    expect(Object(result).keys).toContain(`reports/month=${DAY.slice(0, 7)}/manifest.json`);
    expect(await keys(world.reports, "reports/")).toEqual(
      expect.arrayContaining([`reports/month=${DAY.slice(0, 7)}/report.html`]),
    );
  });

  it("report tells once that a month is closed", async () => {
    const told = () =>
      (world.server.inspectQueue("pages")?.messages.ready ?? []).filter(({ body }) => body.includes("Bedrock statement"));
    expect(told()).toHaveLength(0);
    for (const run of [1, 2]) {
      const { log } = await world.invoke("report", { month: DAY.slice(0, 7), final: true });
      expect(log.includes("statements announced"), `run ${run}`).toBe(run === 1);
    }
    const [message] = told();
    expect(told()).toHaveLength(1);
    expect(message?.body).toContain(`[info] Bedrock statement ${DAY.slice(0, 7)}: final`);
    expect(message?.body).toContain("month-final");
    expect(await keys(world.reports, "reports/announcements.json")).toHaveLength(1);
    expect(await keys(world.reports, "reports/closed.json")).toHaveLength(1);
  });

  it("compact puts the hours that are over into one file each, and every call is there once, before and after the landed files go", async () => {
    const once = async () =>
      world.engine.select(
        "select count(*) as calls, count(distinct request_id) as ids from invocations where dt < date '2100-01-01'",
      );
    const files = async (): Promise<[number, number]> => {
      const all = await keys(world.data, "invocation_records/");
      const compacted = all.filter((key) => key.endsWith("/compacted.parquet"));
      return [compacted.length, all.length - compacted.length];
    };
    const [before, [, landed]] = [await once(), await files()];
    const { result } = await world.invoke("compact", {}, 10);
    expect(result).toMatchObject({ differing: 0, removed: 0, waiting: 0 });
    const [compacted, still] = await files();
    expect([compacted, still]).toEqual([Object(result).written, landed]);
    expect(await once()).toEqual(before);
    // Half an hour later.
    const { result: later } = await world.invoke("compact", {}, 40);
    expect(later).toMatchObject({ written: 0, differing: 0, waiting: 0 });
    expect(Object(later).removed).toBeGreaterThan(0);
    expect(await files()).toEqual([compacted, landed - Object(later).removed]);
    expect(await once()).toEqual(before);
    // The sums do not change by it.
    await world.invoke("detect", {});
    expect(await world.engine.select("select cast(sum(invocations) as bigint) as calls from hourly_usage")).toEqual([
      { calls: 200 },
    ]);
  });

  it.each(["ingest", "reconcile", "detect", "compact", "report"])("%s wrote only where its role may", (name) => {
    const role = roleOf(name);
    const allowed = statements(world.pkg)
      .filter(({ holder, statement }) => holder === role && [statement.Action].flat().includes("s3:PutObject"))
      .flatMap(({ statement }) => [statement.Resource].flat().map((resource) => String(Object(resource)["Fn::Sub"])))
      .map((arn) => new RegExp(`^${RegExp.escape(arn).replaceAll("\\*", ".*")}$`));
    const places = [...(world.wrote.get(name) ?? [])];
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) {
      const [bucket, ...key] = place.split("/");
      const arn = `\${${bucket === "curated" ? "DataBucket" : "ReportsBucket"}.Arn}/${key.join("/")}`;
      expect(
        allowed.some((resource) => resource.test(arn)),
        `${role} may not write ${arn}`,
      ).toBe(true);
    }
  });

  it("each function changed partitions only of tables that its role may change", () => {
    for (const [caller, tables] of world.engine.swapped) {
      const text = JSON.stringify(
        statements(world.pkg).filter(({ holder, statement }) => holder === caller && statement.Sid === "SwapPartitions"),
      );
      for (const table of tables) expect(text, `${caller} ${table}`).toContain(`/${table}"`);
    }
    expect(world.engine.swapped.size).toBe(2);
  });

  it("ingest looks up what an application inference profile stands for", async () => {
    const [first = "{}"] = [record(0)];
    const arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56";
    await world.logs.write(
      logKey("c3"),
      gzipSync(JSON.stringify({ ...JSON.parse(first), requestId: "by-profile", modelId: arn })),
    );
    const before = await keys(world.data, "invocation_records/");
    await world.invoke("ingest", sqs({ redrive: [{ bucket: "raw-logs", key: logKey("c3") }] }));
    const [made = ""] = (await keys(world.data, "invocation_records/")).filter((key) => !before.includes(key));
    const [row] = await world.rowsBelow(made);
    expect(row).toMatchObject({ model: "claude-opus-5", routing: "global", team: "search", attribution_source: "resource_tag" });
    expect(await keys(world.data, "inference-profiles/")).toEqual(["inference-profiles/profiles.json"]);
  });

  it("a tag that comes with the bill reaches the hourly sums of the days that were rolled up long ago", async () => {
    const old = JSON.parse(record(0));
    const text = JSON.stringify({ ...old, requestId: "long-ago", timestamp: OLD, identity: { arn: LATE_TAGGED } });
    const other = JSON.stringify({ ...old, requestId: "untagged", timestamp: OLDER, identity: { arn: LATE_TAGGED } });
    await world.logs.write(logKey("d4"), gzipSync(`${text}\n${other}`));
    await world.invoke("ingest", sqs({ redrive: [{ bucket: "raw-logs", key: logKey("d4") }] }));
    await world.invoke("detect", {});
    expect(await keys(world.data, "stale/")).toEqual([]);
    const teams = async () =>
      Object.fromEntries(
        (
          await world.engine.select(
            `select cast(dt as varchar) as day, team from hourly_usage where principal_arn = '${LATE_TAGGED}' order by 1`,
          )
        ).map((row) => [row["day"], row["team"]]),
      );
    expect(await teams()).toEqual({ [OLDER.slice(0, 10)]: "unattributed", [OLD.slice(0, 10)]: "unattributed" });

    const at = OLD.replace(/T.*/, "T00:00:00Z");
    const line = `late,999900001111,111122223333,${at},${at.replace("T00", "T01")},Usage,AmazonBedrock,USE1-Claude4.6Sonnet-input-tokens,1,1K tokens,0.003,${LATE_TAGGED},us-east-1,"{""iamPrincipal/team"": ""search""}"`;
    const [header = "", ...lines] = billText().split("\n");
    const bill = [`${header},tags`, ...lines.map((each) => `${each},{}`), line].join("\n");
    await world.bills.write(BILL, gzipSync(bill));
    const manifest = { executionId: "e2", lastUpdatedAt: new Date().toISOString(), dataFiles: [`s3://billing/${BILL}`] };
    await world.bills.write(MANIFEST, JSON.stringify({ ...manifest, statusCode: "DELIVERY_SUCCESS" }));
    await world.invoke("reconcile", { all: true });
    const { result } = await world.invoke("detect", {});
    expect(await teams()).toEqual({ [OLDER.slice(0, 10)]: "unattributed", [OLD.slice(0, 10)]: "search" });
    expect(await keys(world.data, "stale/")).toEqual([]);
    // Beside the last hours the hours of that one day: nobody else has another owner now.
    expect(Object(result).hours).toBe(3 + 24);
  });

  it("nothing that was written, sent or logged holds a word of a prompt or an answer", async () => {
    for (const store of [world.data, world.reports]) {
      for (const key of await keys(store))
        expect(Buffer.from((await store.readAll(key))?.bytes ?? []).includes(CANARY), key).toBe(false);
    }
    expect(JSON.stringify(world.server.inspectQueue("pages")?.messages.ready)).not.toContain(CANARY);
  });
});
