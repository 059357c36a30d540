/** A predicate for a glob in which `*` stands for any characters. Case counts. */
export function globMatcher(glob: string): (text: string) => boolean {
  if (!glob.includes("*")) return (text) => text === glob;
  const pieces = glob.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1).filter((piece) => piece !== "");
  // Plain searching instead of a RegExp: no pattern of a user can make it slow.
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
