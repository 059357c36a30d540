import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

export const LOCK = ".lock";

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly id: string;
}

/** An owner on another machine says that it lives by touching its lock; silent for so long, it is taken for dead. */
const SILENT_MS = 10 * 60_000;
const TOUCH_MS = 60_000;

/** Locks that this process holds: its own number alone says nothing, since a container's first process always has the same. */
const held = new Set<string>();

/**
 * Makes this process the only one that writes to a folder, until the function that it returns is called. The lock of an owner that is dead is
 * taken over.
 * @throws UsageError naming owner and time when another one writes to it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK);
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    id: randomBytes(8).toString("hex"),
  };
  const own = `${path}.${owner.id}.tmp`;
  writeFileSync(own, JSON.stringify(owner));
  try {
    while (!placed(own, path)) removeDead(path, folder);
  } finally {
    rmSync(own, { force: true });
  }
  held.add(owner.id);
  const touching = setInterval(() => touch(path), TOUCH_MS).unref();
  return () => {
    clearInterval(touching);
    held.delete(owner.id);
    if (ownerOf(path)?.id === owner.id) rmSync(path, { force: true });
  };
}

/** Links the whole lock into place, so that nobody ever sees half of one. */
function placed(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function removeDead(path: string, folder: string): void {
  const owner = ownerOf(path);
  if (owner !== undefined && isAlive(owner, path))
    throw new UsageError(`output: ${folder} is being written by process ${owner.pid} on ${owner.host} since ${owner.since}`, {
      hint: "Wait until it is done, or give another folder to --out.",
    });
  // Whoever moves it away first has it; a lock that was placed in between goes back.
  const aside = `${path}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (ownerOf(aside)?.id !== owner?.id) placed(aside, path);
  rmSync(aside, { force: true });
}

function isAlive({ pid, host, id }: Owner, path: string): boolean {
  if (host !== hostname()) return Date.now() - statSync(path).mtimeMs < SILENT_MS;
  if (pid === process.pid) return held.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function ownerOf(path: string): Owner | undefined {
  try {
    const { pid, host, since, id } = JSON.parse(readFileSync(path, "utf8"));
    return { pid: Number(pid), host: String(host), since: String(since), id: String(id) };
  } catch {
    return undefined;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // It is gone when the run is over.
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
