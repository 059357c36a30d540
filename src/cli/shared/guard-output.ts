/** Colours of ink.ts, a line break of CSV, and everything that could move a cursor, hide text or turn its direction. */
const MARKS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /\u001b\[(?:0|1|2|22|3[1-6]|39)m|\r\n|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** What a spinner writes: it hides and shows the cursor, begins and ends a piece that is shown at once, goes to the line's start and clears the line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const SPINNER = /^(?:\u001b\[(?:\?(?:25|2026)[lh]|\d{0,3}[AGK]))+$/;

/**
 * Text as it may be printed: what a terminal would act on is written as `\\u001b`. In JSON that is the same text; elsewhere it can be seen.
 */
export const forTerminal = (text: string): string =>
  SPINNER.test(text)
    ? text
    : text.replace(MARKS, (mark) => (mark.length > 1 ? mark : `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`));

/** The one way by which text leaves the command, whoever prints it. @returns puts the stream back */
export function guardOutput(stream: NodeJS.WriteStream): () => void {
  const write = stream.write.bind(stream);
  const guarded: typeof stream.write = (chunk: string | Uint8Array, ...rest: never[]) =>
    write(typeof chunk === "string" ? forTerminal(chunk) : chunk, ...rest);
  stream.write = guarded;
  return () => {
    stream.write = write;
  };
}
