import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { METRICS } from "../../src/aws/metric-names.ts";
import { telemetry } from "../../src/aws/telemetry.ts";
import { InputError } from "../../src/errors.ts";
import { parseUsd } from "../../src/money.ts";

/** What is written as JSON to the log while something runs. */
function written(run: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  // Powertools has a console of its own, which writes to the streams.
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text: unknown) => {
      lines.push(...String(text).split("\n"));
      return true;
    });
  run();
  vi.restoreAllMocks();
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

it("tells two stages of one account apart, in metrics and in the log", () => {
  const [prod, dev] = ["prod", "dev"].map((stage) =>
    written(() => {
      const told = telemetry("ingest", stage);
      told.count("Records", 3);
      told.countAt(Date.now() - 3_600_000, { Tokens: 5 });
      told.log.info("ingested");
      told.flush();
    }),
  );
  const metrics = prod?.filter((line) => "_aws" in line) ?? [];
  expect(metrics).toHaveLength(2);
  for (const line of metrics) {
    expect(line).toMatchObject({ service: "ingest", stage: "prod" });
    expect(line["_aws"]).toMatchObject({
      CloudWatchMetrics: [{ Namespace: "Strata", Dimensions: [expect.arrayContaining(["service", "stage"])] }],
    });
    expect(Object(line["_aws"]).CloudWatchMetrics[0].Dimensions[0]).toHaveLength(2);
  }
  expect(prod?.find((line) => line["message"] === "ingested")).toMatchObject({ stage: "prod" });
  expect(JSON.stringify(dev)).not.toContain("prod");
});

it("writes only what alarms look at where there is no dashboard", () => {
  vi.stubEnv("STRATA_METRICS", "alarms");
  const lines = written(() => {
    const told = telemetry("detect");
    told.count("HoursWaiting", 2);
    told.count("DetectionLag", 0);
    told.count("AlertsFailed", 0);
    told.count("AlertsSent", 1);
    told.countAt(Date.now(), { Tokens: 5 });
    told.flush();
  });
  vi.unstubAllEnvs();
  expect(lines).toHaveLength(1);
  // A metric of what did not happen would be paid for.
  expect(lines[0]).toMatchObject({ HoursWaiting: 2 });
  for (const name of ["DetectionLag", "AlertsFailed", "AlertsSent"]) expect(lines[0]).not.toHaveProperty(name);
});

it("takes the stage from the stack's variable", () => {
  vi.stubEnv("STRATA_STAGE", "blue");
  const lines = written(() => {
    const told = telemetry("detect");
    told.count("HoursWaiting", 1);
    told.flush();
  });
  vi.unstubAllEnvs();
  expect(lines[0]).toMatchObject({ stage: "blue", HoursWaiting: 1 });
});

it("logs of an error the message and hint that are its own, never what caused it", () => {
  const [line] = written(() =>
    telemetry("ingest", "prod").failed(
      new InputError("k", "s3: reading failed", { hint: "Allow it.", cause: new Error("an answer with CANARY") }),
      "not ingested",
    ),
  );
  expect(line).toMatchObject({ error: "s3: reading failed", hint: "Allow it." });
  const [other] = written(() => telemetry("ingest", "prod").failed(new TypeError("with CANARY"), "not ingested"));
  expect(other).toMatchObject({ error: "TypeError" });
  expect(JSON.stringify([line, other])).not.toContain("CANARY");
});

it("says of every metric what it means", () => {
  for (const { unit, meaning } of Object.values(METRICS)) {
    expect(["Count", "Bytes", "Seconds", "None"]).toContain(unit);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});

it("logs each query with what docs/cost.md sums up in Logs Insights", () => {
  const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");
  const [, asked = ""] = /^filter message = "query" \| (.+)$/m.exec(page) ?? [];
  const fields = new Set([...asked.matchAll(/sum\((\w+)\)|\bby (\w+) \|/g)].map(([, summed, by]) => summed ?? by ?? ""));
  expect([...fields]).toEqual(["cost", "bytesScanned", "query"]);
  const metering = {
    query: "saved/retries",
    executionId: "1",
    state: "SUCCEEDED",
    bytesScanned: 20_000_000,
    milliseconds: 900,
    reused: false,
  };
  const line = written(() => telemetry("report").query({ ...metering, cost: parseUsd("0.0001") })).find(
    ({ message }) => message === "query",
  );
  for (const field of fields) expect(line).toHaveProperty(field);
  expect(Number(line?.["cost"])).toBe(0.0001);
});
