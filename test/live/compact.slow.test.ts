import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { type Compacted, Compactor, type CompactorInput } from "../../src/live/compact.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { staleMarks } from "../../src/pipeline/stale-hours.ts";
import type { ObjectInfo, Row } from "../../src/ports.ts";
import { HOUR, MINUTE, START } from "../anomaly/factories.ts";
import { MemoryStore } from "../anomaly/memory.ts";

vi.setConfig({ testTimeout: 600_000 });

/** As strata.yml has it, with other prices, and with other owners, which change no sum that is recounted. */
const CURATORS = [
  {},
  { prices: { discounts: [{ name: "EDP", percent: 10 }] } },
  { attribution: { rules: [{ name: "moved", match: { account: "111122223333" }, team: "platform" }] } },
].map((config) => curator(strataConfig.parse(config)));
const endless = () => Number.POSITIVE_INFINITY;

/** A bucket that tells of every change, fails from some change on as when a function is killed there, and knows when objects were written. */
class Bucket extends MemoryStore {
  now = 0;
  changesLeft = Number.POSITIVE_INFINITY;
  changed: (() => Promise<void>) | undefined;
  /** Something else that happens before a read or a change of this number. */
  meanwhile: { at: number; happens: () => Promise<void> } | undefined;
  readonly #times = new Map<string, number>();

  override async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    for await (const info of super.list(prefix)) yield { ...info, lastModified: this.#times.get(info.key) ?? 0 };
  }
  override write(...given: Parameters<MemoryStore["write"]>) {
    return this.#inTurn(async () => {
      const written = await super.write(...given);
      this.#times.set(given[0], this.now);
      return written;
    });
  }
  override remove(...given: Parameters<MemoryStore["remove"]>) {
    return this.#inTurn(() => super.remove(...given));
  }

  override async readAll(key: string) {
    await this.#touch();
    return super.readAll(key);
  }
  async #touch(): Promise<void> {
    if (this.meanwhile === undefined || this.meanwhile.at-- > 0) return;
    const { happens } = this.meanwhile;
    this.meanwhile = undefined;
    await happens();
  }

  /** One change after the other, each looked at before the next one. */
  #turn: Promise<unknown> = Promise.resolve();
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      if (this.changesLeft-- <= 0) throw new Error("the function was killed");
      await this.#touch();
      const result = await change();
      await this.changed?.();
      return result;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

interface Call {
  /** Minutes since START. */
  readonly minute: number;
  readonly id: number;
}

const line = ({ minute, id }: Call): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: new Date(START + minute * MINUTE).toISOString(),
    accountId: "111122223333",
    identity: { arn: `arn:aws:sts::111122223333:assumed-role/App/${id % 3 === 0 ? "ann" : "bo"}@example.com` },
    region: "us-east-1",
    requestId: `request-${id}`,
    operation: "Converse",
    modelId: "anthropic.claude-sonnet-4-6",
    ...(id % 5 === 0 ? { errorCode: "ThrottlingException" } : {}),
    input: { inputContentType: "application/json", inputTokenCount: 100 + id },
    output: { outputContentType: "application/json", outputTokenCount: 10 + id },
  });

/** The curated bucket, and beside it what would lie there if nothing were ever compacted. */
class World {
  readonly bucket = new Bucket();
  readonly landedOnly = new MemoryStore();
  readonly #logs = new MemoryStore();
  readonly #open: { close(): void }[] = [];
  readonly #folders: string[] = [];
  #sums = 0;

  /** As ingest does it, into both: a batch for each object. */
  async land(object: string, calls: readonly Call[], rules = 0): Promise<void> {
    await this.#logs.write(object, calls.map(line).join("\n"));
    const info = { key: object, size: 1, lastModified: START, holdsLogs: true };
    const [using = CURATORS[0]] = CURATORS.slice(rules);
    if (using === undefined) throw new Error("no rules");
    for (const target of [this.landedOnly, this.bucket]) {
      const made = new MemoryStore();
      await ingestObjects({ name: object, objects: [info] }, { source: this.#logs, target: made, curator: using });
      for (const [key, { bytes }] of made.objects)
        if (key.startsWith("invocation_records/")) await MemoryStore.prototype.write.call(target, key, bytes);
    }
    this.#landedRows = undefined;
  }

  async compactor(more: Partial<CompactorInput> = {}): Promise<Compactor> {
    const places = {
      read: async (table: string, day: string) =>
        new Map(table === "hourly_usage" ? [[day, await this.#summedUp(day)] as const] : []),
    };
    const made = await Compactor.open({ store: this.bucket, places, work: this.folder(), threads: 1, ...more });
    this.#open.push(made);
    return made;
  }

  /** What detect makes of a day when nothing is compacted. */
  async #summedUp(day: string): Promise<string> {
    const [, reader] = await this.readers();
    this.#landedRows ??= reader.rows();
    await this.#landedRows;
    await reader.engine.replaceDays("hourly_usage", "rollups/hourly_usage", { from: day, to: day });
    const bytes = await new FolderStore(reader.engine.folder).readAll(`hourly_usage/dt=${day}/hourly_usage.parquet`);
    const place = `hourly_usage/run=${this.#sums++}/dt=${day}/`;
    if (bytes !== undefined) await MemoryStore.prototype.write.call(this.bucket, `${place}hourly_usage.parquet`, bytes.bytes);
    return place;
  }

  /** One of the bucket, one of what landed. */
  async readers(): Promise<readonly [Reader, Reader]> {
    readers ??= Promise.all([Reader.open(), Reader.open()]);
    const [compacted, landed] = await readers;
    compacted.store = this.bucket;
    landed.store = this.landedOnly;
    return [compacted, landed];
  }

  #landedRows: Promise<readonly Row[]> | undefined;
  async expectSame(): Promise<void> {
    const [compacted, landed] = await this.readers();
    this.#landedRows ??= landed.rows();
    expect(await compacted.rows()).toEqual(await this.#landedRows);
  }

  files(hour?: string): string[] {
    return [...this.bucket.objects.keys()]
      .filter((key) => key.startsWith("invocation_records/") && key.includes(hour ?? ""))
      .sort();
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "strata-compact-"));
    this.#folders.push(folder);
    return folder;
  }

  close(): void {
    for (const each of this.#open) each.close();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

class Reader {
  readonly engine: DuckDbWarehouse;
  store = new MemoryStore();
  private constructor(engine: DuckDbWarehouse) {
    this.engine = engine;
  }
  static async open(): Promise<Reader> {
    return new Reader(await DuckDbWarehouse.open(mkdtempSync(join(tmpdir(), "strata-compact-")), { threads: 1 }));
  }
  close(): void {
    this.engine.close();
    rmSync(this.engine.folder, { recursive: true, force: true });
  }
  /** All of the view `invocations` over what lies in the store now, and the records as delivered. */
  rows(): Promise<readonly Row[]> {
    const done = this.#turn.then(() => this.#rows());
    this.#turn = done.catch(() => undefined);
    return done;
  }
  #turn: Promise<unknown> = Promise.resolve();
  async #rows(): Promise<readonly Row[]> {
    const { folder } = this.engine;
    rmSync(join(folder, "invocation_records"), { recursive: true, force: true });
    const here = new FolderStore(folder);
    for (const [key, { bytes }] of this.store.objects) if (key.startsWith("invocation_records/")) await here.write(key, bytes);
    await this.engine.refresh(["invocation_records"]);
    const { rows } = await this.engine.adhoc("select * from invocations order by dt, hour, request_id");
    const whole = { from: "2026-05-01", to: "2026-07-01" };
    const delivered = await this.engine.query("saved/duplicate_deliveries", whole);
    const quality = await this.engine.query("reports/record_quality", whole);
    return [
      ...rows,
      ...delivered.rows,
      ...quality.rows.map(({ records, coerced, objects }) => ({ records, coerced, objects }) as Row),
    ];
  }
}

/** Opening an engine takes longer than what it is asked here. */
let readers: Promise<readonly [Reader, Reader]> | undefined;
let world: World;
afterEach(() => world.close());
afterAll(async () => {
  for (const reader of (await readers) ?? []) reader.close();
});

const calls = fc.array(fc.record({ minute: fc.integer({ min: 0, max: 179 }), id: fc.integer({ min: 1, max: 25 }) }), {
  minLength: 1,
  maxLength: 6,
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("land" as const), calls }) },
  // The same object once more, by the same rules or by others.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const), which: fc.nat(), rules: fc.constantFrom(0, 1, 2) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("run" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), after: fc.integer({ min: 0, max: 6 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("overtaken" as const),
      at: fc.integer({ min: 0, max: 12 }),
      which: fc.nat(),
      rules: fc.constantFrom(0, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("two at once" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lost disk" as const) }) },
);

describe("compaction", () => {
  it("shows every record once and as it landed, after every single change, whatever lands when, crashes where, and runs at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        world = new World();
        const { bucket } = world;
        let compactor = await world.compactor();
        const landed: (readonly Call[])[] = [];
        bucket.changed = () => world.expectSame();
        let now = START + 6 * HOUR;
        for (const one of steps) {
          now += 30 * MINUTE;
          bucket.now = now;
          const reland = async (which: number, rules: number): Promise<void> => {
            const number = landed.length === 0 ? 0 : which % landed.length;
            const again = landed[number];
            if (again !== undefined) await world.land(`object-${number}`, again, rules);
          };
          if (one.kind === "land") {
            await world.land(`object-${landed.length}`, one.calls);
            landed.push(one.calls);
          } else if (one.kind === "again") await reland(one.which, one.rules);
          else if (one.kind === "overtaken") {
            bucket.meanwhile = { at: one.at, happens: () => reland(one.which, one.rules) };
            await compactor.run(now, endless);
            bucket.meanwhile = undefined;
          } else if (one.kind === "run") await compactor.run(now, endless);
          else if (one.kind === "crash") {
            bucket.changesLeft = one.after;
            await compactor.run(now, endless).catch(() => undefined);
            bucket.changesLeft = Number.POSITIVE_INFINITY;
          } else if (one.kind === "two at once") {
            const other = await world.compactor();
            await Promise.all([compactor.run(now, endless), other.run(now, endless)]);
          } else compactor = await world.compactor();
          await world.expectSame();
        }
        // Nothing lands any more: one run compacts what is left, the next one removes what landed.
        for (let more = 0; more < 3; more++) {
          bucket.now = now += 30 * MINUTE;
          const { failures } = await compactor.run(now, endless);
          expect(failures).toEqual([]);
        }
        await world.expectSame();
        expect(world.files().filter((key) => !key.endsWith("/compacted.parquet"))).toEqual([]);
        expect(await staleMarks(bucket)).toEqual([]);
        world.close();
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});

describe("an object that is read again by other rules", () => {
  it("counts by those rules, at whichever moment of a run that compacts or removes it comes", async () => {
    world = new World();
    const { bucket } = world;
    const compactor = await world.compactor();
    const calls = [1, 2, 3].map((id) => ({ minute: id, id }));
    let now = START + 6 * HOUR;
    let rules = 0;
    const again = async (): Promise<void> => {
      rules = rules === 0 ? 2 : 0;
      await world.land("one", calls, rules);
    };
    bucket.changed = () => world.expectSame();
    await world.land("one", calls);
    await world.land("other", [{ minute: 4, id: 4 }]);
    const run = async (at?: number): Promise<void> => {
      bucket.now = now += 30 * MINUTE;
      bucket.meanwhile = at === undefined ? undefined : { at, happens: again };
      expect((await compactor.run(now, endless)).failures).toEqual([]);
      bucket.meanwhile = undefined;
      await world.expectSame();
    };
    for (let at = 0; at < 7; at++) {
      await again();
      await run(at);
      await run();
      await run(at);
    }
  });
});

describe("an hour", () => {
  const [first = { minute: 5, id: 1 }, ...rest] = [5, 6, 7, 8].map((minute, index) => ({ minute, id: index + 1 }));
  const after = (minutes: number): number => START + minutes * MINUTE;

  it("is compacted when it is over and its logs have come, and the landed files go when no reader can hold a listing of theirs any more", async () => {
    world = new World();
    const compactor = await world.compactor();
    const run = (minutes: number): Promise<Compacted> => {
      world.bucket.now = after(minutes);
      return compactor.run(after(minutes), endless);
    };
    await world.land("one", [first]);
    await world.land("two", rest);
    expect(await run(62)).toMatchObject({ written: 0, removed: 0 });
    expect(await run(66)).toMatchObject({ written: 1, removed: 0 });
    expect(world.files()).toHaveLength(3);
    expect(await run(80)).toMatchObject({ written: 0, removed: 0 });
    expect(await run(96)).toMatchObject({ written: 0, removed: 2 });
    expect(world.files()).toEqual(["invocation_records/dt=2026-06-01/hour=00/compacted.parquet"]);
    await world.expectSame();
    // A late object is there at once, and in the file later.
    await world.land("late", [{ minute: 59, id: 9 }]);
    await world.expectSame();
    expect(await run(126)).toMatchObject({ written: 1, removed: 0 });
    expect(await run(156)).toMatchObject({ written: 0, removed: 1 });
    expect(world.files()).toHaveLength(1);
    await world.expectSame();
    expect(await run(186)).toMatchObject({ written: 0, removed: 0, waiting: 0 });
  });

  it("whose sums are not those of its records is told, marked, and keeps its landed files until they are", async () => {
    world = new World();
    const told: unknown[] = [];
    let wrong = true;
    const compactor = await world.compactor({
      onDifference: (hour, sums) => told.push([hour, sums["counted_calls"], sums["summed_calls"]]),
    });
    await world.land("one", [first, ...rest]);
    const { bucket } = world;
    const sumUp = bucket.readAll.bind(bucket);
    // Somebody emptied the day.
    bucket.readAll = (key) => (wrong && key.startsWith("hourly_usage/") ? Promise.resolve(undefined) : sumUp(key));
    const run = (minutes: number): Promise<Compacted> => {
      bucket.now = after(minutes);
      return compactor.run(after(minutes), endless);
    };
    await run(70);
    expect(await run(100)).toMatchObject({ removed: 0, differing: 1 });
    expect(told).toEqual([[{ day: "2026-06-01", hour: 0 }, 4, 0]]);
    expect((await staleMarks(bucket)).map(({ hours }) => hours)).toEqual([[{ day: "2026-06-01", hour: 0 }]]);
    // While the mark is there the sums are known to be still to be made.
    expect(await run(130)).toMatchObject({ removed: 0, differing: 1 });
    expect(told).toHaveLength(1);
    wrong = false;
    expect(await run(160)).toMatchObject({ removed: 1, differing: 0 });
    await world.expectSame();
  });

  it("that cannot be read fails alone and loses nothing", async () => {
    world = new World();
    const compactor = await world.compactor();
    await world.land("one", [first, { minute: 70, id: 30 }]);
    const broken = "invocation_records/dt=2026-06-01/hour=01/broken.parquet";
    await MemoryStore.prototype.write.call(world.bucket, broken, "no parquet");
    for (const minutes of [200, 230]) {
      world.bucket.now = after(minutes);
      const { failures } = await compactor.run(after(minutes), endless);
      expect(failures).toHaveLength(1);
    }
    expect(world.files("hour=00")).toHaveLength(1);
    expect(world.files("hour=01")).toHaveLength(2);
    expect(world.files("compacted")).toHaveLength(1);
  });

  it.each(["", "null", '{"hours":'])("is compacted once more where what was remembered is damaged: %j", async (state) => {
    world = new World();
    const compactor = await world.compactor();
    const run = (minutes: number): Promise<Compacted> => {
      world.bucket.now = after(minutes);
      return compactor.run(after(minutes), endless);
    };
    await world.land("one", [first, ...rest]);
    expect(await run(66)).toMatchObject({ written: 1, removed: 0 });
    await MemoryStore.prototype.write.call(world.bucket, "state/compacted-hours.json", state);
    expect(await run(96)).toMatchObject({ written: 1, removed: 0, failures: [] });
    expect(await run(126)).toMatchObject({ written: 0, removed: 1 });
    await world.expectSame();
  });

  it("that is cut off from its time waits, and is counted", async () => {
    world = new World();
    const compactor = await world.compactor();
    await world.land("one", [first, { minute: 70, id: 30 }, { minute: 130, id: 31 }]);
    expect(await compactor.run(after(400), () => 1_000)).toMatchObject({ written: 0, waiting: 3 });
  });

  it("holds its records in the order of what questions filter on", async () => {
    world = new World();
    const compactor = await world.compactor();
    await world.land("one", [...rest, first, { minute: 20, id: 12 }, { minute: 10, id: 11 }]);
    await compactor.run(after(200), endless);
    const [reader] = await world.readers();
    await reader.rows();
    const { rows } = await reader.engine.adhoc("select principal_arn, event_time from invocation_records where copy_rank = 2");
    expect(rows).toHaveLength(6);
    const keys = rows.map((row) => `${row["principal_arn"]} ${row["event_time"]}`);
    expect(keys).toEqual(keys.toSorted());
  });
});
