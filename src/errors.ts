/**
 * Every error that a user is meant to read. The message begins with the unit that raised it, names the place and
 * carries the offending value; `hint` says what to do next. Anything else that escapes is a bug.
 */
export class StrataError extends Error {
  /** What to do next, as one sentence. */
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The command line or an option is wrong. Exit code 2. */
export class UsageError extends StrataError {}

/** strata.yml is wrong; `path` is the key, for example `budgets.0.limit_usd`. Exit code 2. */
export class ConfigError extends StrataError {
  readonly path: string;
  /** Where several keys are wrong: each of them, as the message says them in one line. */
  readonly problems: readonly string[];

  constructor(path: string, message: string, options: { hint?: string; cause?: unknown; problems?: readonly string[] } = {}) {
    super(message, options);
    this.path = path;
    this.problems = options.problems ?? [];
  }
}

/** A file, object or table that was given as input cannot be used as it is. Exit code 1. */
export class InputError extends StrataError {
  /** The file or object. */
  readonly place: string;

  constructor(place: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options);
    this.place = place;
  }
}

/** A key was not there. */
export class ObjectNotFound extends InputError {}

/** A conditional write found something else than it expected. */
export class WriteConflict extends InputError {}

/** A query failed; `query` is its name under sql/. */
export class QueryError extends StrataError {
  readonly query: string;

  constructor(query: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options);
    this.query = query;
  }
}

/** The text of whatever was thrown, on one line and free of control characters. */
export const messageOf = (thrown: unknown): string => printable(thrown instanceof Error ? thrown.message : String(thrown));

/** Takes out what could move a terminal's cursor or change its colours (C0, C1, bidirectional overrides); keeps the rest. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
