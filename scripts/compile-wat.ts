/** Makes src/fast/scan-line.wasm.ts of scan-line.wat: `node scripts/compile-wat.ts`. A test compares the two. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const SOURCE = new URL("../src/fast/scan-line.wat", import.meta.url);
const TARGET = new URL("../src/fast/scan-line.wasm.ts", import.meta.url);

/** The bytes of a module, in base64. */
export async function compileWat(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat("scan-line.wat", readFileSync(SOURCE, "utf8"), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return Buffer.from(buffer).toString("base64");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = (await compileWat()).match(/.{1,120}/g) ?? [];
  const text = lines.map((line) => `  "${line}"`).join(" +\n");
  writeFileSync(
    TARGET,
    `/** scan-line.wat as WebAssembly, in base64. Made by scripts/compile-wat.ts; do not edit. */\nexport const SCAN_LINE_WASM: string =\n${text};\n`,
  );
}
