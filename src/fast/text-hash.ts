/** The hash of a text: four bytes at a time, then one by one. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4)
    hash = mixed(
      hash,
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24),
    );
  for (; at < end; at += 1) hash = mixed(hash, bytes[at] ?? 0);
  return hash;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e37_79b1);
  return product ^ (product >>> 15);
}
