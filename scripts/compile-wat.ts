/** Makes src/fast/scan-line.wasm.ts of lexing.wat and scan-line.wat: `node scripts/compile-wat.ts`. A test compares them. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const PARTS = ["lexing.wat", "scan-line.wat"].map((name) => new URL(`../src/fast/${name}`, import.meta.url));
const TARGET = new URL("../src/fast/scan-line.wasm.ts", import.meta.url);

/** The bytes of a module, in base64. */
export async function compileWat(): Promise<string> {
  const { parseWat } = await wabt();
  const parts = PARTS.map((part) => readFileSync(part, "utf8"));
  // 25 pages: what line-memory.ts divides, and one for the first lines.
  const module = parseWat("scan-line.wat", `(module (import "e" "m" (memory 25))\n${parts.join("\n")})`, { simd: true });
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
