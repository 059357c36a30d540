/** Names that were probably meant, the nearest first: a letter more, less, other or swapped for every three, or one that holds the other. */
export function nearNames(typed: string, known: readonly string[], most = 3): string[] {
  const asked = typed.toLowerCase();
  const bound = Math.max(1, Math.floor(asked.length / 3));
  return known
    .map((name) => ({ name, distance: distanceOf(asked, name.toLowerCase(), bound) }))
    .filter(({ distance }) => distance <= bound)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

function distanceOf(a: string, b: string, bound: number): number {
  if (a.length > 2 && (b.includes(a) || (b.length > 2 && a.includes(b)))) return Math.min(bound, Math.abs(a.length - b.length));
  return Math.abs(a.length - b.length) > bound ? Number.POSITIVE_INFINITY : edits(a, b);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      now.push(Math.min((last[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same, swapped));
    }
    before = last;
    last = now;
  }
  return last[b.length] ?? 0;
}
