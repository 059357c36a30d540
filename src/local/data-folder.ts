import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { UsageError } from "../errors.ts";
import { tables } from "../tables/index.ts";
import { LOCK, lockFolder } from "./folder-lock.ts";

/** Its presence says that everything else is there: it is taken away first and comes back last. */
const COMPLETE = "summary.json";
/** The configuration that made the folder. */
export const CONFIG = "strata.yml";

/** Everything that an analysis writes: a folder for each table, and what is no table. */
const own = (): ReadonlySet<string> =>
  new Set([
    ...tables().map(({ name }) => name),
    "alerts.jsonl",
    "budgets",
    "cost-explorer",
    "current",
    "learned_rates",
    "reports",
    CONFIG,
    COMPLETE,
  ]);
const MARKER = ".strata";
/** Where the next result is built, inside the folder: so it is on the same disk, and the folder itself may be a mount. */
const NEXT = ".next";

/** A result that is being made beside the old one. */
export interface NewResult {
  /** Where it is written. */
  readonly folder: string;
  /** Puts it in the old one's place. Readers see the old one, or are told to wait, or see the new one. */
  commit(): void;
  /** Gives up what is not committed and lets others write. Always call it. */
  end(): void;
}

/**
 * Begins the next result of a data folder; the old one stays as it is until the new one is whole. What a closed month was is taken over: bill_versions
 * and its published statement, so that a later change of it is a restatement and no silent one.
 * @param everything take over all there is, to change a part of it
 * @throws UsageError for a folder that holds something else, which is never touched, or that somebody else writes to
 */
export function newResult(given: string, { everything = false } = {}): NewResult {
  const folder = resolve(given);
  refusePartitionNames(folder, given);
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const foreign = entries.filter((entry) => !isOwn(entry));
  const unmarked = !entries.includes(MARKER) && entries.some((entry) => !entry.startsWith("."));
  if (foreign.length > 0 || unmarked)
    throw new UsageError(
      `output: ${given} holds files that strata did not write${foreign.length > 0 ? ` (${foreign.slice(0, 3).join(", ")})` : ""}`,
      { hint: "Give an empty or new folder to --out." },
    );
  const made = mkdirSync(folder, { recursive: true }) !== undefined;
  const unlock = lockFolder(given);
  const next = join(folder, NEXT);
  const end = (): void => {
    // What is on its way into place is nowhere else: the next run goes on with it.
    if (!isGoing(next)) rmSync(next, { recursive: true, force: true });
    unlock();
    // Nothing came of a first run: nothing is left of it.
    if (readdirSync(folder).every((entry) => entry === MARKER)) {
      rmSync(join(folder, MARKER), { force: true });
      if (made) rmdirSync(folder);
    }
  };
  try {
    if (!existsSync(join(folder, MARKER)))
      writeFileSync(join(folder, MARKER), "Written by strata analyze. The next run with this --out replaces everything here.\n");
    // A run that was stopped while it put its result in place: that result is whole, and parts of it are nowhere else any more.
    if (existsSync(join(next, COMPLETE))) putInPlace(folder, next);
    rmSync(next, { recursive: true, force: true });
    for (const entry of readdirSync(folder)) if (entry.endsWith(".tmp")) rmSync(join(folder, entry), { force: true });
    mkdirSync(next);
    for (const entry of readdirSync(folder).filter((name) => isResult(name) && name !== COMPLETE)) {
      const from = join(folder, entry);
      if (everything || KEPT.has(entry)) takeOver(from, join(next, entry));
      else if (entry === "reports") takeOver(from, join(next, entry), (file) => isClosed(join(from, file.split(sep)[0] ?? "")));
    }
  } catch (error) {
    end();
    throw error;
  }
  return { folder: next, commit: () => putInPlace(folder, next), end };
}

/** Whether a folder holds a whole result. */
export const isComplete = (folder: string): boolean => existsSync(join(folder, COMPLETE));

/** Whether it is one of ours whose run was stopped before it was whole, or is still going on. */
export const isUnfinished = (folder: string): boolean => existsSync(join(folder, MARKER)) && !isComplete(folder);

function putInPlace(folder: string, next: string): void {
  const made = readdirSync(next).filter((name) => isResult(name) && name !== COMPLETE);
  const continued = isGoing(next);
  if (!continued) writeFileSync(join(next, GOING), "");
  rmSync(join(folder, COMPLETE), { force: true });
  // Where a run was stopped here, what it had put in place is not in `next` any more: everything old is replaced or gone by then.
  const old = continued ? [] : readdirSync(folder).filter((name) => isResult(name) && !made.includes(name));
  for (const entry of old) rmSync(join(folder, entry), { recursive: true, force: true });
  for (const entry of made) {
    rmSync(join(folder, entry), { recursive: true, force: true });
    renameSync(join(next, entry), join(folder, entry));
  }
  renameSync(join(next, COMPLETE), join(folder, COMPLETE));
  rmSync(next, { recursive: true, force: true });
}

/** In the new result: it is on its way into place. */
const GOING = ".going";
const isGoing = (next: string): boolean => existsSync(join(next, GOING)) && existsSync(join(next, COMPLETE));

const isResult = (entry: string): boolean => own().has(entry);

/** Results, and what a run that was stopped may leave: temporary files of results and locks, and the next result. */
const isOwn = (entry: string): boolean =>
  isResult(entry) ||
  [MARKER, NEXT, LOCK].includes(entry) ||
  (entry.endsWith(".tmp") && [...own(), LOCK].some((name) => entry.startsWith(`${name}.`)));

/** Answers of Cost Explorer were paid for and say themselves how old they are. */
const KEPT = new Set<string>(["bill_versions", "cost-explorer"]);

/** Statements of closed months are never overwritten; the others are of the run before. */
function isClosed(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null && "status" in manifest && manifest.status !== "provisional";
  } catch {
    return false;
  }
}

/** Links files, since whoever changes one writes a new one; copies them where the disk has no links. */
function takeOver(from: string, to: string, wanted: (file: string) => boolean = () => true): void {
  const files = statSync(from).isDirectory() ? readdirSync(from, { recursive: true, encoding: "utf8" }) : [""];
  for (const file of files) {
    const source = join(from, file);
    if (file.endsWith(".tmp") || !wanted(file) || !statSync(source).isFile()) continue;
    const target = join(to, file);
    mkdirSync(dirname(target), { recursive: true });
    try {
      linkSync(source, target);
    } catch {
      copyFileSync(source, target);
    }
  }
}

/** The engine takes `name=value` in a path for a partition's value. @throws UsageError */
function refusePartitionNames(folder: string, given: string): void {
  const part = folder.split(sep).find((each) => /^(?:dt|hour|period|month)=/.test(each));
  if (part !== undefined)
    throw new UsageError(`output: ${given} lies in a folder named ${part}, which would be taken for a value of the data`, {
      hint: "Give a folder whose path has no dt=, hour=, period= or month= to --out.",
    });
}
