/** What JSON text, or an object's bytes, say; undefined where there is none, or it cannot be read. State that is damaged is lost, and made again. */
export function jsonOf(json: string | Uint8Array | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(typeof json === "string" ? json : Buffer.from(json).toString("utf8"));
  } catch {
    return undefined;
  }
}
