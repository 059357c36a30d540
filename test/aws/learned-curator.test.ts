import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { learnedCurator } from "../../src/aws/learned-curator.ts";
import { LEARNED_KEY, rememberLearned } from "../../src/billing/learned-book.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { batches } from "../../src/local/batches.ts";
import { MemoryStore } from "../anomaly/memory.ts";

const HOUR = 3_600_000;
const LEARNED_AT = Date.UTC(2026, 9, 5, 4);
const config = strataConfig.parse({ prices: { learned: "use" } });
const half = strataConfig.parse({
  prices: {
    overrides: [
      {
        name: "learned:2026-10-03",
        model: "nova-lite",
        routing: "in-region",
        region: "us-east-1",
        account: "111122223333",
        service_tier: "on-demand",
        net: true,
        rates: { input: "0.03", output: "0.12" },
      },
    ],
  },
}).prices.overrides;

/** A store that counts how often the learned rates are looked at. */
class Bucket extends MemoryStore {
  looks = 0;
  refuses = false;
  override async readAll(key: string) {
    if (key === LEARNED_KEY) {
      this.looks += 1;
      if (this.refuses) throw new Error("s3: access is denied");
    }
    return super.readAll(key);
  }
}

const LOG = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/DD/12/20261005T120000000Z_0123456789abcdef.json";
const record = (day: string): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: `2026-10-${day}T12:00:00Z`,
    accountId: "111122223333",
    region: "us-east-1",
    requestId: `00000000-0000-4000-8000-0000000000${day}`,
    operation: "Converse",
    modelId: "amazon.nova-lite-v1:0",
    identity: { arn: "arn:aws:iam::111122223333:user/ann" },
    input: { inputContentType: "application/json", inputTokenCount: 1_000_000 },
    output: { outputContentType: "application/json", outputTokenCount: 0 },
  });

async function pricesOf(bucket: Bucket, curator: Parameters<typeof ingestObjects>[1]["curator"]): Promise<string[]> {
  const source = new MemoryStore();
  for (const day of ["05", "06"]) await source.write(LOG.replace("DD", day), record(day));
  const objects = await Array.fromAsync(source.list());
  for (const batch of batches(objects)) await ingestObjects(batch, { source, target: bucket, curator });
  const rows: { dt: string; text: string }[] = [];
  for await (const { key } of bucket.list("invocation_records/")) {
    const bytes = new Uint8Array(bucket.objects.get(key)?.bytes ?? []);
    for (const row of await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    }))
      rows.push({
        dt: /dt=([\d-]+)/.exec(key)?.[1] ?? "",
        text: `${Number(row["estimated_cost"]).toFixed(3)} ${row["price_id"]}`,
      });
  }
  return rows.sort((a, b) => (a.dt < b.dt ? -1 : 1)).map(({ text }) => text);
}

describe("what ingest reads records with", () => {
  it("looks at learned rates when they are to be used, and then every ten minutes", async () => {
    const bucket = new Bucket();
    let now = LEARNED_AT;
    const current = learnedCurator(config, { now: () => now });
    const before = await current(bucket);
    await rememberLearned(bucket, half, now);
    const looks = bucket.looks;
    now += 5 * 60_000;
    expect(await current(bucket)).toBe(before);
    expect(bucket.looks).toBe(looks);
    now += 6 * 60_000;
    const after = await current(bucket);
    expect(after).not.toBe(before);
    now += 6 * HOUR;
    expect(await current(bucket)).toBe(after);
  });

  it("prices calls by them from the day after, and those of the day itself as before", async () => {
    const bucket = new Bucket();
    await rememberLearned(bucket, half, LEARNED_AT);
    const [today = "", tomorrow = ""] = await pricesOf(bucket, await learnedCurator(config, { now: () => LEARNED_AT })(bucket));
    expect(today).toMatch(/^0\.060 /);
    expect(today).not.toContain("learned");
    expect(tomorrow).toMatch(/^0\.030 learned:2026-10-03/);
  });

  it("never looks at them otherwise, and fails rather than price without them", async () => {
    const bucket = new Bucket();
    bucket.refuses = true;
    await learnedCurator(strataConfig.parse({}), { now: () => 0 })(bucket);
    expect(bucket.looks).toBe(0);
    await expect(learnedCurator(config, { now: () => 0 })(bucket)).rejects.toThrow("access is denied");
  });
});
