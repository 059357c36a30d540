import type { BodyReading } from "../invocation/body-reading.ts";
import { OPEN_BRACE, QUOTE } from "../invocation/json-shape.ts";
import type { LogRecord } from "../invocation/log-record.ts";
import { MOST_LABEL_TEXT, MOST_LABELS, MOST_NAME } from "../invocation/name-limits.ts";
import { SCHEMA_VERSION } from "../invocation/record-fields.ts";
import { BodyReader } from "./body-reader.ts";
import { Field } from "./known-fields.ts";
import { KnownTexts } from "./known-texts.ts";
import { FIRST, ID, LineScanner, NUMBER, START, STEP, STOP } from "./line-scanner.ts";
import { Timestamps } from "./timestamps.ts";

/** Longer texts are left to the straightforward path, which refuses them. */
const MOST_TEXT = MOST_NAME;
const MOST_METADATA = MOST_LABEL_TEXT;
/** One more than the highest of Field. */
const FIELDS = 32;
const NO_LABELS: ReadonlyMap<string, string> = new Map();
const LOG_TYPE = "ModelInvocationLog";

/**
 * Reads plain log records from bytes: fields in any order, strings without escapes, counts as numbers. It accepts nothing that JSON.parse
 * and parse-record.ts would not, and says of every accepted record exactly what they would say; anything else is refused and theirs to read.
 * What it says is of the record that was accepted last.
 */
export class RecordScanner {
  readonly lines = new LineScanner();
  readonly texts = new KnownTexts(this.lines);
  /** Goes up when the numbers of texts start over. */
  generation = 0;
  /** Milliseconds. */
  timestamp = 0;
  /** Where the request id lies in `lines.bytes`. */
  requestIdStart = 0;
  requestIdEnd = 0;
  inputBody: BodyReading | null = null;
  outputBody: BodyReading | null = null;

  readonly #texts = new Int32Array(FIELDS);
  readonly #counts = new Float64Array(FIELDS);
  readonly #bodies = new BodyReader(this.lines);
  readonly #timestamps = new Timestamps();
  readonly #labels = new Map<number, ReadonlyMap<string, string> | null>();

  /** Where the plain record that starts here ends; -1 when it is not one. */
  scan(start: number): number {
    if (this.texts.full) this.#startOver();
    const end = this.lines.scan(start);
    if (end < 0) return -1;
    this.timestamp = -1;
    this.requestIdEnd = 0;
    this.inputBody = null;
    this.outputBody = null;
    this.#texts.fill(0);
    this.#counts.fill(-1);
    const { tapeEnd } = this.lines;
    for (let entry = FIRST; entry < tapeEnd; entry += STEP) if (!this.#take(entry)) return -1;
    return this.#complete ? end : -1;
  }

  /** The number of a field's text in `texts`; 0 when it is absent. */
  number(field: number): number {
    return this.#texts[field] ?? 0;
  }

  text(field: number): string | null {
    const number = this.number(field);
    return number === 0 ? null : this.texts.text(number);
  }

  /** A counter; -1 when it is absent. */
  count(field: number): number {
    return this.#counts[field] ?? -1;
  }

  /** Neither body said anything, nor has one been put elsewhere: the counters are all there is. */
  get countersOnly(): boolean {
    return (
      this.outputBody === null &&
      (this.inputBody === null || this.inputBody === this.#bodies.emptyRequest) &&
      this.number(Field.inputS3Path) === 0 &&
      this.number(Field.outputS3Path) === 0
    );
  }

  get labels(): ReadonlyMap<string, string> {
    return this.#labels.get(this.number(Field.requestMetadata)) ?? NO_LABELS;
  }

  /** The record as the straightforward path would have it. */
  record(): LogRecord {
    return {
      timestamp: this.timestamp,
      accountId: this.text(Field.accountId) ?? "",
      region: this.text(Field.region) ?? "",
      requestId: this.lines.bytes.toString("latin1", this.requestIdStart, this.requestIdEnd),
      operation: this.text(Field.operation) ?? "",
      modelId: this.text(Field.modelId) ?? "",
      principalArn: this.text(Field.arn),
      requestMetadata: this.labels,
      errorCode: this.text(Field.errorCode),
      status: null,
      inferenceRegion: this.text(Field.inferenceRegion),
      performanceLatency: this.text(Field.latency),
      schemaVersion: this.text(Field.schemaVersion),
      input: {
        contentType: this.text(Field.inputContentType),
        tokens: orNull(this.count(Field.inputTokens)),
        cacheReadTokens: orNull(this.count(Field.cacheReadTokens)),
        cacheWriteTokens: orNull(this.count(Field.cacheWriteTokens)),
        bodyS3Path: this.text(Field.inputS3Path),
        body: this.inputBody,
      },
      output: {
        contentType: this.text(Field.outputContentType),
        tokens: orNull(this.count(Field.outputTokens)),
        videoSeconds: null,
        bodyS3Path: this.text(Field.outputS3Path),
        toolNames: null,
        body: this.outputBody,
      },
      coerced: false,
      unknownFields: [],
    };
  }

  get #complete(): boolean {
    const type = this.text(Field.schemaType);
    const version = this.text(Field.schemaVersion);
    return (
      this.timestamp >= 0 &&
      this.requestIdEnd > this.requestIdStart &&
      this.number(Field.accountId) !== 0 &&
      this.number(Field.region) !== 0 &&
      this.number(Field.operation) !== 0 &&
      this.number(Field.modelId) !== 0 &&
      (type === null || type === LOG_TYPE) &&
      // Another version is counted as an unknown field, and those are counted by the straightforward path.
      (version === null || version === SCHEMA_VERSION)
    );
  }

  #startOver(): void {
    this.texts.clear();
    this.#labels.clear();
    this.generation += 1;
  }

  /** Takes what an entry of the tape says; whether that is plain. */
  #take(entry: number): boolean {
    const field = this.lines.words[entry + ID] ?? 0;
    switch (field) {
      case Field.schemaType:
      case Field.schemaVersion:
      case Field.region:
      case Field.operation:
      case Field.modelId:
      case Field.arn:
      case Field.inferenceRegion:
      case Field.latency:
      case Field.inputContentType:
      case Field.inputS3Path:
      case Field.outputContentType:
      case Field.outputS3Path:
        return this.#text(field, entry);
      case Field.inputTokens:
      case Field.cacheReadTokens:
      case Field.cacheWriteTokens:
      case Field.outputTokens:
        return this.#count(field, entry);
      case Field.timestamp:
        return this.#instant(entry);
      case Field.accountId:
        return this.#text(field, entry) && this.#end(entry) - this.#start(entry) === 14 && this.#digits(entry);
      case Field.requestId:
        return this.#requestId(entry);
      case Field.requestMetadata:
        return this.#metadata(entry);
      case Field.errorCode:
        // parse-record.ts keeps the leading name of an error code only; what is a name as a whole is kept as a whole.
        return this.#text(field, entry) && /^[\w.#-]{1,128}$/.test(this.text(field) ?? "");
      case Field.inputBody:
        this.inputBody = this.#bodies.request(entry);
        return this.inputBody !== null;
      case Field.outputBody:
        this.outputBody = this.#bodies.response(entry);
        return this.outputBody !== null;
      case Field.identity:
      case Field.performanceConfig:
      case Field.input:
      case Field.output:
        return this.lines.bytes[this.#start(entry)] === OPEN_BRACE;
      default:
        // Inside a body, which has read it already, or a long string.
        return true;
    }
  }

  #start(entry: number): number {
    return this.lines.words[entry + START] ?? 0;
  }

  #end(entry: number): number {
    return this.lines.words[entry + STOP] ?? 0;
  }

  /** A text that is not empty. */
  #text(field: number, entry: number): boolean {
    const { bytes, words } = this.lines;
    const start = this.#start(entry);
    const length = this.#end(entry) - start - 2;
    if (bytes[start] !== QUOTE) return false;
    let number = words[entry + NUMBER] ?? 0;
    if (number === 0 && length > 0 && length <= MOST_TEXT) number = this.texts.add(start + 1, start + 1 + length);
    this.#texts[field] = number;
    return number !== 0;
  }

  /** A canonical count below 10^15. */
  #count(field: number, entry: number): boolean {
    const { bytes } = this.lines;
    const start = this.#start(entry);
    const end = this.#end(entry);
    if (end - start > 15 || (bytes[start] === 0x30 && end - start > 1)) return false;
    let value = 0;
    for (let at = start; at < end; at += 1) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return false;
      value = value * 10 + digit;
    }
    this.#counts[field] = value;
    return true;
  }

  /** Whether a text is digits only. */
  #digits(entry: number): boolean {
    const { bytes } = this.lines;
    for (let at = this.#start(entry) + 1; at < this.#end(entry) - 1; at += 1) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return false;
    }
    return true;
  }

  #requestId(entry: number): boolean {
    const { bytes } = this.lines;
    const start = this.#start(entry) + 1;
    const end = this.#end(entry) - 1;
    if (bytes[start - 1] !== QUOTE || end - start > MOST_TEXT) return false;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte > 0x7e || byte === 0x5c) return false;
    }
    this.requestIdStart = start;
    this.requestIdEnd = end;
    return true;
  }

  #instant(entry: number): boolean {
    const { bytes } = this.lines;
    if (bytes[this.#start(entry)] !== QUOTE) return false;
    this.timestamp = this.#timestamps.read(bytes, this.#start(entry) + 1, this.#end(entry) - 1);
    return this.timestamp >= 0;
  }

  /** An object of texts without escapes, remembered as it is written. */
  #metadata(entry: number): boolean {
    const { bytes, words } = this.lines;
    const start = this.#start(entry);
    const end = this.#end(entry);
    if (bytes[start] !== OPEN_BRACE) return false;
    let number = words[entry + NUMBER] ?? 0;
    if (number === 0 && end - start <= MOST_METADATA) number = this.texts.add(start, end);
    if (number === 0) return false;
    this.#texts[Field.requestMetadata] = number;
    let labels = this.#labels.get(number);
    if (labels === undefined) {
      labels = labelsOf(this.texts.text(number));
      this.#labels.set(number, labels);
    }
    return labels !== null;
  }
}

/** Null when not every value is a text. */
function labelsOf(json: string): ReadonlyMap<string, string> | null {
  const parsed: Record<string, unknown> = JSON.parse(json);
  const labels = new Map<string, string>();
  for (const [key, value] of Object.entries(parsed)) {
    // What is too long or too much is for the straightforward path to name.
    if (typeof value !== "string" || key.length > MOST_TEXT || value.length > MOST_TEXT || labels.size === MOST_LABELS)
      return null;
    labels.set(key, value);
  }
  return labels;
}

const orNull = (count: number): number | null => (count < 0 ? null : count);
