import type { DamageReason } from "./reasons.ts";

interface Magic {
  readonly bytes: readonly number[];
  readonly damage: DamageReason;
  readonly name: string;
}

/** First bytes of formats that end up in log folders by mistake (from memory; zip and zstd are tested with real bytes). */
const MAGICS: readonly Magic[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], damage: "other_compression", name: "zip" },
  { bytes: [0x50, 0x4b, 0x05, 0x06], damage: "other_compression", name: "zip (empty)" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], damage: "other_compression", name: "zstd" },
  { bytes: [0x42, 0x5a, 0x68, 0x39], damage: "other_compression", name: "bzip2" },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], damage: "other_compression", name: "xz" },
  { bytes: [0x04, 0x22, 0x4d, 0x18], damage: "other_compression", name: "lz4" },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], damage: "other_compression", name: "7z" },
  { bytes: [0x50, 0x41, 0x52, 0x31], damage: "not_text", name: "Parquet" },
  { bytes: [0x25, 0x50, 0x44, 0x46], damage: "not_text", name: "PDF" },
  { bytes: [0x89, 0x50, 0x4e, 0x47], damage: "not_text", name: "PNG" },
  { bytes: [0xff, 0xd8, 0xff], damage: "not_text", name: "JPEG" },
  { bytes: [0x4f, 0x62, 0x6a, 0x01], damage: "not_text", name: "Avro" },
];

/** How many bytes the decisions below want to see. */
export const MAGIC_BYTES = 5;

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** The foreign format that these first bytes announce, if any. */
export const foreignFormat = (head: Uint8Array): Magic | undefined =>
  MAGICS.find((magic) => magic.bytes.every((byte, index) => head[index] === byte));
