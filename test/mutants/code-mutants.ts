import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Area } from "./areas.ts";
import type { Mutant } from "./mutant.ts";

interface Place {
  readonly line: number;
  readonly column: number;
}
/** What is read of Stryker's report (mutation-testing-report-schema). */
interface Report {
  readonly files: Record<
    string,
    {
      readonly source: string;
      readonly mutants: readonly {
        readonly replacement: string;
        readonly status: string;
        readonly statusReason?: string;
        readonly location: { readonly start: Place; readonly end: Place };
      }[];
    }
  >;
}

/** A change, and the text of its file with it. */
export interface CodeMutant extends Mutant {
  readonly changed: string;
}

/**
 * A sample of the changes that Stryker makes to TypeScript, each tried with the tests that run its line.
 * @throws Error when Stryker could not run: not installed, or a test fails without any change
 */
export function codeMutants(root: string, area: Area, size: number, seed: number): readonly CodeMutant[] {
  const folder = join(
    root,
    ".cache/mutants",
    createHash("sha256").update(`${area.name} ${area.only} ${size} ${seed}`).digest("hex").slice(0, 12),
  );
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const state = createHash("sha256");
  for (const file of area.files) state.update(file).update(readFileSync(join(root, file)));
  const digest = state.digest("hex");
  // Places move with the code: what was chosen and found before counts for the same code only.
  if (!existsSync(at("code")) || readFileSync(at("code"), "utf8") !== digest)
    for (const name of ["chosen.json", "incremental.json"]) rmSync(at(name), { force: true });
  writeFileSync(at("code"), digest);
  forgetSurvivors(at("incremental.json"));
  const options = {
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner", join(import.meta.dirname, "sample-checker.mjs")],
    checkers: ["sample"],
    vitest: { configFile: "test/mutants/vitest.config.ts", related: false },
    // Stryker rewrites a tsconfig.json with an interface that TypeScript 7 no longer has; nothing here needs it.
    tsconfigFile: "none",
    mutate: area.files,
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: at("incremental.json"),
    tempDirName: at("sandbox"),
    concurrency: 1,
    checkerNodeArgs: [],
    timeoutMS: 60_000,
    dryRunTimeoutMinutes: 60,
    ignorePatterns: ["docs/*.png", "dist", ".cache"],
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: at("report.json") },
    allowConsoleColors: false,
  };
  writeFileSync(at("stryker.json"), JSON.stringify(options));
  rmSync(at("report.json"), { force: true });
  const { status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", at("stryker.json")],
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        STRATA_MUTANTS_TESTS: area.tests.join(" "),
        STRATA_MUTANTS_SAMPLE: String(size),
        STRATA_MUTANTS_SEED: String(seed),
        STRATA_MUTANTS_CHOSEN: at("chosen.json"),
      },
    },
  );
  if (status !== 0 || !existsSync(at("report.json")))
    throw new Error(`mutants: Stryker stopped on ${area.name}: its lines above say why`);
  return readReport(JSON.parse(readFileSync(at("report.json"), "utf8")));
}

/** What survived is tried again, whatever tests there are now, and what ended for its time: a busy machine does that, too. What was noticed stays noticed. */
function forgetSurvivors(path: string): void {
  if (!existsSync(path)) return;
  const report: Report = JSON.parse(readFileSync(path, "utf8"));
  const files = Object.entries(report.files).map(([file, each]) => [
    file,
    { ...each, mutants: each.mutants.filter(({ status }) => STATES[status] !== "survived" && status !== "Timeout") },
  ]);
  writeFileSync(path, JSON.stringify({ ...report, files: Object.fromEntries(files) }));
}

const STATES: Record<string, Mutant["state"]> = {
  Killed: "noticed",
  Timeout: "noticed",
  RuntimeError: "noticed",
  Survived: "survived",
  NoCoverage: "survived",
};

function readReport({ files }: Report): readonly CodeMutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split("\n");
    const offset = ({ line, column }: Place): number =>
      lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    return mutants.flatMap(({ replacement, status, location: { start, end } }) => {
      const state = STATES[status];
      if (state === undefined) return [];
      return [
        {
          place: `${file}:${start.line}`,
          line: (lines[start.line - 1] ?? "").trim(),
          change: replacement,
          state,
          changed: source.slice(0, offset(start)) + replacement + source.slice(offset(end)),
        },
      ];
    });
  });
}
