// A checker of Stryker's that lets a sample of the mutants through. What it chose is kept, so that a second run, which asks for fewer, tries the same.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { sampleOf } from "./sample.mjs";

const { STRATA_MUTANTS_SAMPLE: size, STRATA_MUTANTS_SEED: seed, STRATA_MUTANTS_CHOSEN: chosenFile } = process.env;

const nameOf = ({ fileName, location: { start, end }, replacement }) =>
  `${fileName.replace(/^.*?\/(?=src\/)/, "")} ${start.line}:${start.column}-${end.line}:${end.column} ${replacement}`;

function sampler() {
  let chosen;
  return {
    async init() {},
    async group(mutants) {
      if (existsSync(chosenFile)) chosen = new Set(JSON.parse(readFileSync(chosenFile, "utf8")));
      else {
        chosen = new Set(sampleOf(mutants, nameOf, Number(size), Number(seed)).map(nameOf));
        writeFileSync(chosenFile, JSON.stringify([...chosen]));
      }
      return mutants.length === 0 ? [] : [mutants.map(({ id }) => id)];
    },
    async check(mutants) {
      return Object.fromEntries(
        mutants.map((mutant) => [
          mutant.id,
          chosen.has(nameOf(mutant)) ? { status: "passed" } : { status: "compileError", reason: "not in the sample" },
        ]),
      );
    },
  };
}
sampler.inject = [];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.Checker, "sample", sampler)];
