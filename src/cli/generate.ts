import type { Command } from "commander";
import { thousands } from "../figures.ts";
import { generate } from "../generate/generate.ts";
import { numberOption, oneOf } from "./shared/options.ts";
import { progress } from "./shared/progress.ts";

export function generateCommand(program: Command): void {
  program
    .command("generate <dir>")
    .option("--seed <n>", "another seed, another company", "1")
    .option("--scale <factor>", "1 is about 210,000 invocations", "1")
    .option("--month <YYYY-MM>", "month to write", "2026-10")
    .option("--cur-format <format>", "parquet or csv", "parquet")
    .addHelpText(
      "after",
      `
Examples:
  $ strata generate ./example
  $ strata generate ./small --scale 0.05 --seed 7 --cur-format csv`,
    )
    .action(async (dir: string, options: { seed: string; scale: string; month: string; curFormat: string }) => {
      const show = progress("Generating");
      const truth = await generate({
        out: dir,
        seed: numberOption("--seed", options.seed),
        scale: numberOption("--scale", options.scale),
        month: options.month,
        curFormat: oneOf("--cur-format", options.curFormat, ["parquet", "csv"]),
        onProgress: (done, of, what) => show.update(`${what} ${done} of ${of}`, { done, of }),
      });
      show.done(`${thousands(truth.counts.invocations)} invocations in ${dir}`);
    });
}
