import type { Command } from "commander";
import { queryFile, queryNames } from "../query/files.ts";
import { oneOf } from "./shared/options.ts";
import { FORMATS } from "./shared/rows.ts";

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

/** A command, with what may follow it. */
interface CommandWords {
  readonly name: string;
  readonly says: string;
  readonly subcommands: readonly string[];
  /** Long options of it and of its subcommands, without dashes. */
  readonly options: readonly string[];
}

interface Words {
  readonly commands: readonly CommandWords[];
  /** Parameters of each saved query. */
  readonly queries: readonly { readonly name: string; readonly params: readonly string[] }[];
}

/** Options whose value is a folder. */
const FOLDERS = ["data", "out", "dir"] as const;

const wordsOf = (program: Command): Words => ({
  commands: program.commands.map((command) => ({
    name: command.name(),
    says: command.description(),
    subcommands: command.name() === "completion" ? SHELLS : command.commands.map((each) => each.name()),
    options: [
      ...new Set([command, ...command.commands].flatMap(({ options }) => options.map(({ long }) => long?.slice(2) ?? ""))),
    ].sort(),
  })),
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

const names = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join(" ");

/** What zsh reads as well. */
const bash = ({ commands, queries }: Words): string => `_strata() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words="" subcommands="" options=""
  case "\${COMP_WORDS[1]}" in
    help) subcommands="${names(commands)}" ;;
${commands
  .map(
    ({ name, subcommands, options }) =>
      `    ${name}) subcommands="${subcommands.join(" ")}" options="${options.map((option) => `--${option}`).join(" ")}" ;;`,
  )
  .join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${names(commands)} help"
  elif [ "$before" = --format ]; then words="${FORMATS.join(" ")}"
  elif [[ " ${FOLDERS.map((folder) => `--${folder}`).join(" ")} " = *" $before "* ]]; then COMPREPLY=($(compgen -d -- "$word")); return
  elif [ "\${COMP_WORDS[1]}" = query ] && [ "$before" = --param ]; then
    compopt -o nospace 2>/dev/null
    case "\${COMP_WORDS[2]}" in
${queries
  .filter(({ params }) => params.length > 0)
  .map(({ name, params }) => `      ${name}) words="${params.map((param) => `${param}=`).join(" ")}" ;;`)
  .join("\n")}
    esac
  elif [[ "$word" = -* ]]; then words=$options
  elif [ "\${COMP_WORDS[1]}" = query ] && [ "$COMP_CWORD" -eq 2 ]; then words="${names(queries)}"
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$subcommands" ]; then words=$subcommands
  else COMPREPLY=($(compgen -f -- "$word")); return; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _strata strata strata-bedrock`;

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function fish({ commands, queries }: Words): string {
  const after = (name: string): string => `-n "__fish_seen_subcommand_from ${name}"`;
  /** The word that follows: nothing of it was given yet. */
  const next = (name: string, words: string): string =>
    `-n "__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${words}" -f -a "${words}"`;
  const lines = [
    ...commands.map(({ name, says }) => `-n __fish_use_subcommand -f -a ${name} -d ${quoted(says)}`),
    next("help", names(commands)),
    next("query", names(queries)),
    ...commands.flatMap(({ name, subcommands, options }) => [
      ...(subcommands.length > 0 ? [next(name, subcommands.join(" "))] : []),
      ...options
        .filter((option) => option !== "param")
        .map((option) => `${after(name)} -l ${option} ${valuesFor(option)}`.trim()),
    ]),
    ...queries
      .filter(({ params }) => params.length > 0)
      .map(
        ({ name, params }) =>
          `-n "__fish_seen_subcommand_from query; and __fish_seen_subcommand_from ${name}" -l param -x -a "${params.map((param) => `${param}=`).join(" ")}"`,
      ),
  ];
  return ["strata", "strata-bedrock"].flatMap((program) => lines.map((line) => `complete -c ${program} ${line}`)).join("\n");
}

function valuesFor(option: string): string {
  if (option === "format") return `-x -a "${FORMATS.join(" ")}"`;
  return FOLDERS.some((folder) => folder === option) ? '-x -a "(__fish_complete_directories)"' : "";
}
