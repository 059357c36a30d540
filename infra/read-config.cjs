/** strata.yml, checked by the product's own schema, for everything that happens when the stack is packaged. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { loadTypeScript } = require("./load-ts.cjs");

let cached;

/** The configuration in STRATA_CONFIG, or in strata.yml beside serverless.yml, or the defaults. */
function readConfig() {
  if (cached) return cached;
  const file = process.env.STRATA_CONFIG || join(__dirname, "../strata.yml");
  const { checkedConfig } = loadTypeScript("src/pipeline/checked-config.ts");
  try {
    cached = checkedConfig(process.env.STRATA_CONFIG || existsSync(file) ? file : undefined);
  } catch (error) {
    throw new Error(error.hint ? `${error.message} ${error.hint}` : error.message);
  }
  return cached;
}

module.exports = { readConfig };
