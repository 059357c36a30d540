/** Commands of ours in what a program printed, a page or a document, as a reader would copy them: quotes belong to them, the sentence around them does not. */
export function printedCommands(text: string): string[] {
  const found: string[] = [];
  // A line of usage is a form and no command.
  const plain = text
    .replace(/^Usage: .*$/gm, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll("&gt;", ">");
  for (const { index } of plain.matchAll(/npx (?:-y )?strata-bedrock(?:@[\d.]+)? /g)) {
    const rest = plain.slice(index);
    // Between backticks or in an element, at the beginning of a line after `$ `, and in a fenced block, the writer says where it ends.
    const before = plain.slice(Math.max(0, index - 6), index);
    const end = before.endsWith("`")
      ? /`/
      : before.endsWith("<code>")
        ? /<\/code>/
        : /(?:^|\n)(?:\s*\$ )?$/.test(before)
          ? /\n|\s#\s|\s{2,}/
          : undefined;
    found.push((end ? untilEnd(rest, end) : untilProse(rest)).trim());
  }
  return [...new Set(found.filter((command) => !command.endsWith("strata-bedrock")))];
}

const untilEnd = (text: string, end: RegExp): string => text.slice(0, end.exec(text)?.index ?? text.length);

/** Inside a sentence a command goes on as long as its words look like one's: options with their values, paths, figures, names in capitals, quoted text. */
function untilProse(text: string): string {
  const [, head = "", rest = ""] = /^(npx (?:-y )?strata-bedrock\S*) ([\s\S]*)$/.exec(text) ?? [];
  const words: string[] = [];
  let option = false;
  for (const [whole, spaces = "", raw = ""] of rest.matchAll(/(\s*)((?:'[^'\n]*'|"[^"\n]*"|[^\s'"])+)/g)) {
    if (spaces.includes("\n") || spaces.length > 1) break;
    const word = raw.replace(/[.,;:)…`]+$/, "");
    const fits =
      words.length === 0 || option || /^--?\w/.test(word) || SUBCOMMANDS.has(word) || /^['"]|^[A-Z]{2,}$|[/_\d=@]/.test(word);
    if (!fits || word === "") break;
    words.push(word);
    option = /^--/.test(word) && !word.includes("=") && !FLAGS.has(word);
    if (whole !== `${spaces}${word}`) break;
  }
  return [head, ...words].join(" ");
}

const SUBCOMMANDS = new Set([
  "explain",
  "mute",
  "unmute",
  "acknowledge",
  "list",
  "show",
  "retry",
  "update",
  "diff",
  "push",
  "swap",
  "cache",
  "batch",
  "routing",
  "prices",
  "discount",
  "achieved",
  "bash",
  "zsh",
  "fish",
]);
const FLAGS = new Set([
  "--json",
  "--athena",
  "--from-doctor",
  "--final",
  "--all",
  "--wide",
  "--counts",
  "--dry-run",
  "--wait",
  "--status",
  "--policy",
  "--cost-explorer",
]);
