/** A step that runs once, whoever needs it first, so that any test can be run alone (`-t`). */
export function once<T>(step: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= step();
    return begun;
  };
}
