import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newResult } from "../../src/local/data-folder.ts";
import { rawLine } from "../invocation/support.ts";
import { needing, without } from "../needs.ts";
import { strataHere } from "../pipeline/strata-here.ts";

const ROOT = join(import.meta.dirname, "../..");
const STRATA = join(ROOT, "bin", "strata.js");
const DRIVER = join(import.meta.dirname, "stop-everywhere.mjs");
const root = mkdtempSync(join(tmpdir(), "strata-stopped-"));
const at = (...parts: string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}
const run = (command: string, ...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? 1), stdout, stderr }),
    );
  });
const COUNT = "select count(*) as n from invocations";
const OLD = "n 3";
const NEW = "n 5";

/** What a reader is told: the number of calls, or the refusal. */
async function seen(folder: string): Promise<string> {
  const { code, stdout, stderr } = await strataHere(["sql", COUNT, "--data", folder, "--format", "csv"]);
  return code === 0 ? stdout.trim().replaceAll(/\s+/g, " ") : stderr;
}
const analyze = (logs: string, out: string) => strataHere(["analyze", at(logs), "--out", out, "--json"]);
const leftovers = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".tmp") || name === ".next" || name === ".lock");

/** The driver's process, which ends before its photographs are looked at: the owner of their locks is dead. */
async function drive(mode: string, work: string): Promise<unknown[]> {
  mkdirSync(work);
  const { code, stderr } = await run(
    process.execPath,
    DRIVER,
    mode,
    join(ROOT, "src/cli/main.ts"),
    at("new"),
    at("before"),
    work,
  );
  expect(code, stderr).toBe(0);
  return [...stderr.matchAll(/^FACT (.*)$/gm)].map(([, fact = ""]): unknown => JSON.parse(fact));
}

beforeAll(async () => {
  for (const [name, many] of [
    ["old", 3],
    ["new", 5],
  ] as const) {
    mkdirSync(at(name));
    const lines = Array.from({ length: many }, (_, index) => rawLine({ requestId: `${name}-${index}` }));
    writeFileSync(at(name, "a.jsonl"), lines.join("\n"));
  }
  expect((await analyze("old", at("before"))).code).toBe(0);
}, 600_000);

test("a run that is killed at any change of a file leaves the old result, the new one or a refusal, and the next one goes through", async () => {
  expect(await drive("photograph", at("killed"))).toMatchObject([{ code: 0 }]);
  const photos = readdirSync(at("killed", "photos")).sort();
  expect(photos.length).toBeGreaterThan(100);
  const told = new Set<string>();
  for (const [index, photo] of photos.entries()) {
    const folder = at("killed", "photos", photo);
    const before = await seen(folder);
    const state = before.includes("holds no whole result") ? "refused" : before;
    expect([OLD, NEW, "refused"], photo).toContain(state);
    told.add(state);
    // What the next run does first: it takes over the dead owner's lock and puts a result in place that is whole and was not yet.
    const whole = existsSync(join(folder, ".next", "summary.json"));
    newResult(folder).end();
    expect([photo, await seen(folder)]).toEqual([photo, whole || state === "refused" ? NEW : state]);
    if (index % 12 === 0) {
      expect([photo, (await analyze("new", folder)).code]).toEqual([photo, 0]);
      expect([photo, await seen(folder)]).toEqual([photo, NEW]);
    }
    expect([photo, leftovers(folder)]).toEqual([photo, []]);
  }
  expect([...told].sort()).toEqual([OLD, NEW, "refused"].sort());
});

const fact = z.union([
  z.object({ changes: z.int() }),
  z.object({ stop: z.int(), code: z.int(), after: z.object({ code: z.int(), printed: z.string() }), again: z.int().optional() }),
]);

test("a run that finds the disk full at every third change of a file says so and leaves the old result, or a refusal, and the next one goes through", async () => {
  const facts = z.array(fact).parse(await drive("full", at("full")));
  const stops = facts.flatMap((each) => ("stop" in each ? [each] : []));
  expect(stops.length).toBeGreaterThan(30);
  for (const { stop, code, after, again = 0 } of stops) {
    const state = after.code === 0 ? after.printed.trim().replaceAll(/\s+/g, " ") : after.printed;
    expect([stop, code, state]).toEqual([
      stop,
      code,
      expect.stringMatching(code === 0 ? /^n 5$/ : /^n [35]$|holds no whole result/),
    ]);
    expect([stop, again]).toEqual([stop, 0]);
  }
});

test.skipIf(without("the right to mount"))(
  needing("a disk of any size that is too small leaves the old result, whoever writes", "the right to mount"),
  async () => {
    mkdirSync(at("disk"));
    const need = Number(execFileSync("du", ["-sk", at("before")], { encoding: "utf8" }).split(/\s/)[0]);
    const codes: unknown[] = [];
    for (const more of [16, 64, 128, 256, 512, 1024, 8192]) {
      const script = `set -e; mount -t tmpfs -o size=${need + more}k none "$1"; cp -r "$2" "$1/data"; set +e
"$3" "$4" analyze "$5" --out "$1/data" --json >/dev/null 2>"$1/../said"; echo "ended $?"; "$3" "$4" sql "${COUNT}" --data "$1/data" --format csv`;
      const args = [at("disk"), at("before"), process.execPath, STRATA, at("new")];
      const { stdout, stderr } = await run("unshare", "-rm", "sh", "-c", script, "sh", ...args);
      const [, code, calls] = /^ended (\d+)\s+n\s+(\d+)/.exec(stdout) ?? [];
      expect([more, calls, stderr]).toEqual([more, code === "0" ? "5" : "3", stderr]);
      expect(["0", "1"]).toContain(code);
      codes.push(code);
    }
    expect([codes[0], codes.at(-1)]).toEqual(["1", "0"]);
  },
);

test("of two runs at once one is refused, and the result is of the other", async () => {
  const both = await Promise.all(
    ["old", "new"].map((logs) => run(process.execPath, STRATA, "analyze", at(logs), "--out", at("shared"), "--json")),
  );
  expect(both.map(({ code }) => code).sort()).toEqual([0, 2]);
  expect(both.map(({ stderr }) => stderr).join("")).toContain("is being written by process");
  expect(await seen(at("shared"))).toBe(both[0]?.code === 0 ? OLD : NEW);
});
