import { inflateRawSync } from "node:zlib";

/** Text of each file of a ZIP archive, read from its central directory. */
export function entriesOf(zip: Uint8Array): Map<string, string> {
  const bytes = Buffer.from(zip);
  const files = new Map<string, string>();
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const size = bytes.readUInt32LE(at + 20);
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(from, from + size);
    const stored = bytes.readUInt16LE(at + 10) === 0;
    files.set(
      bytes.toString("utf8", at + 46, at + 46 + (name ?? 0)),
      (stored ? content : inflateRawSync(content)).toString("utf8"),
    );
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return files;
}
