import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import type { DayPlaces } from "../../src/live/day-places.ts";
import { LiveRun } from "../../src/live/live-run.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { hourAt, markStaleHours, staleMarks, startOfHour } from "../../src/pipeline/stale-hours.ts";
import { replaceUsage } from "../../src/pipeline/usage-tables.ts";
import { HOUR, MINUTE, START, USD } from "../anomaly/factories.ts";
import { type FakeCall, recordFile } from "../anomaly/fake-data.ts";
import { MemoryStore } from "../anomaly/memory.ts";

vi.setConfig({ testTimeout: 600_000 });

const config = strataConfig.parse({ budgets: [{ scope: "metadata", key: "tenant", period: "month", limit_usd: 5 }] });
const labels = { tags: [], prices: [] };

/** A catalog in memory: each day of a table at one place, changed in one step. */
class Places implements DayPlaces {
  readonly tables = new Map<string, Map<string, string>>();
  readonly #store: MemoryStore;
  constructor(store: MemoryStore) {
    this.#store = store;
  }
  async read(table: string, first: string, last = "9999-12-31") {
    return new Map([...(this.tables.get(table) ?? [])].filter(([day]) => day >= first && day <= last));
  }
  async point(table: string, folder: string, days: readonly string[], filled: ReadonlySet<string>) {
    const known = this.tables.get(table) ?? new Map<string, string>();
    this.tables.set(table, known);
    for (const day of days) {
      const place = `${folder}/dt=${day}/`;
      const there = [...this.#store.objects.keys()].some((key) => key.startsWith(place));
      expect(filled.has(day), place).toBe(there);
      if (there) known.set(day, place);
      else known.delete(day);
    }
  }
}

/** A bucket whose writes fail from some point on, as when a function is killed there. */
class FailingStore extends MemoryStore {
  writesLeft = Number.POSITIVE_INFINITY;
  override async write(...given: Parameters<MemoryStore["write"]>) {
    if (this.writesLeft-- <= 0) throw new Error("the function was killed");
    return super.write(...given);
  }
}

class World {
  readonly store = new FailingStore();
  readonly places = new Places(this.store);
  now = START + 10 * HOUR;
  readonly #folders: string[] = [];
  readonly #open: LiveRun[] = [];
  #requests = 0;
  #objects = 0;

  async engine(): Promise<LiveRun> {
    const work = this.#folder();
    const run = await LiveRun.open({ store: this.store, places: this.places, work, threads: 1 });
    this.#open.push(run);
    return run;
  }

  async run(run: LiveRun): Promise<void> {
    await run.recent(config, labels, this.now);
    const { failures } = await run.catchUp(config, labels, this.now, () => Number.POSITIVE_INFINITY);
    if (failures.length > 0) throw failures[0];
  }

  /** As ingest does it: a file an hour, and marks of hours that the ordinary run does not look at. @returns the number of the first call, to deliver them again */
  async land(calls: readonly FakeCall[], from = this.#requests): Promise<number> {
    const numbered = calls.map((call, index) => [call, from + index] as const);
    this.#requests = Math.max(this.#requests, from + calls.length);
    // Every delivery is an object of its own, also one that repeats calls.
    const batch = `${from}-${calls.length}-${this.#objects++}`;
    const hours = Map.groupBy(numbered, ([{ at }]) => startOfHour(at));
    for (const [start, some] of hours) {
      const { day, hour } = hourAt(start);
      const key = `invocation_records/dt=${day}/hour=${String(hour).padStart(2, "0")}/${batch}.parquet`;
      await MemoryStore.prototype.write.call(this.store, key, recordFile(some));
    }
    const { writesLeft } = this.store;
    this.store.writesLeft = Number.POSITIVE_INFINITY;
    await markStaleHours(this.store, batch, [...hours.keys()], this.now);
    this.store.writesLeft = writesLeft;
    return from;
  }

  /** What the catalog shows of a table, and what one clean run over all records makes of it. */
  async both(): Promise<[unknown, unknown][]> {
    const [shown, clean] = [this.#folder(), this.#folder()];
    const copy = async (prefix: string, into: string, root: string) => {
      const { FolderStore } = await import("../../src/local/folder-store.ts");
      for (const [key, { bytes }] of this.store.objects)
        if (key.startsWith(prefix)) await new FolderStore(root).write(`${into}${key.slice(prefix.length)}`, bytes);
    };
    for (const [table, days] of this.places.tables)
      for (const [day, place] of days) await copy(place, `${table}/dt=${day}/`, shown);
    await copy("invocation_records/", "invocation_records/", clean);
    for (const small of ["principals/", "learned_owners/", "attribution_sources/"]) await copy(small, small, clean);
    const [a, b] = [await DuckDbWarehouse.open(shown, { threads: 1 }), await DuckDbWarehouse.open(clean, { threads: 1 })];
    await replaceUsage(b, config, { from: "2026-05-01", to: "2026-06-30" });
    const pairs: [unknown, unknown][] = [];
    for (const table of ["hourly_usage", "calls_5m", "metadata_usage"]) {
      const rows = async (engine: DuckDbWarehouse) => (await engine.adhoc(`select * from ${table} order by all`)).rows;
      pairs.push([await rows(a), await rows(b)]);
    }
    for (const engine of [a, b]) engine.close();
    return pairs;
  }

  /** How far hours were looked at is gone, or damaged. */
  loseTrack(state: string | undefined): void {
    if (state === undefined) this.store.objects.delete("state/hours.json");
    else this.store.objects.set("state/hours.json", { bytes: Buffer.from(state), etag: state });
  }

  /** Writes the file of a table's day as a release did that did not know a column. */
  async takeAway(column: string, table: string, day: string): Promise<void> {
    const file = join(this.#folder(), "day.parquet");
    const without = join(this.#folder(), "without.parquet");
    const place = this.places.tables.get(table)?.get(day) ?? "none";
    const [[key, { bytes }] = ["", { bytes: Buffer.of() }]] = [...this.store.objects].filter(([key]) => key.startsWith(place));
    writeFileSync(file, bytes);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(`copy (select * exclude ${column} from read_parquet('${file}')) to '${without}'`);
    connection.closeSync();
    instance.closeSync();
    await this.store.write(key, readFileSync(without));
  }

  close(): void {
    for (const run of this.#open) run.engine.close();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  #folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "strata-live-"));
    this.#folders.push(folder);
    return folder;
  }
}

const call = (minutesBack: number, more: Partial<FakeCall> = {}): Omit<FakeCall, "at"> & { readonly back: number } => ({
  ...more,
  back: minutesBack,
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("land" as const),
      calls: fc.array(
        fc
          .record({
            back: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 90 }) }, fc.integer({ min: 90, max: 4_000 })),
            person: fc.constantFrom("ann@example.com", "bo@example.com"),
            cost: fc.bigInt({ min: 1n, max: 3n * USD }),
            tenant: fc.constantFrom(undefined, "acme", "other"),
            error: fc.constantFrom(undefined, "server" as const),
          })
          .map(({ back, tenant, error, ...rest }) =>
            call(back, { ...rest, ...(tenant ? { metadata: { tenant } } : {}), ...(error ? { error } : {}) }),
          ),
        { minLength: 1, maxLength: 6 },
      ),
      repeated: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("run" as const), minutes: fc.constantFrom(5, 5, 5, 40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), after: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lost disk" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("lost track" as const), state: fc.constantFrom(undefined, "", '{"looked_to":') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("two at once" as const) }) },
);

describe("sums that are kept up hour by hour", () => {
  it("equal the sums over the records, whatever the order, repetitions, late objects, crashes, lost disks and runs at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        const world = new World();
        let engine = await world.engine();
        let other = engine;
        for (const one of steps) {
          world.now += 5 * MINUTE;
          if (one.kind === "land") {
            const calls = one.calls.map(({ back, ...rest }): FakeCall => ({ ...rest, at: world.now - back * MINUTE }));
            const first = await world.land(calls);
            if (one.repeated) await world.land(calls.slice(0, 2), first);
          } else if (one.kind === "run") {
            world.now += one.minutes * MINUTE;
            await world.run(engine);
          } else if (one.kind === "crash") {
            world.store.writesLeft = one.after;
            await world.run(engine).catch(() => undefined);
            world.store.writesLeft = Number.POSITIVE_INFINITY;
          } else if (one.kind === "lost disk") engine = await world.engine();
          else if (one.kind === "lost track") world.loseTrack(one.state);
          else {
            other = await world.engine();
            await Promise.all([world.run(engine), world.run(other)]);
          }
        }
        // The last objects are in; two more runs, of whichever engine, and nothing waits.
        world.now += 5 * MINUTE;
        await world.run(engine);
        await world.run(other === engine ? engine : other);
        expect(await staleMarks(world.store)).toEqual([]);
        for (const [shown, clean] of await world.both()) expect(shown).toEqual(clean);
        world.close();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it.each([0, 1])("loses no column where day %i of two is from a release that did not know it", async (which) => {
    const world = new World();
    const engine = await world.engine();
    const days: string[] = [];
    for (let day = 0; day < 2; day++) {
      world.now += 24 * HOUR;
      await world.land([{ at: world.now - 20 * MINUTE }]);
      await world.run(engine);
      days.push(hourAt(world.now).day);
    }
    await world.takeAway("denied", "hourly_usage", days[which] ?? "");
    const after = await world.engine();
    await world.run(after);
    const { rows } = await after.engine.adhoc(
      "select dt, sum(invocations) as calls, count(denied) as known from hourly_usage group by dt order by dt",
    );
    expect(rows.map(({ calls, known }) => [Number(calls), Number(known)])).toEqual(
      days.map((_, day) => [1, day === which && which === 0 ? 0 : 1]),
    );
    world.close();
  });

  it("writes the first rows of a day that a failed write kept from being there, whichever write it was", async () => {
    const world = new World();
    const engine = await world.engine();
    for (let writes = 2; writes < 7; writes++) {
      world.now += 24 * HOUR;
      await world.land([{ at: world.now - 20 * MINUTE, metadata: { tenant: "acme" } }]);
      world.store.writesLeft = writes;
      await world.run(engine).catch(() => undefined);
      world.store.writesLeft = Number.POSITIVE_INFINITY;
      await world.run(engine);
    }
    for (const [shown, clean] of await world.both()) expect(shown).toEqual(clean);
    world.close();
  });

  it("fill the tables that a release brings for the days that rules look back on, though its first run is cut off", async () => {
    const world = new World();
    const before = await world.engine();
    // Days that budgets look back on, of which the first run of a release would look at the last alone.
    for (let day = 0; day < 4; day++) {
      world.now += 24 * HOUR;
      await world.land([{ at: world.now - 20 * MINUTE, metadata: { tenant: "acme" } }]);
      await world.run(before);
    }
    // The bucket as a release left it that knew one table of sums and remembered nothing.
    for (const table of ["calls_5m", "metadata_usage"]) world.places.tables.delete(table);
    for (const key of [...world.store.objects.keys()])
      if (/^(calls_5m|metadata_usage|state)\//.test(key)) world.store.objects.delete(key);
    const engine = await world.engine();
    world.store.writesLeft = 6;
    await world.run(engine).catch(() => undefined);
    world.store.writesLeft = Number.POSITIVE_INFINITY;
    await world.run(engine);
    expect(await staleMarks(world.store)).toEqual([]);
    for (const [shown, clean] of await world.both()) expect(shown).toEqual(clean);
    // What was done is remembered: nothing is marked again.
    await world.run(engine);
    expect([...world.store.objects.keys()].filter((key) => key.startsWith("stale/"))).toEqual([]);
    world.close();
  });

  it("skips no hour when it loses track of how far it has looked, and changes none that was right", async () => {
    const world = new World();
    await world.land([{ at: world.now - 20 * MINUTE }]);
    await world.run(await world.engine());
    const right = new Map([...world.store.objects].filter(([key]) => /^(hourly_usage|calls_5m)/.test(key)));
    // An outage: three objects land in time and nobody looks at them before the state is damaged.
    for (let day = 0; day < 3; day++) {
      world.now += 24 * HOUR;
      await world.land([{ at: world.now - 20 * MINUTE }]);
    }
    world.now += 6 * HOUR;
    world.loseTrack("not JSON");
    const after = await world.engine();
    await after.recent(config, labels, world.now);
    expect(await after.catchUp(config, labels, world.now, () => 0)).toMatchObject({ hours: 0, backlog: 4, lostTrackOf: 4 });
    // What the time was not enough for is remembered, and told as any backlog.
    expect(await after.catchUp(config, labels, world.now, () => Number.POSITIVE_INFINITY)).toEqual({
      hours: 4,
      backlog: 0,
      failures: [],
    });
    expect(await staleMarks(world.store)).toEqual([]);
    for (const [shown, clean] of await world.both()) expect(shown).toEqual(clean);
    for (const [key, { etag }] of right) expect(world.store.objects.get(key)?.etag, key).toBe(etag);
    world.close();
  });

  it("reads and writes nothing anew while nothing changes", async () => {
    const world = new World();
    const engine = await world.engine();
    await world.land([{ at: world.now - 20 * MINUTE }, { at: world.now - 70 * MINUTE }]);
    await world.run(engine);
    const before = new Map([...world.store.objects].map(([key, { etag }]) => [key, etag]));
    let reads = 0;
    const readAll = world.store.readAll.bind(world.store);
    world.store.readAll = async (key) => {
      if (/^(invocation_records|hourly_usage|calls_5m)/.test(key)) reads += 1;
      return readAll(key);
    };
    world.now += 5 * MINUTE;
    await world.run(engine);
    expect(reads).toBe(0);
    expect(new Map([...world.store.objects].map(([key, { etag }]) => [key, etag]))).toEqual(before);
    world.close();
  });
});
