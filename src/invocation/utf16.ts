/** Which UTF-16 a text is. */
export type Utf16 = "utf-16le" | "utf-16be";

/**
 * By the byte order mark, else by the zeros of the first two letters: no text of ours has one. Windows PowerShell writes what a program prints as
 * UTF-16, and Excel its "Unicode Text".
 */
export function utf16Of(head: Uint8Array): Utf16 | undefined {
  const [a, b, c, d] = head;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && c !== 0 && d === 0)) return "utf-16le";
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && c === 0 && d !== 0)) return "utf-16be";
  return undefined;
}

/** A whole text, in whatever of the three it is, without its byte order mark. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder(utf16Of(bytes) ?? "utf-8").decode(bytes);

/** Text in UTF-16, without its byte order mark, as UTF-8. @returns whether it ended with a whole character */
export async function* utf8Of(chunks: AsyncIterable<Uint8Array>, encoding: Utf16): AsyncGenerator<Buffer, boolean> {
  const decoder = new TextDecoder(encoding);
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") yield Buffer.from(text);
  }
  return length % 2 === 0;
}
