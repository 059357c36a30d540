import { OTHER } from "./values.ts";

/** Distinct values of one label that one object may bring; tables are grouped by labels. */
const MOST_VALUES = 1000;

/** Takes labels as they come and turns what is one value too many into `(other)`. */
export class LabelLimit {
  readonly #seen = new Map<string, Set<string>>();
  /** Values that were turned. */
  turned = 0;

  limit(labels: ReadonlyMap<string, string> | null): ReadonlyMap<string, string> | null {
    if (labels === null) return null;
    let changed: Map<string, string> | undefined;
    for (const [key, value] of labels) {
      const seen = this.#seen.get(key) ?? new Set();
      this.#seen.set(key, seen);
      if (seen.has(value)) continue;
      if (seen.size < MOST_VALUES) seen.add(value);
      else {
        changed ??= new Map(labels);
        changed.set(key, OTHER);
        this.turned += 1;
      }
    }
    return changed ?? labels;
  }
}
