/** TypeScript of the product for everything that happens when the stack is packaged: that may run on an older Node than the functions, so it is bundled first. */
const { buildSync } = require("esbuild");
const { join } = require("node:path");
const Module = require("node:module");

const root = join(__dirname, "..");

/** @param path from the project's root, for example `src/config/load.ts` @returns what it exports */
exports.loadTypeScript = (path) => {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, path)],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  const name = join(root, path.replace(/\W/g, "-").concat(".cjs"));
  const loaded = new Module(name);
  loaded.paths = [join(root, "node_modules")];
  loaded._compile(outputFiles[0].text, name);
  return loaded.exports;
};
