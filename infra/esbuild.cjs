/** Replaces src/aws/deployed-config.ts by the checked content of strata.yml, so that functions carry neither the schema nor a YAML parser. */
const { loadTypeScript } = require("./load-ts.cjs");
const { readConfig, readUsers } = require("./read-config.cjs");

const format = () => loadTypeScript("src/config/config-format.ts").configFormat();

const deployedConfig = {
  name: "deployed-config",
  setup(build) {
    build.onLoad({ filter: /[/\\]deployed-config\.ts$/ }, () => ({
      contents: `export const deployedConfig = ${JSON.stringify(readConfig())}; export const deployedFormat = ${JSON.stringify(format())}; export const deployedUsers = ${JSON.stringify(readUsers())};`,
      loader: "js",
    }));
    // zod brings its messages in every language; the functions only ever show English.
    build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
      loader: "js",
    }));
  },
};

module.exports = [deployedConfig];
