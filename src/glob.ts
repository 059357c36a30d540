/**
 * A predicate for exact text in which `*` stands for any characters. Case counts.
 * Plain searching instead of a RegExp: no pattern that a person writes can make it slow.
 */
export function glob(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1).filter((piece) => piece !== "");
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** Matches when one of the patterns does. */
export function anyGlob(patterns: readonly string[]): (text: string) => boolean {
  const matchers = patterns.map(glob);
  return (text) => matchers.some((matches) => matches(text));
}
