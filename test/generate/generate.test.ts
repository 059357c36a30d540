import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { generate } from "../../src/generate/generate.ts";
import type { Incident, IncidentKind, Truth } from "../../src/generate/truth.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import {
  type CurRow,
  fingerprint,
  type LogRecord,
  type ReadLogs,
  readCsvCur,
  readLogs,
  readParquetCur,
  sumPico,
  tokenCount,
} from "./read-month.ts";

const SCALE = 0.02;
const root = mkdtempSync(join(tmpdir(), "strata-generate-"));
const folder = (name: string): string => join(root, name);

let truth: Truth;
let logs: ReadLogs;
let bill: CurRow[];
const progress: [number, number, string][] = [];

beforeAll(async () => {
  truth = await generate({ out: folder("a"), scale: SCALE, onProgress: (...step) => progress.push(step) });
  logs = readLogs(join(folder("a"), "logs"));
  bill = await readParquetCur(join(folder("a"), "cur"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const incident = (kind: IncidentKind): Incident => {
  const found = truth.incidents.find((one) => one.kind === kind);
  if (!found) throw new Error(`no incident ${kind}`);
  return found;
};
const during = ({ start, end }: { start: string; end: string }): LogRecord[] =>
  logs.records.filter(({ timestamp }) => timestamp >= start && timestamp < end);
const failed = (records: readonly LogRecord[]): number => records.filter((record) => record.errorCode !== undefined).length;
const tokens = ({ input, output }: LogRecord): number =>
  tokenCount(input, "inputTokenCount") + tokenCount(output, "outputTokenCount");
const isBedrock = (row: CurRow): boolean => !["AmazonS3", "Kiro"].includes(String(row.line_item_product_code));

describe("the same options", () => {
  it("give the same bytes, and another seed gives others", async () => {
    const scale = 0.002;
    const first = await generate({ out: folder("first"), scale });
    await generate({ out: folder("again"), scale });
    const other = await generate({ out: folder("other"), scale, seed: 2 });
    expect(fingerprint(folder("again"))).toBe(fingerprint(folder("first")));
    expect(fingerprint(folder("other"))).not.toBe(fingerprint(folder("first")));
    expect(other.incidents.map(({ id }) => id)).toEqual(first.incidents.map(({ id }) => id));
  });

  it("replace an earlier run", async () => {
    await generate({ out: folder("again"), scale: 0.001, seed: 3 });
    await generate({ out: folder("again"), scale: 0.002 });
    expect(fingerprint(folder("again"))).toBe(fingerprint(folder("first")));
  });
});

describe("truth.json", () => {
  it("is what generate returns", () => {
    expect(JSON.parse(readFileSync(join(folder("a"), "truth.json"), "utf8"))).toEqual(truth);
  });

  it("counts what is in the log objects", () => {
    expect({
      objects: logs.objects,
      body_objects: logs.bodies,
      permission_checks: logs.permissionChecks,
      damaged_objects: logs.damaged,
      corrupt_lines: logs.garbage,
      duplicates: logs.duplicates,
      invocations: logs.records.length,
      failed: failed(logs.records),
      coerced: logs.records.filter(({ input }) => typeof input?.inputTokenCount === "string").length,
      unpriced: logs.records.filter(({ modelId }) => modelId.startsWith("newvendor.")).length,
      not_token_priced: logs.records.filter(({ modelId }) => /:(provisioned|imported)-model\//.test(modelId)).length,
      unattributed: logs.records.filter(({ identity }) => truth.unattributed_principals.includes(identity.arn)).length,
    }).toEqual({
      objects: truth.counts.objects,
      body_objects: truth.counts.body_objects,
      permission_checks: truth.counts.permission_checks,
      damaged_objects: truth.counts.damaged_objects,
      corrupt_lines: truth.counts.corrupt_lines,
      duplicates: truth.counts.duplicates,
      invocations: truth.counts.invocations,
      failed: truth.counts.failed,
      coerced: truth.counts.coerced,
      unpriced: truth.counts.unpriced,
      not_token_priced: truth.counts.not_token_priced,
      unattributed: truth.counts.unattributed,
    });
    expect(truth.counts).toMatchObject({ duplicates: 12, corrupt_lines: 7, damaged_objects: 1, coerced: 1, uncounted: 0 });
    expect(truth.counts.records).toBe(truth.counts.invocations + truth.counts.duplicates + truth.counts.quarantined);
    expect(truth.counts.quarantined).toBe(truth.counts.corrupt_lines);
    const times = logs.records.map(({ timestamp }) => timestamp).sort();
    expect([times.at(0), times.at(-1)]).toEqual([truth.first_event, truth.last_event]);
  });

  it("counts the tokens that the records state", () => {
    const sum = (part: "input" | "output", name: string): number =>
      logs.records.reduce((total, record) => total + tokenCount(record[part], name), 0);
    expect(sum("input", "inputTokenCount")).toBe(truth.tokens.input);
    expect(sum("output", "outputTokenCount")).toBe(truth.tokens.output);
    // Some records leave the cache counters to the body.
    const stated = sum("input", "cacheReadInputTokenCount");
    expect(stated).toBeLessThan(truth.tokens.cache_read);
    expect(stated).toBeGreaterThan(truth.tokens.cache_read * 0.9);
  });

  it("holds the bill to the last digit", () => {
    expect(bill).toHaveLength(truth.bill.lines);
    expect(formatUsd(sumPico(bill.filter(isBedrock)))).toBe(truth.money.billed_usd);
    expect(formatUsd(sumPico(bill.filter((row) => !isBedrock(row))))).toBe(truth.bill.other_services_usd);
    const of = (type: string): string => formatUsd(sumPico(bill.filter((row) => row.line_item_line_item_type === type)));
    expect([of("EdpDiscount"), of("Tax"), of("Credit")]).toEqual([
      truth.bill.discount.usd,
      truth.bill.tax_usd,
      truth.bill.credit_usd,
    ]);
    const { money, elsewhere } = truth;
    const where = (fits: (row: CurRow) => boolean): string => formatUsd(sumPico(bill.filter(fits)));
    expect(where((row) => row.line_item_product_code === "Kiro")).toBe(elsewhere.kiro.usd);
    expect(where((row) => String(row.line_item_usage_type).endsWith("-batch"))).toBe(elsewhere.batch.usd);
    const parts = [
      money.allocated_usd,
      money.billed_not_logged_usd,
      money.not_token_based_usd,
      money.adjustments_usd,
      money.unclassified_usd,
      money.residual_usd,
    ];
    expect(formatUsd(parts.reduce((sum, usd) => sum + parseUsd(usd), 0n))).toBe(money.billed_usd);
  });

  it("has one billed line that is dearer than quantity × rate, by the residual", () => {
    const off = bill
      .filter((row) => row.line_item_line_item_type === "Usage" && isBedrock(row))
      .map((row) => ({
        row,
        pico:
          BigInt(
            Math.round(
              (Number(row.line_item_unblended_cost) - Number(row.line_item_usage_amount) * Number(row.line_item_unblended_rate)) *
                1e8,
            ),
          ) * 10_000n,
      }))
      .filter(({ pico }) => pico !== 0n);
    expect(off).toHaveLength(1);
    expect(formatUsd(off[0]?.pico ?? 0n)).toBe("1.37");
    expect(off[0]?.row.line_item_iam_principal).toBe(truth.bill.residual.principal);
  });

  it("states the cut-off, after which nothing is billed", () => {
    const last = bill
      .map((row) => row.line_item_usage_end_date)
      .reduce<number>((latest, end) => Math.max(latest, end instanceof Date ? end.getTime() : 0), 0);
    expect(new Date(last).toISOString()).toBe(truth.bill.cutoff.replace("Z", ".000Z"));
    expect(logs.records.some(({ timestamp }) => timestamp >= truth.bill.cutoff)).toBe(true);
  });
});

describe("planted incidents", () => {
  it("error burst: over a tenth of the calls in its window, and under a twentieth in any other half hour with 40 calls", () => {
    const burst = incident("error-burst");
    const records = during(burst);
    expect(failed(records) / records.length).toBeGreaterThan(0.1);
    expect([failed(records), records.length]).toEqual([burst.size.failed, burst.size.calls]);
    const halfHour = ({ timestamp }: LogRecord): number => Math.floor(Date.parse(timestamp) / 1_800_000);
    const others = logs.records.filter(({ timestamp }) => timestamp < burst.start || timestamp >= burst.end);
    for (const [, half] of Map.groupBy(others, halfHour))
      if (half.length >= 40) expect(failed(half) / half.length).toBeLessThan(0.05);
  });

  it("token spike: the hour has more than twice the tokens of an ordinary one", () => {
    const spike = incident("token-spike");
    const extra = during(spike).filter(({ identity }) => identity.arn.includes("search-reindex"));
    expect(extra.reduce((sum, record) => sum + tokens(record), 0)).toBe(spike.size.tokens);
    expect(Number(spike.size.ratio)).toBeGreaterThan(1.1);
  });

  it("busy day: over 30 % above an ordinary workday", () => {
    expect(Number(incident("busy-day").size.ratio)).toBeGreaterThan(1.3);
  });

  it("runaway: one person past the day budget, nobody else past 80 % of it", () => {
    const runaway = incident("runaway-person");
    expect(Number(runaway.size.share)).toBeGreaterThan(1.2);
    const calls = during(runaway).filter(({ identity }) => identity.arn === runaway.scope.principal);
    expect(calls.length).toBeGreaterThanOrEqual(Number(runaway.size.calls));
    expect(Number(truth.budgets.dearest_ordinary_person_day_usd) / Number(truth.budgets.person_day_usd)).toBeLessThan(0.6);
  });

  it("team budgets: one past 80 %, one past 100 %, all others well below", () => {
    const share = new Map(truth.teams.map((team) => [team.team, team.share]));
    expect(share.get("mobile")).toBeCloseTo(0.88, 1);
    expect(share.get("search")).toBeCloseTo(1.12, 1);
    for (const [team, used] of share) if (team !== "mobile" && team !== "search") expect(used).toBeLessThan(0.6);
  });

  it("log gap: the bill has usage where the log has none", () => {
    const gap = incident("log-gap");
    const here = (record: LogRecord): boolean => record.accountId === gap.scope.account_id && record.region === gap.scope.region;
    expect(during(gap).filter(here)).toHaveLength(0);
    expect(logs.records.filter(here).length).toBeGreaterThan(100);
    const billed = bill.filter(
      (row) =>
        row.line_item_usage_account_id === gap.scope.account_id &&
        row.product_region_code === gap.scope.region &&
        row.line_item_iam_principal &&
        row.line_item_usage_start_date instanceof Date &&
        row.line_item_usage_start_date.getTime() >= Date.parse(gap.start) &&
        row.line_item_usage_start_date.getTime() < Date.parse(gap.end),
    );
    expect(formatUsd(sumPico(billed))).toBe(gap.size.billed_usd);
    // 80 calls at full size: at this scale, too few to be missed.
    expect(gap.meaningful).toBe(false);
  });

  it("unpriced model: logged, and on the bill with its dollars", () => {
    const unpriced = incident("unpriced-model");
    const rows = bill.filter((row) => String(row.line_item_usage_type).includes("newvendor.mystery-1"));
    expect(formatUsd(sumPico(rows))).toBe(unpriced.size.billed_usd);
    expect(during(unpriced).filter(({ modelId }) => modelId === unpriced.scope.model)).toHaveLength(Number(unpriced.size.calls));
  });

  it("billed but not logged: a mantle line", () => {
    const rows = bill.filter((row) => String(row.line_item_usage_type).includes("mantle"));
    expect(rows).toHaveLength(1);
    expect(formatUsd(sumPico(rows))).toBe(incident("billed-not-logged").size.billed_usd);
  });
});

describe("the log objects", () => {
  it("have Bedrock's keys, in folders by delivery time at most an hour behind the events", () => {
    for (const key of logs.keys) {
      expect(key).toMatch(
        /^prod\/AWSLogs\/\d{12}\/BedrockModelInvocationLogs\/[a-z0-9-]+\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/\d{8}T\d{9}Z_[0-9a-f]{16}\.json\.gz$/,
      );
    }
    expect(new Set(logs.keys.map((key) => key.split("/")[2])).size).toBe(4);
    expect(logs.keys.some((key) => key.includes("/012345678912/"))).toBe(true);
  });

  it("hold every kind of operation, principal and model id", () => {
    expect(new Set(logs.records.map(({ operation }) => operation))).toEqual(
      new Set(["InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"]),
    );
    const arns = [...new Set(logs.records.map(({ identity }) => identity.arn))].join("\n");
    for (const part of [
      "AWSReservedSSO_",
      "BedrockFederated/",
      ":user/BedrockAPIKey-",
      ":user/science/carol",
      "-lambda/",
      "/i-0",
    ])
      expect(arns).toContain(part);
    const ids = [...new Set(logs.records.map(({ modelId }) => modelId))].join("\n");
    for (const part of [
      ":inference-profile/global.",
      "\nus.",
      "eu.",
      "jp.",
      ":application-inference-profile/",
      ":provisioned-model/",
      ":imported-model/",
      "titan-embed",
      "gpt-oss",
      "llama",
    ])
      expect(ids).toContain(part);
    expect(logs.records.some(({ requestMetadata }) => requestMetadata?.team === "growth")).toBe(true);
    expect(
      logs.records.filter(({ errorCode, input, output }) => errorCode === "ThrottlingException" && (input || output)),
    ).toHaveLength(0);
  });
});

describe("the export", () => {
  it("reads in DuckDB with maps, timestamps and doubles", async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const files = join(folder("a"), "cur", "*", "data", "*", "*.parquet");
    const reader = await connection.runAndReadAll(
      `select column_name, column_type from (describe select * from read_parquet('${files}'))`,
    );
    const types = new Map(reader.getRows().map(([name, type]) => [String(name), String(type)]));
    for (const name of ["product", "tags", "resource_tags", "cost_category"])
      expect(types.get(name)).toBe("MAP(VARCHAR, VARCHAR)");
    for (const name of ["line_item_usage_start_date", "line_item_usage_end_date", "bill_billing_period_start_date"])
      expect(types.get(name)).toBe("TIMESTAMP");
    for (const name of ["line_item_unblended_cost", "line_item_usage_amount"]) expect(types.get(name)).toBe("DOUBLE");
    const tagged = await connection.runAndReadAll(
      `select count(*) from read_parquet('${files}') where tags['iamPrincipal/team'] = 'growth' and resource_tags['user_app'] = 'assistant'`,
    );
    expect(Number(tagged.getRows()[0]?.[0])).toBeGreaterThan(0);
    connection.closeSync();
  });

  it("has the columns of the sample and a manifest that lists its parts", () => {
    const sample = readFileSync("test/fixtures/samples/cur2/cur2-with-iam-principal.csv", "utf8").split("\n")[0]?.split(",");
    expect(Object.keys(bill[0] ?? {})).toEqual(sample);
    const manifest: unknown = JSON.parse(
      readFileSync(join(folder("a"), "cur/bedrock-cur2/metadata/BILLING_PERIOD=2026-10/bedrock-cur2-Manifest.json"), "utf8"),
    );
    expect(manifest).toMatchObject({ statusCode: "DELIVERY_SUCCESS", columns: sample?.map((name) => ({ name })) });
    expect(JSON.stringify(manifest)).toContain(`bedrock-cur2-0000${truth.bill.parts}.snappy.parquet`);
    expect(truth.bill.parts).toBeGreaterThan(1);
  });

  it("says the same as CSV", async () => {
    const same = await generate({ out: folder("csv"), scale: SCALE, curFormat: "csv" });
    expect(same.money).toEqual(truth.money);
    const rows = readCsvCur(join(folder("csv"), "cur"));
    expect(rows).toHaveLength(bill.length);
    expect(sumPico(rows)).toBe(sumPico(bill));
    expect(rows[0]?.line_item_usage_start_date).toBe("2026-10-01T00:00:00Z");
    const tagged = rows.find((row) => row.tags !== "{}");
    expect(JSON.parse(String(tagged?.tags))).toHaveProperty("iamPrincipal/team");
  });
});

describe("options", () => {
  it("writes a configuration that the product accepts", () => {
    const config = loadConfig(join(folder("a"), "strata.yml"));
    expect(config.budgets).toHaveLength(truth.teams.length + 2);
    expect(config.prices.discounts).toMatchObject([{ name: "edp-2026", percent: "5" }]);
  });

  it("reports progress for each day", () => {
    expect(progress).toHaveLength(32);
    expect(progress[0]).toEqual([1, 32, "2026-10-01"]);
    expect(progress.at(-1)).toEqual([32, 32, "truth.json"]);
  });

  it("still plants everything in a very small company and a short month", async () => {
    const small = await generate({ out: folder("small"), scale: 0.001, month: "2027-02" });
    expect(small.incidents.map(({ kind }) => kind)).toEqual(truth.incidents.map(({ kind }) => kind));
    const burst = small.incidents.find(({ kind }) => kind === "error-burst");
    expect(Number(burst?.size.share)).toBeGreaterThan(0.1);
    expect(small.money.residual_usd).toBe("1.37");
  });

  it("refuses what makes no sense, and says what to do", async () => {
    await expect(generate({ out: folder("no"), scale: 0 })).rejects.toThrow("generate: a scale of 0 is not possible");
    await expect(generate({ out: folder("no"), seed: 1.5 })).rejects.toThrow("generate: 1.5 is not a seed");
    await expect(generate({ out: folder("no"), month: "soon" })).rejects.toThrow('generate: "soon" is not a month');
  });

  it("does not touch somebody else's logs", async () => {
    mkdirSync(join(folder("theirs"), "logs"), { recursive: true });
    writeFileSync(join(folder("theirs"), "logs", "precious"), "1");
    await expect(generate({ out: folder("theirs"), scale: 0.001 })).rejects.toThrow(
      "already holds logs, not written by this command",
    );
    expect(readFileSync(join(folder("theirs"), "logs", "precious"), "utf8")).toBe("1");
  });
});
