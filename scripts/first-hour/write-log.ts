import type { Ran } from "./shell.ts";

export interface Entry extends Ran {
  readonly user: string;
  /** What is wrong with it; undefined where nothing is. */
  readonly wrong: string | undefined;
  /** What printed it. */
  readonly from?: string;
}

export interface Machine {
  readonly started: Date;
  /** Seconds of packing and installing. */
  readonly installed: number;
  readonly scale: string;
  readonly cores: number;
  readonly load: number;
  readonly node: string;
}

/** The log as a page of the documentation. */
export function logOf(entries: readonly Entry[], { started, installed, scale, cores, load, node }: Machine): string {
  const wrong = entries.filter((entry) => entry.wrong !== undefined).length;
  const seconds = entries.reduce((sum, entry) => sum + entry.seconds, 0);
  const users = [...new Set(entries.map(({ user }) => user))];
  return `# The first hour

Written by \`npm run try:hour -- --write\`, which packs the package, installs it in an empty folder without credentials, and types what four users would type. Then it runs every command that
anything printed on the way: the commands themselves, their \`--help\`, README.md, docs/mcp.md, docs/queries.md and the report. Names in capitals, and ids of examples, are replaced by what is there;
what needs an account has to say so in words for people.

${started.toISOString().slice(0, 10)}, ${cores} virtual cores at load ${load.toFixed(1)}, Node ${node}, ${scale === "1" ? "the whole demo company" : `the demo company at scale ${scale}`}: packed and installed in ${installed.toFixed(0)} s,
then ${entries.length} commands and questions in ${(seconds / 60).toFixed(0)} minutes, of which ${wrong === 0 ? "none" : wrong} did not do what was printed.

${users
  .map((user) =>
    section(
      user,
      entries.filter((entry) => entry.user === user),
    ),
  )
  .join("\n\n")}
`;
}

function section(user: string, entries: readonly Entry[]): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const rows = entries.map(
    ({ command, code, seconds, output, wrong, from }) =>
      `| \`${cell(command).replaceAll("`", "'")}\` | ${from ? cell(from === "report.html" || from.endsWith(".md") ? from : `\`${from.replaceAll("`", "'")}\``) : ""} | ${code} | ${seconds.toFixed(1)} | ${cell(wrong ?? firstLine(output))} |`,
  );
  return `## ${user}

| typed | printed by | exit | s | shows |
|---|---|---|---|---|
${rows.join("\n")}`;
}

/** The last line that says something: results end with what was found, errors with what to do. */
const firstLine = (output: string): string =>
  (
    output
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /[a-z]{3}/i.test(line) && !/^[┌├└│]/.test(line))
      .at(-1) ?? ""
  )
    .slice(0, 90)
    .replaceAll("<", "&lt;");
