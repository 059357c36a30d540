/** What may stand inside an address or a name, so that `ann@example.com` is not found in `joann@example.com` nor in `ann@example.com.au`. */
const INSIDE = "A-Za-z0-9_.@+%-";
const BEFORE = `(^|[^${INSIDE}])`;
const AFTER = `($|[^${INSIDE}]|\\.$|\\.[^${INSIDE}])`;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** As it may be written: plain, in HTML, in an address. */
const spellings = (name: string): string[] => [
  ...new Set([
    name,
    name.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    encodeURIComponent(name),
  ]),
];

/**
 * A regular expression, as JavaScript and RE2 both read it, that finds a name as a whole, whatever its case. The first and the last group are what
 * stands around it. Names side by side share what is between them, so replace twice.
 */
export const nameToken = (name: string): string => `${BEFORE}(?:${spellings(name).map(escaped).join("|")})${AFTER}`;

/** The text with every name replaced, by what stands for it. */
export function replaceNames(text: string, names: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, replacement] of names) {
    const token = new RegExp(nameToken(name), "gim");
    for (let turn = 0; turn < 2; turn++)
      result = result.replace(token, (_, before: string, after: string) => before + replacement + after);
  }
  return result;
}
