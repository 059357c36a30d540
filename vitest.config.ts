import { configDefaults, defineConfig } from "vitest/config";
import { SkippedReporter } from "./test/skipped-reporter.ts";

// What the tests compare is plain text, wherever they run; Node warns where both of these are set.
delete process.env["FORCE_COLOR"];

/**
 * Proofs that take long: they analyse whole companies, package the stack in every variant, or try thousands of inputs. `npm run test:slow` runs them,
 * and CI does after `npm test`, where smaller worlds go the same main paths.
 */
export const SLOW = [
  "test/accuracy/months.test.ts",
  "test/accuracy/same-tables.test.ts",
  "test/anomaly/abuse.test.ts",
  "test/anomaly/all-silent.test.ts",
  "test/anomaly/commands.test.ts",
  "test/anomaly/detectors.test.ts",
  "test/aws/quarantine-stage.test.ts",
  "test/billing/bad-bill.test.ts",
  "test/billing/conservation.test.ts",
  "test/billing/forty-months.test.ts",
  "test/billing/reconcile-samples.test.ts",
  "test/cli/commands.test.ts",
  "test/cli/packed.test.ts",
  "test/cli/quarantine-retry.test.ts",
  "test/cost/simulation.test.ts",
  "test/doctor/s3-inputs.test.ts",
  "test/functions/package.test.ts",
  "test/ingest/fuzz.test.ts",
  "test/ingest/monsters.test.ts",
  "test/pipeline/demo.test.ts",
  "test/planning/commands.test.ts",
  "test/planning/savings.test.ts",
  "test/report/sums.test.ts",
  "test/report/write-report.test.ts",
  "test/serve/several-values.test.ts",
  "test/sources/identity.test.ts",
  "test/template/packaged-variants.test.ts",
];
const all = { include: ["test/**/*.test.ts"], exclude: [...configDefaults.exclude, "test/long/**", "test/conformance/**"] };

// Limits are an order above the usual time, for machines that do something else besides.
export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: "100%",
    env: { NO_COLOR: "1" },
    reporters: ["default", new SkippedReporter()],
    projects: [
      { extends: true, test: { name: "quick", ...all, exclude: [...all.exclude, ...SLOW] } },
      { extends: true, test: { name: "slow", ...all, include: SLOW } },
    ],
  },
});
