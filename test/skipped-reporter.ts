import type { Reporter, TestModule } from "vitest/node";

const NEEDED = / \(needs ([^)]+)\)(?: >|$)/;

/** @returns one line for each thing that was missing, dearest first; of a name without a need, the test itself */
export function skippedLines(names: readonly string[]): string[] {
  const by = new Map<string, number>();
  for (const name of names) {
    const need = NEEDED.exec(name)?.[1];
    const why = need === undefined ? `skipped without a reason: ${name}` : `skipped, for want of ${need}`;
    by.set(why, (by.get(why) ?? 0) + 1);
  }
  const lines = [...by].sort(([, a], [, b]) => b - a).map(([why, count]) => `${count} ${count === 1 ? "test" : "tests"} ${why}`);
  return by.size === 0 ? [] : [...lines, "To have them run: bash scripts/install-test-tools.sh"];
}

/** Says at the end what was skipped, and how to have it run. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap(({ children }) => [...children.allTests("skipped")].map(({ fullName }) => fullName));
    for (const line of skippedLines(names)) console.log(line);
  }
}
