/**
 * strata.yml, checked by the product's own schema, for everything that happens when the stack is packaged. Packaging may run on an older Node
 * than the functions, so the TypeScript is bundled first.
 */
const { buildSync } = require("esbuild");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const Module = require("node:module");

const root = join(__dirname, "..");
let cached;

/** The configuration in STRATA_CONFIG, or in strata.yml beside serverless.yml, or the defaults. */
function readConfig() {
  if (cached) return cached;
  const file = process.env.STRATA_CONFIG || join(root, "strata.yml");
  const { outputFiles } = buildSync({
    entryPoints: [join(root, "src/pipeline/checked-config.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  const loaded = new Module(join(root, "load-config.cjs"));
  loaded.paths = [join(root, "node_modules")];
  loaded._compile(outputFiles[0].text, join(root, "load-config.cjs"));
  try {
    cached = loaded.exports.checkedConfig(process.env.STRATA_CONFIG || existsSync(file) ? file : undefined);
  } catch (error) {
    throw new Error(error.hint ? `${error.message} ${error.hint}` : error.message);
  }
  return cached;
}

module.exports = { readConfig };
