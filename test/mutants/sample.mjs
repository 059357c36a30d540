// Which of many changes are tried: the same ones for the same seed, spread over all of them. JavaScript, since Stryker loads it in a process of its own.
import { createHash } from "node:crypto";

/**
 * @template T
 * @param {readonly T[]} all
 * @param {(each: T) => string} nameOf says the same for the same change in every run
 * @param {number} size
 * @param {number} seed
 * @returns {T[]} `size` of them, or all
 */
export function sampleOf(all, nameOf, size, seed) {
  const ranked = all.map((each) => ({
    each,
    rank: createHash("sha256")
      .update(`${seed} ${nameOf(each)}`)
      .digest("hex"),
  }));
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ each }) => each);
}
