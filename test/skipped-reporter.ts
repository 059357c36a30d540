import type { Reporter, TestModule } from "vitest/node";

const NEEDED = / \(needs ([^)]+)\)(?: >|$)/;

/** @returns one line for each thing that was missing, dearest first; tests whose name has no need are told together, with the first of them */
export function skippedLines(names: readonly string[]): string[] {
  const by = new Map<string, number>();
  const others: string[] = [];
  for (const name of names) {
    const need = NEEDED.exec(name)?.[1];
    if (need === undefined) others.push(name);
    else by.set(need, (by.get(need) ?? 0) + 1);
  }
  const lines = [...by].sort(([, a], [, b]) => b - a).map(([need, count]) => `${tests(count)} skipped, for want of ${need}`);
  if (by.size > 0) lines.push("To have them run: bash scripts/install-test-tools.sh");
  if (others.length > 0) lines.push(`${tests(others.length)} skipped without a need of theirs: ${others[0]}`);
  return lines;
}

const tests = (count: number): string => `${count} ${count === 1 ? "test" : "tests"}`;

/** Says at the end what was skipped, and how to have it run. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap(({ children }) => [...children.allTests("skipped")].map(({ fullName }) => fullName));
    for (const line of skippedLines(names)) console.log(line);
  }
}
