import { join } from "node:path";
import { workWithin } from "../bounded-work.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { DuckDbWarehouse } from "../local/duckdb.ts";
import type { BilledLabels } from "../pipeline/principals.ts";
import {
  byDay,
  clearMarks,
  type Hour,
  hourAt,
  hoursBetween,
  recentHours,
  staleMarks,
  startOf,
  startOfHour,
} from "../pipeline/stale-hours.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { addDays, dayOf, HOUR_MS } from "../time.ts";
import type { DayPlaces } from "./day-places.ts";
import { lookedTo, rememberLookedTo } from "./looked-to.ts";
import { Mirror } from "./mirror.ts";
import { UsageDays } from "./usage-days.ts";

/** A day of the backlog is not begun with less than this. Milliseconds. */
const LEAST_TIME = 30_000;
/** Days of Bedrock's own counts that rules look back. */
const COUNTED_DAYS = 3;

export interface LiveRunInput {
  readonly store: ObjectStore;
  readonly places: DayPlaces;
  /** Has the days that are too old to be on this machine. */
  readonly history?: () => Warehouse | undefined;
  /** A folder of this machine. */
  readonly work: string;
  /** Engine threads; all cores unless given. */
  readonly threads?: number;
}

export interface CaughtUp {
  /** Hours that were summed up. */
  readonly hours: number;
  /** Hours that still wait: the time was not enough, or they failed. */
  readonly backlog: number;
  /** Hours that were marked because nobody knows any more whether they were looked at; undefined where that is known. */
  readonly lostTrackOf?: number;
  readonly failures: readonly unknown[];
}

/** The engine inside a function, with what it needs of the data bucket on its disk. Kept between two runs; it may be gone at any time. */
export class LiveRun {
  readonly engine: DuckDbWarehouse;
  readonly mirror: Mirror;
  readonly #days: UsageDays;
  readonly #input: LiveRunInput;
  #countsOf: string | undefined;

  private constructor(input: LiveRunInput, engine: DuckDbWarehouse, mirror: Mirror) {
    this.#input = input;
    this.engine = engine;
    this.mirror = mirror;
    this.#days = new UsageDays({ ...input, engine, mirror });
  }

  static async open(input: LiveRunInput): Promise<LiveRun> {
    const mirror = new Mirror(input.store, input.work);
    const engine = await DuckDbWarehouse.open(mirror.folder, {
      spill: join(input.work, "spill"),
      // After an update the hours that were being written hold files of two releases.
      mixed: true,
      ...(input.threads === undefined ? {} : { threads: input.threads }),
    });
    return new LiveRun(input, engine, mirror);
  }

  /** Brings what rules read up to now. @returns the hours whose rows were made anew */
  async recent(config: StrataConfig, labels: BilledLabels, now: number): Promise<readonly Hour[]> {
    const today = dayOf(now);
    await this.#days.follow(config, today);
    await this.#serviceCounts(now);
    return this.#days.sumUp({ config, labels, now, hours: recentHours(now) });
  }

  /** Every older hour that was missed or that late records touched, as far as the time goes: a day at a time, the newest first. */
  async catchUp(config: StrataConfig, labels: BilledLabels, now: number, timeLeft: () => number): Promise<CaughtUp> {
    const { store } = this.#input;
    const looked = await lookedTo(store, now);
    await this.#days.markNew(config, dayOf(now));
    const marks = await staleMarks(store);
    let done = 0;
    const { left, failed } = await workWithin({
      pieces: byDay([...missed(looked.at, now), ...marks.flatMap(({ hours }) => hours)]),
      timeLeft,
      least: LEAST_TIME,
      work: async (hours) => {
        await this.#days.sumUp({ config, labels, now, hours });
        const day = hours[0]?.day;
        await clearMarks(
          store,
          marks.filter((mark) => mark.hours[0]?.day === day),
        );
        done += hours.length;
      },
    });
    if (left.length === 0 && failed.length === 0 && looked.at !== startOfHour(now))
      await rememberLookedTo(store, startOfHour(now));
    const waiting = [...left, ...failed.map(({ piece }) => piece)];
    return {
      hours: done,
      backlog: waiting.reduce((sum, hours) => sum + hours.length, 0),
      ...(looked.marked === undefined ? {} : { lostTrackOf: looked.marked }),
      failures: failed.map(({ error }) => error),
    };
  }

  /** Bedrock's own counts change once an hour. */
  async #serviceCounts(now: number): Promise<void> {
    const { day, hour } = hourAt(now);
    if (this.#countsOf === `${day} ${hour}`) return;
    for (let back = 0; back < COUNTED_DAYS; back++) {
      const prefix = `service_counts/dt=${addDays(day, -back)}/`;
      await this.mirror.partition(prefix, prefix.slice(0, -1));
    }
    await this.engine.refresh(["service_counts"]);
    this.#countsOf = `${day} ${hour}`;
  }
}

/** Hours that no run looked at in time. @param looked to where the last one looked, milliseconds */
function missed(looked: number, now: number): Hour[] {
  const [first] = recentHours(looked);
  const [recent] = recentHours(now);
  return first && recent ? hoursBetween(startOf(first), startOf(recent) - HOUR_MS) : [];
}
