import type { Command } from "commander";
import { queryFile, queryNames } from "../query/files.ts";
import { oneOf } from "./shared/options.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export function completionCommand(program: Command): void {
  program
    .command("completion <shell>")
    .addHelpText(
      "after",
      `
Examples:
  $ strata completion bash >> ~/.bashrc
  $ strata completion zsh >> ~/.zshrc
  $ strata completion fish > ~/.config/fish/completions/strata-bedrock.fish`,
    )
    .action((shell: string) => console.log(scriptFor(oneOf("completion", shell, SHELLS), wordsOf(program))));
}

interface Words {
  readonly commands: readonly string[];
  /** Parameters of each saved query. */
  readonly queries: readonly { readonly name: string; readonly params: readonly string[] }[];
}

const wordsOf = (program: Command): Words => ({
  commands: [...program.commands.map((command) => command.name()), "help"],
  queries: queryNames("saved").map((name) => ({
    name: name.slice("saved/".length),
    params: queryFile(name).header.params.map((param) => param.name),
  })),
});

function scriptFor(shell: (typeof SHELLS)[number], words: Words): string {
  if (shell === "fish") return fish(words);
  const lines = bash(words);
  return shell === "bash" ? lines : `autoload -U +X bashcompinit && bashcompinit\n${lines}`;
}

const bash = ({ commands, queries }: Words): string => `_strata() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=""
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.join(" ")}"
  elif [ "\${COMP_WORDS[1]}" = query ] && [ "$COMP_CWORD" -eq 2 ]; then words="${queries.map(({ name }) => name).join(" ")}"
  elif [ "\${COMP_WORDS[1]}" = query ] && [ "$before" = --param ]; then
    compopt -o nospace 2>/dev/null
    case "\${COMP_WORDS[2]}" in
${queries
  .filter(({ params }) => params.length > 0)
  .map(({ name, params }) => `      ${name}) words="${params.map((param) => `${param}=`).join(" ")}" ;;`)
  .join("\n")}
    esac
  elif [ "$before" = --format ]; then words="table csv json"
  elif [ "$before" = --data ]; then COMPREPLY=($(compgen -d -- "$word")); return
  else COMPREPLY=($(compgen -f -- "$word")); return; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _strata strata strata-bedrock`;

const fish = ({ commands, queries }: Words): string =>
  ["strata", "strata-bedrock"]
    .flatMap((program) => [
      `complete -c ${program} -n __fish_use_subcommand -f -a "${commands.join(" ")}"`,
      `complete -c ${program} -n "__fish_seen_subcommand_from query" -f -a "${queries.map(({ name }) => name).join(" ")}"`,
      `complete -c ${program} -l format -x -a "table csv json"`,
      ...queries
        .filter(({ params }) => params.length > 0)
        .map(
          ({ name, params }) =>
            `complete -c ${program} -n "__fish_seen_subcommand_from query; and __fish_seen_subcommand_from ${name}" -l param -x -a "${params.map((param) => `${param}=`).join(" ")}"`,
        ),
    ])
    .join("\n");
