/** strata.yml, checked by the product's own schema, for everything that happens when the stack is packaged. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { loadTypeScript } = require("./load-ts.cjs");

let cached;
const file = process.env.STRATA_CONFIG || join(__dirname, "../strata.yml");

/** What the product says is wrong, with its remedy: the packaging tools show the message alone. */
const told = (work) => {
  try {
    return work();
  } catch (error) {
    throw new Error(error.hint ? `${error.message} ${error.hint}` : error.message);
  }
};

/** The configuration in STRATA_CONFIG, or in strata.yml beside serverless.yml, or the defaults. */
function readConfig() {
  if (cached) return cached;
  const { checkedConfig } = loadTypeScript("src/pipeline/checked-config.ts");
  cached = told(() => checkedConfig(process.env.STRATA_CONFIG || existsSync(file) ? file : undefined));
  return cached;
}

/** Users of IAM Identity Center from the files of sources.identity_users, meant from where strata.yml is. */
const readUsers = () => told(() => loadTypeScript("src/pipeline/identity-users.ts").configuredUsers(readConfig(), file));

module.exports = { readConfig, readUsers };
