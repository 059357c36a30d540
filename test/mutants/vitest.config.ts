import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The quickest file first, since the first failure ends the run. A file that has not run yet is taken for quick. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const took = ({ moduleId, project }: TestSpecification): number =>
      this.ctx.cache.getFileTestResults(`${project.name}:${relative(this.ctx.config.root, moduleId)}`)?.duration ?? 0;
    return files.toSorted((a, b) => took(a) - took(b));
  }
}

/**
 * The tests that stand for one folder; Stryker runs it inside its copy of the project. All files of a run share one process, which loads the product once;
 * each change has a process of its own.
 */
export default defineConfig({
  test: {
    include: (process.env["STRATA_MUTANTS_TESTS"] ?? "").split(" "),
    isolate: false,
    sequence: { sequencer: QuickestFirst },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { NO_COLOR: "1" },
  },
});
