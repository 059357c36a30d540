/** Something that the user should know about the input. `lost`: a part of it is not in the result. */
export interface Problem {
  readonly kind: "lost" | "note";
  /** File, object or export. */
  readonly place: string;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** What to do, as a sentence. */
  readonly hint: string;
}
