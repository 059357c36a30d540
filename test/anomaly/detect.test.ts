import { describe, expect, it, vi } from "vitest";
import { readCursor } from "../../src/anomaly/cursor.ts";
import { detect } from "../../src/anomaly/detect.ts";
import { LEASE_MS } from "../../src/anomaly/outbox.ts";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { WriteConflict } from "../../src/errors.ts";
import type { AlertSink, DeadLetters, ObjectStore, Row } from "../../src/ports.ts";
import { isoOf } from "../../src/time.ts";
import { HOUR, MINUTE, START } from "./factories.ts";
import { FakeWarehouse, MemorySink, MemoryStore } from "./memory.ts";

const only = (name: string): StrataConfig => {
  const config = strataConfig.parse({});
  const rules = Object.fromEntries(
    Object.entries(config.alerts.rules).map(([key, rule]) => [key, { ...rule, enabled: key === name }]),
  );
  return { ...config, alerts: { ...config.alerts, rules, attempts: 3 } };
};

/** Calls fail from `START` for half an hour. */
const outage = (scopes: readonly (readonly [string, string | null])[] = [["organisation", null]]): FakeWarehouse =>
  new FakeWarehouse({
    "anomalies/error_rate": ({ from, to }) => {
      const rows: Row[] = [];
      for (let tick = START; tick < START + 30 * MINUTE; tick += 5 * MINUTE) {
        if (tick <= Date.parse(String(from)) || tick > Date.parse(String(to))) continue;
        for (const [scope, name] of scopes) rows.push(row(tick, scope, name));
      }
      return rows;
    },
    "anomalies/contributors": () => [
      { dimension: "model", place: 1, name: "claude-sonnet-4-6", amount: 30, whole: 30, dollars: "1.500000000000" },
      { dimension: "person", place: 1, name: "ann@example.com", amount: 18, whole: 30, dollars: "1.500000000000" },
    ],
  });

const row = (tick: number, scope: string, name: string | null): Row => ({
  tick: isoOf(tick),
  since: isoOf(tick - 15 * MINUTE),
  scope,
  scope_name: name,
  value: 0.3,
  baseline: 0.01,
  baseline_n: 1000,
  spread: null,
  sustained: true,
  floor_value: 100,
  dollars: "0.500000000000",
  team: null,
  account_id: null,
  calls: 100,
  failed: 30,
  throttling: 0,
  client: 1,
  server: 29,
  model: 0,
});

interface World {
  readonly state: ObjectStore;
  readonly sink: AlertSink;
  readonly config?: StrataConfig;
  readonly warehouse?: FakeWarehouse;
  readonly deadLetters?: DeadLetters;
}

const runAt = (now: number, { state, sink, config = only("error_rate"), warehouse = outage(), deadLetters }: World) =>
  detect({ warehouse, sink, state, clock: { now: () => now }, config, ...(deadLetters ? { deadLetters } : {}) });

/** Runs every five minutes for three hours. */
async function live(world: World, from = START): Promise<void> {
  for (let now = from; now <= START + 3 * HOUR; now += 5 * MINUTE) await runAt(now, world);
}

const kinds = (sink: MemorySink): string[] => sink.sent.map(({ attributes }) => attributes["kind"] ?? "");

describe("live runs", () => {
  it("tell an outage once when it begins and once when it is over", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    await live(world);
    expect(kinds(world.sink)).toEqual(["opened", "resolved"]);
    expect(world.sink.sent[0]?.severity).toBe("critical");
  });

  it("keep one row of history, with who contributed and how it ended", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    await live(world);
    const keys = [...world.state.objects.keys()].filter((key) => key.startsWith("alerts/"));
    expect(keys).toHaveLength(1);
    const alert = JSON.parse(world.state.text(keys[0] ?? ""));
    expect(alert).toMatchObject({ state: "resolved", notices: 2, contributors: "ann@example.com 60 %", dollars: "1.50" });
  });

  it("catch up after a long pause in pieces, each of which is remembered", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    await runAt(START - 24 * HOUR, world);
    const later = START + 9 * 24 * HOUR;
    const ends: number[] = [];
    for (let run = 0; run < 10 && ends.at(-1) !== later; run++) ends.push((await runAt(later, world)).range.to);
    expect(ends).toEqual([24, 72, 120, 168, 216].map((hours) => START + hours * HOUR));
    // What happened in the pause is told, once.
    expect(kinds(world.sink)).toEqual(["opened", "resolved"]);
  });

  it("ask a rule only where one of its ticks lies in the range: a day's rules for the two hours after midnight", async () => {
    const asked = new Set<string>();
    const heard = (name: string) => {
      const answer = (): Row[] => {
        asked.add(name);
        return [];
      };
      return [`anomalies/${name}`, answer] as const;
    };
    const world = {
      state: new MemoryStore(),
      sink: new MemorySink(),
      config: strataConfig.parse({}),
      warehouse: new FakeWarehouse(Object.fromEntries(["error_rate", "tokens_hourly", "spend_daily"].map(heard))),
    };
    // START is a midnight. The first run of an installation looks back a day, the others two hours behind the last one.
    await runAt(START + 2 * HOUR - MINUTE, world);
    expect([...asked].sort()).toEqual(["error_rate", "spend_daily", "tokens_hourly"]);
    asked.clear();
    await runAt(START + 3 * HOUR, world);
    expect(asked.has("spend_daily")).toBe(true);
    asked.clear();
    await runAt(START + 3 * HOUR + 5 * MINUTE, world);
    expect([...asked].sort()).toEqual(["error_rate", "tokens_hourly"]);
  });

  it("ask what is paid for each time once an hour, and tell of it once all the same", async () => {
    const asked: number[] = [];
    let now = START;
    const noticed = START + 58 * MINUTE;
    const warehouse = new FakeWarehouse({
      "anomalies/restated": ({ from, to }) => {
        asked.push(now);
        // What was noticed shortly before the hour is over can be read ten minutes later.
        if (now < noticed + 10 * MINUTE || Date.parse(String(from)) >= START + HOUR || Date.parse(String(to)) < START + HOUR)
          return [];
        return [
          { ...row(START + HOUR, "organisation", null), since: isoOf(START), value: 500, floor_value: 500, dollars: "500" },
        ];
      },
    });
    const world = { state: new MemoryStore(), sink: new MemorySink(), config: only("restated"), warehouse };
    const { clock, ...given } = { ...world, clock: { now: () => now } };
    for (; now <= START + 6 * HOUR; now += 5 * MINUTE)
      await detect({ ...given, clock, isDear: (query) => query.endsWith("/restated") });
    // The first run, and one in each hour.
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6].map((hours) => START + hours * HOUR));
    expect(kinds(world.sink)).toEqual(["opened"]);
  });

  it("keep the hold across runs", async () => {
    const config = only("error_rate");
    const held = config.alerts.rules["error_rate"];
    if (!held) throw new Error("no rule");
    const world = {
      state: new MemoryStore(),
      sink: new MemorySink(),
      config: { ...config, alerts: { ...config.alerts, rules: { error_rate: { ...held, hold: "15m" } } } },
    };
    await runAt(START + 10 * MINUTE, world);
    expect(kinds(world.sink)).toEqual([]);
    await runAt(START + 15 * MINUTE, world);
    expect(kinds(world.sink)).toEqual(["opened"]);
  });

  it("tell once when two run at once", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    for (let now = START; now <= START + 3 * HOUR; now += 5 * MINUTE)
      await Promise.all([runAt(now, world), runAt(now, world), runAt(now + 1, world)]);
    expect(kinds(world.sink)).toEqual(["opened", "resolved"]);
  });

  it("remember no tick as judged while another run was writing one of its incidents", async () => {
    const state = new MemoryStore();
    const sink = new MemorySink();
    const busy: ObjectStore = {
      name: state.name,
      list: (prefix) => state.list(prefix),
      read: (key) => state.read(key),
      readAll: (key) => state.readAll(key),
      write: (key, bytes, condition) =>
        key.includes("/incidents/")
          ? Promise.reject(new WriteConflict(key, "store: changed"))
          : state.write(key, bytes, condition),
      remove: (key) => state.remove(key),
    };
    const result = await runAt(START, { state: busy, sink });
    expect(result).toMatchObject({ conflicts: 1, published: 0 });
    expect(await readCursor(state)).toBeUndefined();
    await runAt(START, { state, sink });
    expect(await readCursor(state)).toBe(START);
    expect(kinds(sink)).toEqual(["opened"]);
  });

  it("leave a message to the run that is publishing it, and take it over when that run is gone", async () => {
    const state = new MemoryStore();
    const never = new Promise<void>(() => undefined);
    // It claims the message and is never heard of again.
    void runAt(START, { state, sink: { publish: () => never } });
    await vi.waitFor(() => expect([...state.objects.keys()].join()).toContain("/incidents/"));
    const sink = new MemorySink();
    await runAt(START + LEASE_MS - 1, { state, sink });
    expect(sink.sent).toEqual([]);
    await runAt(START + LEASE_MS, { state, sink });
    expect(kinds(sink)).toEqual(["opened"]);
  });

  it("judge again what a late run missed", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    await runAt(START - 5 * MINUTE, world);
    await runAt(START + 2 * HOUR, world);
    expect(kinds(world.sink)).toEqual(["opened", "resolved"]);
  });

  it("do not tell of what was over long before the first run", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    await runAt(START + 48 * HOUR, world);
    expect(kinds(world.sink)).toEqual([]);
  });

  it("leave a damaged object of state alone and name it", async () => {
    const state = new MemoryStore();
    await state.write("alerts-state/incidents/broken.json", "{");
    const result = await runAt(START, { state, sink: new MemorySink() });
    expect(result.notes.join()).toContain("alerts-state/incidents/broken.json is not an alert's state");
    expect(result.published).toBe(1);
  });
});

/** Lets the first `calls` calls to store and sink through and dies at the next one, before or after it took effect. */
function dying(state: ObjectStore, sink: AlertSink, calls: number, after: boolean): World & { readonly died: () => boolean } {
  let left = calls;
  let dead = false;
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) throw new Error("dead");
    if (left-- > 0) return work();
    dead = true;
    if (after) await work();
    throw new Error("dead");
  };
  return {
    died: () => dead,
    sink: { publish: (message) => guard(() => sink.publish(message)) },
    state: {
      name: state.name,
      list: (prefix) => state.list(prefix),
      read: (key) => state.read(key),
      readAll: (key) => guard(() => state.readAll(key)),
      write: (key, bytes, condition) => guard(() => state.write(key, bytes, condition)),
      remove: (key) => guard(() => state.remove(key)),
    },
  };
}

describe("a run that dies", () => {
  it.each([
    ["before", false],
    ["after", true],
  ])("%s any of its steps loses nothing, and repeats at most the message it died at", async (_, after) => {
    for (let calls = 0; ; calls++) {
      const state = new MemoryStore();
      const sink = new MemorySink();
      const world = dying(state, sink, calls, after);
      await runAt(START, world).catch(() => undefined);
      if (!world.died()) {
        expect(calls).toBeGreaterThan(4);
        break;
      }
      for (let now = START + LEASE_MS; now <= START + 3 * HOUR; now += 5 * MINUTE) await runAt(now, { state, sink });
      const told = kinds(sink);
      expect(new Set(told), `died at call ${calls}`).toEqual(new Set(["opened", "resolved"]));
      expect(told.length, `died at call ${calls}`).toBeLessThanOrEqual(3);
      expect(told.filter((kind) => kind === "resolved")).toHaveLength(1);
    }
  });
});

describe("a run that dies while it gives a message up", () => {
  it.each([
    ["before", false],
    ["after", true],
  ])("%s any of its steps: the message is kept, and told as a data alert", async (_, after) => {
    for (let calls = 0; ; calls++) {
      const state = new MemoryStore();
      const sink = new MemorySink();
      sink.refuses = ({ severity }) => severity === "critical";
      const letters: string[] = [];
      const deadLetters = { keep: async (letter: string) => void letters.push(letter) };
      const once = only("error_rate");
      const config = { ...once, alerts: { ...once.alerts, attempts: 1 } };
      const world = dying(state, sink, calls, after);
      await runAt(START, { ...world, config, deadLetters }).catch(() => undefined);
      if (!world.died()) {
        expect(calls).toBeGreaterThan(6);
        break;
      }
      for (let now = START + LEASE_MS; now <= START + HOUR; now += 5 * MINUTE)
        await runAt(now, { state, sink, config, deadLetters });
      const lost = new Set(letters.map((letter) => JSON.parse(letter).id).filter((id) => id.includes("opened")));
      expect(lost.size, `died at call ${calls}`).toBe(1);
      expect(letters.length, `died at call ${calls}`).toBeLessThanOrEqual(3);
      expect(sink.sent.filter(({ severity }) => severity === "data").length, `died at call ${calls}`).toBeGreaterThan(0);
    }
  });
});

describe("a topic that refuses", () => {
  it("gets the message at the next run", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    world.sink.refuses = () => true;
    const first = await runAt(START, world);
    expect(first).toMatchObject({ published: 0, failed: 1 });
    world.sink.refuses = () => false;
    await runAt(START + 5 * MINUTE, world);
    expect(kinds(world.sink)).toEqual(["opened"]);
  });

  it("becomes a data alert and an object of its own when it refuses for good", async () => {
    const world = { state: new MemoryStore(), sink: new MemorySink() };
    world.sink.refuses = ({ severity }) => severity === "critical";
    await runAt(START, world);
    await runAt(START + 5 * MINUTE, world);
    const third = await runAt(START + 10 * MINUTE, world);
    expect(third.undeliverable).toBe(1);
    expect(world.sink.sent.map(({ severity, attributes }) => [severity, attributes["rule"]])).toEqual([
      ["data", "alert_undeliverable"],
    ]);
    expect(world.sink.sent[0]?.body).toContain("Rate exceeded");
    expect([...world.state.objects.keys()].filter((key) => key.startsWith("alerts-state/undelivered/"))).toHaveLength(1);
    await runAt(START + 15 * MINUTE, world);
    expect(world.sink.sent).toHaveLength(1);
  });

  it("does not hold up the other messages", async () => {
    const scopes = [
      ["model", "a"],
      ["model", "b"],
    ] as const;
    const world = { state: new MemoryStore(), sink: new MemorySink(), warehouse: outage(scopes) };
    world.sink.refuses = ({ subject }) => subject.includes("model a");
    const result = await runAt(START, world);
    expect(result).toMatchObject({ published: 1, failed: 1 });
  });
});
