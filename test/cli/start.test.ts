import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { PROGRAM } from "../../src/program.ts";
import { ROOT, runStrata } from "../pipeline/run-strata.ts";
import { processorTime } from "./processor-time.ts";

const STRATA = join(ROOT, "bin", "strata.js");

describe("starting", () => {
  it("has the name of the package in every command that is printed", async () => {
    const { name, bin } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(PROGRAM).toBe(`npx ${name}`);
    expect(Object.keys(bin)).toContain(name);
    expect((await runStrata(["query", "--help"])).stdout).toContain(`  $ ${PROGRAM} query top_spenders`);
    const deployed = await runStrata(["query", "--help"], ROOT, { STRATA_PROGRAM: "npx strata-bedrock@9.9.9" });
    expect(deployed.stdout).toContain("  $ npx strata-bedrock@9.9.9 query top_spenders");
  });

  it.each(["--version", "--help"])("answers %s in 300 ms of processor time", (arg) => {
    // A busy machine lengthens this as it does a Node that does nothing, of which it takes some four.
    expect(processorTime(STRATA, arg)).toBeLessThan(Math.max(300, 8 * processorTime("-e", "0")));
  });

  it("lists every command with what it does, and knows the one that was meant", async () => {
    const { stdout } = await runStrata(["--help"]);
    for (const command of ["analyze", "query", "serve", "alerts", "doctor"])
      expect(stdout).toMatch(new RegExp(`^  ${command} .*\\w`, "m"));
    expect(await runStrata(["--debug", "sql", "--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("--athena") });
    expect(await runStrata(["help", "sql"])).toMatchObject({ code: 0, stdout: expect.stringContaining("--athena") });
    expect(await runStrata(["anlyze"])).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean analyze?") });
  });

  it("has a file or a folder of each command's name in src/cli, and beside them the program, their list and what they share", () => {
    const entries = readdirSync(join(ROOT, "src", "cli")).map((entry) => entry.replace(/\.ts$/, ""));
    expect(entries.sort()).toEqual([...COMMANDS.map(({ name }) => name), "commands", "main", "shared"].sort());
  });

  it("ends quietly when whoever reads has read enough", () => {
    const piped = execFileSync(
      "bash",
      ["-c", `"${process.execPath}" "${STRATA}" --help | head -c 10; echo " \${PIPESTATUS[0]}"`],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    expect(piped).toBe("Usage: npx 0\n");
  });

  it("passes a signal on to the Node that it hands over to, and ends as that one does", async () => {
    // A clone whose own Node is a script that tells what became of it, started by a Node that cannot strip types.
    const clone = mkdtempSync(join(tmpdir(), "strata-clone-"));
    const own = join(clone, "node_modules", "node", "bin");
    mkdirSync(own, { recursive: true });
    mkdirSync(join(clone, "bin"));
    cpSync(STRATA, join(clone, "bin", "strata.js"));
    writeFileSync(join(clone, "package.json"), '{ "type": "module" }');
    symlinkSync(join(ROOT, "src"), join(clone, "src"));
    writeFileSync(
      join(own, "node"),
      `#!/bin/sh\ntrap 'echo told >> "${clone}/said"; exit 7' TERM\necho up\nwhile :; do sleep 0.05; done\n`,
    );
    chmodSync(join(own, "node"), 0o755);
    const child = spawn(process.execPath, ["--no-experimental-strip-types", join(clone, "bin", "strata.js"), "serve"]);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([7, null]);
    expect(readFileSync(join(clone, "said"), "utf8")).toBe("told\n");
  });
});
