import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { setBudgets } from "./budgets.ts";
import { monthOf } from "./calendar.ts";
import { emptyTelemetry, tellDay } from "./client-telemetry.ts";
import { companyConfig } from "./company-config.ts";
import { createCurWriter } from "./cur-writer.ts";
import { deliver } from "./damage.ts";
import { staff } from "./directory.ts";
import { elsewhereFiles, emptyElsewhere } from "./elsewhere.ts";
import { schedule } from "./incidents.ts";
import { gzipped, type LoggedCall, packObjects, permissionCheckKey, sideBodies } from "./log-objects.ts";
import { billDay, emptyBill } from "./month-bill.ts";
import { emptyObservations, observe } from "./observations.ts";
import { createPlanner } from "./plan.ts";
import { createRandom } from "./random.ts";
import { count, emptyTally } from "./tally.ts";
import type { Truth } from "./truth.ts";
import { truthOf } from "./truth-of.ts";

export interface GenerateOptions {
  /** Folder to write into; `logs`, `cur`, `otel`, `trail`, `batch`, `kiro`, `strata.yml` and `truth.json` in it are replaced. */
  readonly out: string;
  /** Default 1. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Size beside the default of more than 200,000 invocations; above 0. */
  readonly scale?: number;
  /** `YYYY-MM`, default 2026-10. */
  readonly month?: string;
  readonly curFormat?: "parquet" | "csv";
  /** Called after each day, and at the end. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/**
 * Writes a month of an invented company into a folder: Bedrock's log objects, the CUR 2.0 export that bills them, what one team's coding assistants tell, what no log has, the configuration, and the
 * truth about what was planted. Deterministic: same options, same bytes.
 * @throws UsageError for a scale or month that makes no sense.
 */
export async function generate(options: GenerateOptions): Promise<Truth> {
  const { out, seed = 1, scale = 1, curFormat = "parquet", onProgress = () => {} } = options;
  if (!Number.isFinite(scale) || scale <= 0 || scale > 100)
    throw new UsageError(`generate: a scale of ${scale} is not possible`, {
      hint: "Give a number above 0 and up to 100; 1 makes about 215,000 invocations.",
    });
  if (!Number.isSafeInteger(seed)) throw new UsageError(`generate: ${seed} is not a seed`, { hint: "Give a whole number." });
  const month = monthOf(options.month ?? "2026-10");
  const plan = schedule(month);
  const directory = staff(seed, scale);
  const planner = createPlanner(seed, scale, month, directory, plan);
  await clear(out);
  const logs = folderWriter(join(out, "logs"));
  const beside = folderWriter(out);
  const ids = createRandom(seed, "line-ids").hex(12);
  const cur = await createCurWriter(join(out, "cur"), month.name, curFormat, {
    monthStart: month.start,
    monthEnd: month.end,
    lineId: (index) => `${ids}${index.toString(36).padStart(8, "0")}`,
  });

  const tally = emptyTally();
  const bill = emptyBill();
  const observations = emptyObservations();
  const telemetry = emptyTelemetry();
  const elsewhere = emptyElsewhere();
  const places = new Set<string>();
  for (const [index, day] of month.days.entries()) {
    const { calls } = planner.plan(day);
    const random = createRandom(seed, "objects", day.date);
    const numbered = withIds(calls, createRandom(seed, "request-ids", day.date));
    const inGap = ({ call }: LoggedCall): boolean =>
      call.time >= plan.gap.start &&
      call.time < plan.gap.end &&
      call.target.accountId === plan.gap.accountId &&
      call.target.region === plan.gap.region;
    const packed = packObjects(
      numbered.filter((call) => !inGap(call)),
      random,
    );
    const delivery = await deliver(day, packed, plan.damage, random);
    const bodies = packed.flatMap(sideBodies);
    await Promise.all([
      ...delivery.objects.map(({ key, body }) => logs.write(key, body)),
      ...bodies.map(async ({ key, text }) => logs.write(key, await gzipped(text))),
    ]);
    await Promise.all(
      tellDay(telemetry, seed, day, delivery.readable).map(async ({ key, text }) => beside.write(key, await gzipped(text))),
    );
    for (const { key, text } of elsewhereFiles(elsewhere, { day, directory, readable: delivery.readable }))
      await beside.write(key, key.endsWith(".gz") ? await gzipped(text) : Buffer.from(text));
    for (const object of packed) places.add(permissionCheckKey(object.accountId, object.region));
    count(tally, delivery.readable, plan.cutoff);
    observe(observations, plan, calls, delivery, bodies.length, numbered.filter(inGap).length);
    await cur.add(
      billDay(bill, { day, month, plan, scale, directory, calls, gap: numbered.filter(inGap), lost: delivery.lost, elsewhere }),
    );
    onProgress(index + 1, month.days.length + 1, day.date);
  }
  await Promise.all([...places].sort().map((key) => logs.write(key, Buffer.alloc(0))));
  const { parts, lines } = await cur.close();

  const runaway = planner.runawayPerson.caller;
  const budgets = setBudgets(tally, runaway.person ?? "", new Date(plan.runaway.start).toISOString().slice(0, 10));
  const truth = truthOf({
    seed,
    scale,
    month,
    plan,
    directory,
    tally,
    bill,
    observations,
    telemetry,
    elsewhere,
    budgets,
    runaway,
    places: places.size,
    parts,
    lines,
  });
  await writeFile(join(out, "strata.yml"), companyConfig(directory, budgets));
  await writeFile(join(out, "truth.json"), `${JSON.stringify(truth, undefined, 2)}\n`);
  onProgress(month.days.length + 1, month.days.length + 1, "truth.json");
  return truth;
}

const OURS = ["logs", "cur", "otel", "trail", "batch", "kiro", "strata.yml", "truth.json"];

/**
 * Takes away what an earlier run left. A folder that holds such names but no truth.json is somebody's own and stays as it is.
 * @throws UsageError naming what is in the way, or why the folder cannot be written.
 */
async function clear(out: string): Promise<void> {
  const present = OURS.filter((name) => existsSync(join(out, name)));
  if (present.length > 0 && !present.includes("truth.json")) {
    throw new UsageError(`generate: ${out} already holds ${present.join(" and ")}, not written by this command`, {
      hint: "Give an empty or new folder.",
    });
  }
  try {
    await mkdir(out, { recursive: true });
    await Promise.all(present.map((name) => rm(join(out, name), { recursive: true, force: true })));
    // From the first moment on the folder is ours, so that a run that was stopped can be started again.
    await writeFile(join(out, "truth.json"), '{ "unfinished": true }\n');
  } catch (cause) {
    throw new UsageError(`generate: ${out} cannot be written: ${messageOf(cause)}`, {
      hint: "Give a folder that you may write to.",
      cause,
    });
  }
}

const withIds = (calls: readonly LoggedCall["call"][], random: ReturnType<typeof createRandom>): LoggedCall[] =>
  calls.map((call) => ({ call, requestId: random.uuid() }));

/** Makes each folder once. */
function folderWriter(root: string): { write(key: string, body: Uint8Array): Promise<void> } {
  const made = new Map<string, Promise<unknown>>();
  return {
    async write(key, body) {
      const path = join(root, key);
      const folder = dirname(path);
      const making = made.get(folder) ?? mkdir(folder, { recursive: true });
      made.set(folder, making);
      await making;
      await writeFile(path, body);
    },
  };
}
