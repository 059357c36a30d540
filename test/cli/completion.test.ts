import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { needing, without } from "../needs.ts";
import { ROOT, runStrata } from "../pipeline/run-strata.ts";

describe("completion", () => {
  let bash = "";
  beforeAll(async () => {
    bash = (await runStrata(["completion", "bash"])).stdout;
  });
  const complete = (...typed: string[]): string => {
    const words = typed.map((word) => `'${word}'`).join(" ");
    return execFileSync(
      "bash",
      ["-c", `${bash}\nCOMP_WORDS=(strata ${words}); COMP_CWORD=${typed.length}; _strata 2>/dev/null; echo "\${COMPREPLY[*]}"`],
      { encoding: "utf8", cwd: ROOT },
    ).trim();
  };
  it("of commands, saved queries and their parameters in bash", () => {
    expect(complete("ana")).toBe("analyze");
    expect(complete("query", "top_s")).toBe("top_spenders");
    expect(complete("query", "top_spenders", "--param", "fr")).toBe("from=");
  });
  it("of subcommands, options and folders", () => {
    expect(complete("alerts", "ex")).toBe("explain");
    expect(complete("help", "qua")).toBe("quarantine");
    expect(complete("completion", "f")).toBe("fish");
    expect(complete("analyze", "--fail")).toBe("--fail-on");
    expect(complete("query", "top_spenders", "--format", "c")).toBe("csv");
    expect(complete("report", "--data", "src/cli/pri")).toBe("src/cli/prices");
  });
  it.skipIf(without("zsh"))(needing("in zsh itself", "zsh"), async () => {
    const { stdout } = await runStrata(["completion", "zsh"]);
    const folder = mkdtempSync(join(tmpdir(), "strata-zsh-"));
    writeFileSync(join(folder, "strata.zsh"), stdout);
    // A shell at a terminal of its own, in which a key completes the line and notes what became of it.
    const typed = [
      "strata query top",
      "strata query top_spenders --param fr",
      "strata alerts ex",
      "strata report --data src/cli/pri",
    ];
    writeFileSync(
      join(folder, "type.zsh"),
      `zmodload zsh/zpty; zpty shell zsh -f -i
      zpty -w shell 'autoload -Uz compinit && compinit -u -D; source ${folder}/strata.zsh'
      zpty -w shell 'noted() { zle complete-word; print -r -- "$BUFFER" >> ${folder}/noted; BUFFER=; }; zle -N noted; bindkey "^O" noted; touch ${folder}/ready'
      await() { repeat 600; do [[ -e ${folder}/$1 && $(wc -l < ${folder}/$1) -ge $2 ]] && return; zpty -r -t shell out; sleep 0.1; done; exit 1; }
      await ready 0
${typed.map((line, index) => `zpty -n -w shell '${line}'$'\\x0f'; await noted ${index + 1}`).join("\n")}`,
    );
    execFileSync("zsh", ["-f", join(folder, "type.zsh")], { cwd: ROOT });
    expect(
      readFileSync(join(folder, "noted"), "utf8")
        .split("\n")
        .map((line) => line.trimEnd()),
    ).toEqual([
      "strata query top_spenders",
      "strata query top_spenders --param from=",
      "strata alerts explain",
      "strata report --data src/cli/prices",
      "",
    ]);
  });
  it.skipIf(without("fish"))(needing("in fish itself", "fish"), async () => {
    const { stdout } = await runStrata(["completion", "fish"]);
    const script = join(mkdtempSync(join(tmpdir(), "strata-fish-")), "strata.fish");
    writeFileSync(script, stdout);
    const typed = [
      "strata query top",
      "strata query top_spenders --param fr",
      "strata alerts ex",
      "strata report --data src/cli/pri",
    ];
    const steps = `source ${script}; ${typed.map((line) => `complete -C '${line}'`).join("; ")}`;
    const told = execFileSync("fish", ["--no-config", "-c", steps], { encoding: "utf8", cwd: ROOT });
    expect(told.split("\n").map((line) => line.split("\t")[0])).toEqual([
      "top_spenders",
      "from=",
      "explain",
      "src/cli/prices/",
      "",
    ]);
  });
  it("of no other shell", async () => {
    expect(await runStrata(["completion", "tcsh"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bash, zsh, fish"),
    });
  });
});
