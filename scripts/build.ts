/**
 * dist/: the same files as src/, as JavaScript. Node strips types only outside node_modules, so what is packed must be built. The libraries come along,
 * each with only what is used of it: installed, they took 240 MB, most of it charts and AWS clients for the browser. The database engine is native code and stays a dependency.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { build, type Plugin } from "esbuild";
import { z } from "zod";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Our own files stay files of their own: some read what lies beside them, and a command loads only what it needs. */
const ownFilesApart: Plugin = {
  name: "own-files-apart",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\.?\// }, ({ path, importer }) =>
      importer.startsWith(join(root, "src") + sep) ? { path: path.replace(/\.ts$/, ".js"), external: true } : undefined,
    );
  },
};

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: globSync("src/**/*.ts", { cwd: root }),
  outbase: "src",
  outdir: "dist",
  bundle: true,
  splitting: true,
  chunkNames: "libraries/[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node22",
  mainFields: ["module", "main"],
  external: ["@duckdb/*"],
  plugins: [ownFilesApart],
  // Libraries in CommonJS require Node's own modules.
  banner: { js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);' },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
// Declarations of what other packages import.
execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.instrument.json"], { cwd: root, stdio: "inherit" });
for (const file of globSync("src/**/*.json", { cwd: root })) cpSync(join(root, file), join(dist, file.slice("src/".length)));
writeFileSync(join(dist, "libraries", "LICENSES.txt"), licences(Object.keys(metafile.inputs)));

/** The licences of the libraries inside, as they ask for: names, versions and text. */
function licences(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
  const byText = Map.groupBy([...folders].sort(), licenceText);
  return [...byText].map(([text, of]) => `${of.map(nameOf).join("\n")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

function nameOf(folder: string): string {
  const about = z
    .object({ name: z.string(), version: z.string(), license: z.string().optional() })
    .parse(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")));
  return `${about.name} ${about.version} (${about.license ?? "see below"})`;
}

function licenceText(folder: string): string {
  return globSync(["LICEN[CS]E*", "NOTICE*"], { cwd: join(root, folder) })
    .sort()
    .map((file) => readFileSync(join(root, folder, file), "utf8").trim())
    .join("\n\n");
}
