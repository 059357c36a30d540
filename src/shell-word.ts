/** Bidirectional marks and what else shows nothing of itself: pasted, nobody sees it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/**
 * A value as a shell reads it back, whatever it holds. No line feed and no backtick ever stands in it, so that a command can be pasted, and
 * shown between backticks, without one part of it being taken for something else.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!text.includes("`") && !HIDDEN.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  // ANSI-C quoting: bash, zsh, ksh and busybox read it.
  return `$'${[...text].map(escaped).join("")}'`;
}

function escaped(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  if (character !== "`" && !HIDDEN.test(character)) return character;
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
