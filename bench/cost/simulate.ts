import type { Packaged } from "../../test/functions/packaged.ts";
import { planner } from "../../test/query/plan-scans.ts";
import { Account, EXPORT } from "./account.ts";
import { type Jobs, landing, type Measured, measure, measureJobs } from "./measure.ts";
import { type MonthOf, monthOf } from "./month.ts";
import { metricsOf, stackOf } from "./template.ts";
import { Traffic, VOLUMES, type Volume } from "./traffic.ts";

/** Functions whose runs are counted here; another one in the stack must be added, or its cost would be missing. */
const COUNTED = ["catalog", "compact", "detect", "ingest", "prices", "reconcile", "report"];

export interface Simulation {
  /** In the first month, and when all days are there that are kept. */
  readonly first: readonly MonthOf[];
  readonly later: readonly MonthOf[];
}

export interface Size {
  readonly volumes?: readonly Volume[];
  /** Log objects that land in one hour of each volume; a few show what each costs, more show it better. */
  readonly objects: number;
  /** Records in a log object, whatever the volume. */
  readonly records?: number;
}

/** Days that records are kept unless told (sources.retention_days). */
const KEPT_DAYS = 400;

export async function simulate(
  pkg: Packaged,
  { volumes = VOLUMES, objects, records }: Size,
  progress: (text: string) => void = () => {},
): Promise<Simulation> {
  const unknown = stackOf(pkg, new Map()).functions.filter((name) => !COUNTED.includes(name));
  if (unknown.length > 0) throw new Error(`sim:cost: the stack has ${unknown.join(", ")}, whose runs are not counted`);
  const made = await planner();
  const measured = new Map<Volume, Measured>();
  let jobs: Jobs | undefined;
  const account = await Account.open(pkg);
  try {
    // Objects have the time of this machine: what is simulated lies after it.
    const month = new Date(new Date().setUTCMonth(new Date().getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
    const dayOf = (index: number): string => `${month}-${String(16 - 2 * (volumes.length - 1 - index)).padStart(2, "0")}`;
    await account.invoke("catalog", {}, Date.parse(`${dayOf(0)}T00:00:00Z`));
    const { batchSize } = stackOf(pkg, new Map());
    for (const [index, volume] of volumes.entries()) {
      progress(`${volume.calls.toLocaleString("en-US")} calls a month`);
      // Days of their own, so that no hour holds what another volume landed.
      const day = dayOf(index);
      const of = records === undefined ? volume : { ...volume, records };
      const batch = Math.min(batchSize, Math.floor(objects / 2));
      measured.set(of, await measure(account, new Traffic(volume.company), of, { day, many: objects, batch }));
    }
    progress("reconcile and report");
    const last = dayOf(volumes.length - 1);
    jobs = await measureJobs(account, last, EXPORT, async (now) => {
      const [volume] = volumes;
      if (volume) await landing(account, new Traffic(volume.company), volume, 1, Date.parse(`${last}T23:30:00Z`));
      await account.invoke("detect", {}, now);
    });
    const stack = stackOf(pkg, hoursOf([...measured.values()], jobs));
    const months = (kept: number): Promise<MonthOf[]> =>
      Promise.all(
        [...measured].map(([volume, of]) =>
          monthOf({
            volume,
            measured: of,
            jobs: jobs as Jobs,
            stack,
            sizeOf: (name) => account.sizeOf(name),
            planner: made.connection,
            kept,
          }),
        ),
      );
    return { first: await months(30), later: await months(KEPT_DAYS) };
  } finally {
    await account.close();
    made.close();
  }
}

/** Hours of a month in which each metric is sent: those of ingest and the detector in all of them, those of jobs when they run. */
export function hoursOf(
  measured: readonly Measured[],
  { reconcile, waiting, report, reportAsking, reportBefore, reportClosing }: Jobs,
): ReadonlyMap<string, number> {
  const always = metricsOf(
    measured.flatMap(({ single, full, unchanged, one, manyRun, turn, ...of }) => [
      ...[single, full, unchanged, one, manyRun, turn],
      ...[of.idle, of.compacting, of.removing],
    ]),
  );
  return new Map([
    ...[...metricsOf([reconcile])].map((name) => [name, 60] as const),
    ...[...metricsOf([waiting])].map((name) => [name, 720] as const),
    ...[...metricsOf([report, reportAsking, reportBefore, reportClosing])].map((name) => [name, 30] as const),
    ...[...always].map((name) => [name, 720] as const),
  ]);
}
