/**
 * npm run eval:page [-- --json] [--quick] [--anywhere]
 * From an outage to its page, as a stack lives it: calls fail, Bedrock delivers them later, ingest lands them, and the detector looks every five minutes. The real rules
 * judge; schedule, deliveries and cold starts are moved in all combinations. Told are the median and the 99th percentile.
 */
import { parseArgs } from "node:util";
import { detect } from "../src/anomaly/detect.ts";
import { strataConfig } from "../src/config/strata-config.ts";
import { DAY, HOUR, MINUTE, START } from "../test/anomaly/factories.ts";
import { dataOf, type FakeCall } from "../test/anomaly/fake-data.ts";
import { MemoryStore } from "../test/anomaly/memory.ts";

const SECOND = 1000;
const EVERY = 5 * MINUTE;
/** From a call to its object: one object was seen 59 seconds after a call in it; nobody promises anything. */
const DELIVERIES = [MINUTE, 3 * MINUTE, 5 * MINUTE];
/** The rule's window; the first that holds nothing but the outage ends so long after its beginning. */
const WINDOW = 15 * MINUTE;
/** The schedule is for the minute; within it a rule may run at any second (EventBridge User Guide, "Setting a schedule pattern"). */
const WITHIN = MINUTE;
/** What a batch of messages waits for at most, and what reading and writing takes. */
const INGEST = 20 * SECOND + 2 * SECOND;
/** Seconds until a run publishes, counted by npm run sim:cost: warm, and in a new environment. */
const RUN = 3 * SECOND;
const COLD = 8 * SECOND;
const COLD_EVERY = 24;
/** A page comes at most so long after its window, beyond what delivery takes. */
const GOAL_MINUTES = 6;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    // As a schedule would be that begins at any second of five minutes.
    anywhere: { type: "boolean", default: false },
  },
});
const count = values.quick ? 3 : 7;
const offsets = Array.from({ length: count }, (_, index) => ((values.anywhere ? EVERY : WITHIN) * index) / (count - 1));

const config = strataConfig.parse({});
const rules = Object.fromEntries(
  Object.entries(config.alerts.rules).map(([name, rule]) => [name, { ...rule, enabled: name === "error_rate" }]),
);
const pages = { ...config, alerts: { ...config.alerts, rules } };

/** An outage begins in the middle of a working day: every second call fails at the service. */
const BROKEN = START + 2 * DAY + 14 * HOUR;

function company(delivery: number): FakeCall[] {
  const calls: FakeCall[] = [];
  for (let at = START + DAY; at < BROKEN + HOUR; at += 20 * SECOND) {
    const failed = at >= BROKEN && calls.length % 2 === 0;
    calls.push({ at, delivered: at + delivery, cost: 0n, ...(failed ? { error: "server" as const } : {}) });
  }
  return calls;
}

interface Paged {
  readonly delivery: number;
  /** Milliseconds from the first failure to the message. */
  readonly sinceFailure: number;
  /** From the end of the first window that is broken from its beginning. */
  readonly sinceWindow: number;
}

/** @returns when a stack would tell, milliseconds after the first failure */
async function told(delivery: number, landing: number, offset: number): Promise<number> {
  const calls = company(delivery);
  const state = new MemoryStore();
  for (let now = BROKEN - EVERY + offset; now <= BROKEN + HOUR; now += EVERY) {
    // What the run finds: what was delivered and landed before it began.
    const data = await dataOf(calls.filter((call) => (call.delivered ?? call.at) + landing <= now));
    let sent = false;
    const sink = {
      publish: async (): Promise<void> => {
        sent = true;
      },
    };
    await detect({ warehouse: data.warehouse, sink, state, clock: { now: () => now }, config: pages });
    data.close();
    if (sent) return now - BROKEN;
  }
  throw new Error(`eval:page: no page within an hour (delivery ${delivery / MINUTE} minutes)`);
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

const found: Paged[] = [];
for (const delivery of DELIVERIES)
  for (const offset of offsets) {
    const began = await told(delivery, INGEST, offset);
    for (let run = 0; run < COLD_EVERY; run++) {
      const sinceFailure = began + (run === 0 ? COLD : RUN);
      found.push({ delivery, sinceFailure, sinceWindow: sinceFailure - WINDOW });
    }
    if (process.stderr.isTTY) process.stderr.write(`\rdelivery ${delivery / MINUTE}, offset ${offset / SECOND} `);
  }

const minutes = (millis: number): number => Math.round((millis / MINUTE) * 10) / 10;
const rows = DELIVERIES.map((delivery) => {
  const of = (pick: (paged: Paged) => number): number[] =>
    found
      .filter((paged) => paged.delivery === delivery)
      .map(pick)
      .sort((a, b) => a - b);
  const [failure, late] = [of(({ sinceFailure }) => sinceFailure), of(({ sinceWindow }) => sinceWindow)];
  const worst = percentile(late, 0.99);
  return {
    delivery_minutes: minutes(delivery),
    since_failure_p50: minutes(percentile(failure, 0.5)),
    since_failure_p99: minutes(percentile(failure, 0.99)),
    since_window_p50: minutes(percentile(late, 0.5)),
    since_window_p99: minutes(worst),
    goal_minutes: minutes(delivery) + GOAL_MINUTES,
    met: worst <= delivery + GOAL_MINUTES * MINUTE,
  };
});
const result = { window_minutes: minutes(WINDOW), runs: found.length / COLD_EVERY, rows };
if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
else {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;
  process.stdout.write(
    line(["delivery, minutes", "since the first failure: median", "99 %", "since the window's end: median", "99 %", "goal"]) +
      line(["---:", "---:", "---:", "---:", "---:", "---:"]) +
      rows
        .map((row) =>
          line([
            row.delivery_minutes,
            row.since_failure_p50,
            row.since_failure_p99,
            row.since_window_p50,
            row.since_window_p99,
            `${row.goal_minutes} ${row.met ? "met" : "missed"}`,
          ]),
        )
        .join(""),
  );
}
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
