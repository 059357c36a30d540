/** Cells of RFC 4180 text, as `csvOf` writes it, with or without a byte order mark. Empty text has no lines. @param separator one character */
export function parseCsv(text: string, separator = ","): string[][] {
  const ends = new RegExp(`[${separator}\r\n]`);
  const lines: string[][] = [];
  let cells: string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    if (text[at] === '"') {
      let cell = "";
      for (at += 1; at < text.length; at += 1) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      at += 1;
      cells.push(cell);
    } else {
      const end = text.slice(at).search(ends);
      const stop = end === -1 ? text.length : at + end;
      cells.push(text.slice(at, stop));
      at = stop;
    }
    if (text[at] === separator) {
      at += 1;
      if (at === text.length || text[at] === "\r" || text[at] === "\n") cells.push("");
    }
    if (text[at] === "\r" || text[at] === "\n" || at >= text.length) {
      at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
      lines.push(cells);
      cells = [];
    }
  }
  return lines;
}
