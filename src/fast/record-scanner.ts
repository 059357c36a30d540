import type { BodyReading } from "../invocation/body-reading.ts";
import { CLOSE_BRACE, COMMA, OPEN_BRACE, QUOTE } from "../invocation/json-shape.ts";
import type { LogRecord } from "../invocation/log-record.ts";
import { INPUT_FIELDS, OUTPUT_FIELDS, RECORD_FIELDS } from "../invocation/record-fields.ts";
import { parseDay } from "../time.ts";
import { BodyScanner } from "./body-scanner.ts";
import { ByteKeys } from "./byte-keys.ts";
import { Interner } from "./interner.ts";
import { ValueScanner } from "./value-scanner.ts";

const RECORD = [...RECORD_FIELDS];
const INPUT = [...INPUT_FIELDS];
const OUTPUT = [...OUTPUT_FIELDS];
const place = (names: readonly string[], name: string): number => names.indexOf(name);

/** What a field's text must be: bytes of a string without escapes, in ASCII. Longer ones are left to the straightforward path. */
const MOST_TEXT = 2048;
/** Distinct texts that are kept; request metadata can be different in every record. */
const MOST_TEXTS = 100_000;
const NO_LABELS: ReadonlyMap<string, string> = new Map();
const LOG_TYPE = "ModelInvocationLog";

/**
 * Reads plain log records from bytes: fields in any order, strings without escapes, counts as numbers. It accepts nothing that JSON.parse
 * and parse-record.ts would not, and says of every accepted record exactly what they would say; anything else is refused and theirs to read.
 * The fields below describe the record that was accepted last. Texts are numbers of `texts`, 0 for absent; counts are -1 when absent.
 */
export class RecordScanner {
  readonly values = new ValueScanner();
  readonly texts = new Interner();
  /** Goes up when the numbers of texts start over. */
  generation = 0;

  timestamp = 0;
  accountId = 0;
  region = 0;
  /** Where the request id lies in `values.bytes`. */
  requestIdStart = 0;
  requestIdEnd = 0;
  operation = 0;
  modelId = 0;
  principalArn = 0;
  /** The JSON text of requestMetadata. */
  metadata = 0;
  errorCode = 0;
  inferenceRegion = 0;
  performanceLatency = 0;
  schemaVersion = 0;
  inputContentType = 0;
  inputS3Path = 0;
  inputTokens = -1;
  cacheReadTokens = -1;
  cacheWriteTokens = -1;
  inputBody: BodyReading | null = null;
  outputContentType = 0;
  outputS3Path = 0;
  outputTokens = -1;
  outputBody: BodyReading | null = null;

  readonly #bodies = new BodyScanner(this.values);
  readonly #recordKeys = new ByteKeys(RECORD);
  readonly #inputKeys = new ByteKeys(INPUT);
  readonly #outputKeys = new ByteKeys(OUTPUT);
  readonly #labels = new Map<number, ReadonlyMap<string, string>>();
  #schemaType = 0;
  #logType = 0;
  /** Behind the text, object or number that was read last. */
  #end = 0;
  #dayDigits = -1;
  #dayMillis = 0;

  /** Whether the bytes from `start` to `end` are a plain record. */
  scan(start: number, end: number): boolean {
    if (this.texts.size > MOST_TEXTS) this.#startOver();
    this.#reset();
    const close = this.#object(start, this.#recordKeys, this.#recordField);
    if (close < 0 || this.values.blank(close) !== end) return false;
    if (this.#schemaType !== 0 && this.#schemaType !== this.#logTypeText()) return false;
    return (
      this.timestamp >= 0 &&
      this.requestIdEnd > this.requestIdStart &&
      this.accountId !== 0 &&
      this.region !== 0 &&
      this.operation !== 0 &&
      this.modelId !== 0
    );
  }

  /** Neither body said anything, nor has one been put elsewhere: the counters are all there is. */
  get countersOnly(): boolean {
    return (
      this.outputBody === null &&
      this.inputS3Path === 0 &&
      this.outputS3Path === 0 &&
      (this.inputBody === null || this.inputBody === this.#bodies.emptyRequest)
    );
  }

  get requestId(): string {
    const { buffer } = this.values.bytes;
    return Buffer.from(buffer, this.requestIdStart, this.requestIdEnd - this.requestIdStart).toString("latin1");
  }

  get labels(): ReadonlyMap<string, string> {
    if (this.metadata === 0) return NO_LABELS;
    let labels = this.#labels.get(this.metadata);
    if (labels === undefined) {
      const parsed: Record<string, string> = JSON.parse(this.texts.text(this.metadata));
      labels = new Map(Object.entries(parsed));
      this.#labels.set(this.metadata, labels);
    }
    return labels;
  }

  /** The record as the straightforward path would have it. */
  record(): LogRecord {
    return {
      timestamp: this.timestamp,
      accountId: this.texts.text(this.accountId),
      region: this.texts.text(this.region),
      requestId: this.requestId,
      operation: this.texts.text(this.operation),
      modelId: this.texts.text(this.modelId),
      principalArn: this.text(this.principalArn),
      requestMetadata: this.labels,
      errorCode: this.text(this.errorCode),
      status: null,
      inferenceRegion: this.text(this.inferenceRegion),
      performanceLatency: this.text(this.performanceLatency),
      schemaVersion: this.text(this.schemaVersion),
      input: {
        contentType: this.text(this.inputContentType),
        tokens: orNull(this.inputTokens),
        cacheReadTokens: orNull(this.cacheReadTokens),
        cacheWriteTokens: orNull(this.cacheWriteTokens),
        bodyS3Path: this.text(this.inputS3Path),
        body: this.inputBody,
      },
      output: {
        contentType: this.text(this.outputContentType),
        tokens: orNull(this.outputTokens),
        videoSeconds: null,
        bodyS3Path: this.text(this.outputS3Path),
        body: this.outputBody,
      },
      coerced: false,
      unknownFields: [],
    };
  }

  text(id: number): string | null {
    return id === 0 ? null : this.texts.text(id);
  }

  #startOver(): void {
    this.texts.clear();
    this.#labels.clear();
    this.#logType = 0;
    this.generation += 1;
  }

  #reset(): void {
    this.timestamp = -1;
    this.requestIdStart = 0;
    this.requestIdEnd = 0;
    this.accountId = 0;
    this.region = 0;
    this.operation = 0;
    this.modelId = 0;
    this.principalArn = 0;
    this.metadata = 0;
    this.errorCode = 0;
    this.inferenceRegion = 0;
    this.performanceLatency = 0;
    this.schemaVersion = 0;
    this.inputContentType = 0;
    this.inputS3Path = 0;
    this.inputTokens = -1;
    this.cacheReadTokens = -1;
    this.cacheWriteTokens = -1;
    this.inputBody = null;
    this.outputContentType = 0;
    this.outputS3Path = 0;
    this.outputTokens = -1;
    this.outputBody = null;
    this.#schemaType = 0;
  }

  /**
   * Behind an object whose fields are all in `keys`, each at most once. `field` reads one value and returns where it ends. A null says the
   * same as a field that is not there.
   */
  #object(at: number, keys: ByteKeys, field: (this: RecordScanner, key: number, at: number) => number): number {
    const values = this.values;
    const bytes = values.bytes;
    if (bytes[at] !== OPEN_BRACE) return -1;
    let next = values.blank(at + 1);
    if (bytes[next] === CLOSE_BRACE) return next + 1;
    let seen = 0;
    let before = -1;
    for (;;) {
      if (bytes[next] !== QUOTE) return -1;
      let key = keys.guess(bytes, next + 1, before);
      let nameEnd = next + 1 + keys.lengthOf(key);
      if (key < 0) {
        nameEnd = values.nameEnd(next + 1);
        if (nameEnd < 0) return -1;
        key = keys.find(bytes, next + 1, nameEnd);
        if (key >= 0) keys.learn(before, key);
      }
      before = key;
      if (key < 0 || (seen & (1 << key)) !== 0) return -1;
      seen |= 1 << key;
      next = values.behindColon(nameEnd + 1);
      if (next < 0) return -1;
      next = bytes[next] === 0x6e ? values.valueEnd(next) : field.call(this, key, next);
      if (next < 0) return -1;
      next = values.blank(next);
      const after = bytes[next];
      if (after === CLOSE_BRACE) return next + 1;
      if (after !== COMMA) return -1;
      next = values.blank(next + 1);
    }
  }

  #recordField(key: number, at: number): number {
    switch (key) {
      case FIELD.schemaType:
        this.#schemaType = this.#text(at);
        return this.#end;
      case FIELD.schemaVersion:
        this.schemaVersion = this.#text(at);
        return this.#end;
      case FIELD.timestamp:
        return this.#instant(at);
      case FIELD.accountId:
        this.accountId = this.#text(at);
        return this.#end - at === 14 && this.#isDigits(at + 1, 12) ? this.#end : -1;
      case FIELD.region:
        this.region = this.#text(at);
        return this.#end;
      case FIELD.requestId:
        return this.#requestIdAt(at);
      case FIELD.operation:
        this.operation = this.#text(at);
        return this.#end;
      case FIELD.modelId:
        this.modelId = this.#text(at);
        return this.#end;
      case FIELD.identity:
        return this.#object(at, ARN_KEY, this.#arnField);
      case FIELD.requestMetadata:
        return this.#metadataAt(at);
      case FIELD.errorCode:
        this.errorCode = this.#text(at);
        return this.#isName(this.errorCode) ? this.#end : -1;
      case FIELD.inferenceRegion:
        this.inferenceRegion = this.#text(at);
        return this.#end;
      case FIELD.performanceConfig:
        return this.#object(at, LATENCY_KEY, this.#latencyField);
      case FIELD.input:
        return this.#object(at, this.#inputKeys, this.#inputField);
      case FIELD.output:
        return this.#object(at, this.#outputKeys, this.#outputField);
      default:
        return -1;
    }
  }

  #arnField(_: number, at: number): number {
    this.principalArn = this.#text(at);
    return this.#end;
  }

  #latencyField(_: number, at: number): number {
    this.performanceLatency = this.#text(at);
    return this.#end;
  }

  #inputField(key: number, at: number): number {
    switch (key) {
      case IN.inputContentType:
        this.inputContentType = this.#text(at);
        return this.#end;
      case IN.inputBodyJson: {
        const end = this.#bodies.request(at);
        this.inputBody = this.#bodies.reading;
        return end;
      }
      case IN.inputBodyS3Path:
        this.inputS3Path = this.#text(at);
        return this.#end;
      case IN.inputTokenCount:
        this.inputTokens = this.#count(at);
        return this.#end;
      case IN.cacheReadInputTokenCount:
        this.cacheReadTokens = this.#count(at);
        return this.#end;
      case IN.cacheWriteInputTokenCount:
        this.cacheWriteTokens = this.#count(at);
        return this.#end;
      default:
        return -1;
    }
  }

  #outputField(key: number, at: number): number {
    switch (key) {
      case OUT.outputContentType:
        this.outputContentType = this.#text(at);
        return this.#end;
      case OUT.outputBodyJson: {
        const first = this.values.bytes[at];
        if (first !== OPEN_BRACE && first !== 0x5b) return -1;
        const end = this.#bodies.response(at);
        this.outputBody = this.#bodies.reading;
        return end;
      }
      case OUT.outputBodyS3Path:
        this.outputS3Path = this.#text(at);
        return this.#end;
      case OUT.outputTokenCount:
        this.outputTokens = this.#count(at);
        return this.#end;
      default:
        return -1;
    }
  }

  /** The number of a text that is not empty; sets `#end`, to -1 when it is not a plain one. */
  #text(at: number): number {
    this.#end = -1;
    const { bytes, strings } = this.values;
    if (bytes[at] !== QUOTE) return 0;
    const end = strings.stringEnd(at + 1);
    if (end <= at + 1 || end - at > MOST_TEXT) return 0;
    const id = this.texts.find(bytes, at + 1, end);
    if (id === 0) return 0;
    this.#end = end + 1;
    return id;
  }

  /** A canonical count below 10^15; sets `#end`. */
  #count(at: number): number {
    const bytes = this.values.bytes;
    let value = 0;
    let next = at;
    for (;;) {
      const digit = (bytes[next] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      next += 1;
    }
    const length = next - at;
    const after = bytes[next];
    const plain = length > 0 && length < 16 && (bytes[at] !== 0x30 || length === 1);
    this.#end = plain && after !== 0x2e && after !== 0x65 && after !== 0x45 ? next : -1;
    return value;
  }

  #requestIdAt(at: number): number {
    const bytes = this.values.bytes;
    if (bytes[at] !== QUOTE) return -1;
    let next = at + 1;
    for (;;) {
      const byte = bytes[next] ?? 0;
      if (byte === QUOTE) break;
      if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return -1;
      next += 1;
    }
    this.requestIdStart = at + 1;
    this.requestIdEnd = next;
    return next - at > MOST_TEXT ? -1 : next + 1;
  }

  /** `"YYYY-MM-DDThh:mm:ssZ"` or with `.mmm`, which are the forms that Bedrock has been seen to write. */
  #instant(at: number): number {
    const bytes = this.values.bytes;
    const fraction = bytes[at + 20] === 0x2e;
    const z = fraction ? at + 24 : at + 20;
    const shaped =
      bytes[at] === QUOTE &&
      bytes[at + 5] === 0x2d &&
      bytes[at + 8] === 0x2d &&
      bytes[at + 11] === 0x54 &&
      bytes[at + 14] === 0x3a &&
      bytes[at + 17] === 0x3a &&
      bytes[z] === 0x5a &&
      bytes[z + 1] === QUOTE;
    if (!shaped) return -1;
    const year = this.#number(at + 1, 4);
    const month = this.#number(at + 6, 2);
    const day = this.#number(at + 9, 2);
    const hour = this.#number(at + 12, 2);
    const minute = this.#number(at + 15, 2);
    const second = this.#number(at + 18, 2);
    const millis = fraction ? this.#number(at + 21, 3) : 0;
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || millis < 0) return -1;
    if (year < 1970 || hour > 23 || minute > 59 || second > 59) return -1;
    const digits = year * 10_000 + month * 100 + day;
    if (digits !== this.#dayDigits) {
      const midnight = parseDay(Buffer.from(bytes.buffer, at + 1, 10).toString("latin1"));
      if (midnight === undefined) return -1;
      this.#dayDigits = digits;
      this.#dayMillis = midnight;
    }
    this.timestamp = this.#dayMillis + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    return z + 2;
  }

  #number(at: number, length: number): number {
    let value = 0;
    for (let index = at; index < at + length; index += 1) {
      const digit = (this.values.bytes[index] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  #isDigits(at: number, length: number): boolean {
    return this.#number(at, length) >= 0;
  }

  /** An object of plain texts, remembered as it is written. */
  #metadataAt(at: number): number {
    const values = this.values;
    const bytes = values.bytes;
    if (bytes[at] !== OPEN_BRACE) return -1;
    let next = values.blank(at + 1);
    while (bytes[next] === QUOTE) {
      const nameEnd = values.nameEnd(next + 1);
      if (nameEnd < 0) return -1;
      const value = values.behindColon(nameEnd + 1);
      if (value < 0 || bytes[value] !== QUOTE) return -1;
      const valueEnd = values.nameEnd(value + 1);
      if (valueEnd < 0) return -1;
      next = values.blank(valueEnd + 1);
      if (bytes[next] === CLOSE_BRACE) break;
      if (bytes[next] !== COMMA) return -1;
      next = values.blank(next + 1);
      if (bytes[next] !== QUOTE) return -1;
    }
    if (bytes[next] !== CLOSE_BRACE || next - at > 8 * MOST_TEXT) return -1;
    this.metadata = this.texts.find(bytes, at, next + 1);
    return this.metadata === 0 ? -1 : next + 1;
  }

  /** parse-record.ts keeps the leading name of an error code only; what is a name as a whole is kept as a whole. */
  #isName(id: number): boolean {
    return id !== 0 && /^[\w.#-]{1,128}$/.test(this.texts.text(id));
  }

  #logTypeText(): number {
    if (this.#logType === 0) {
      const bytes = Buffer.from(LOG_TYPE);
      this.#logType = this.texts.find(bytes, 0, bytes.length);
    }
    return this.#logType;
  }
}

const FIELD = {
  schemaType: place(RECORD, "schemaType"),
  schemaVersion: place(RECORD, "schemaVersion"),
  timestamp: place(RECORD, "timestamp"),
  accountId: place(RECORD, "accountId"),
  region: place(RECORD, "region"),
  requestId: place(RECORD, "requestId"),
  operation: place(RECORD, "operation"),
  modelId: place(RECORD, "modelId"),
  identity: place(RECORD, "identity"),
  requestMetadata: place(RECORD, "requestMetadata"),
  errorCode: place(RECORD, "errorCode"),
  inferenceRegion: place(RECORD, "inferenceRegion"),
  performanceConfig: place(RECORD, "performanceConfig"),
  input: place(RECORD, "input"),
  output: place(RECORD, "output"),
};
const IN = {
  inputContentType: place(INPUT, "inputContentType"),
  inputBodyJson: place(INPUT, "inputBodyJson"),
  inputBodyS3Path: place(INPUT, "inputBodyS3Path"),
  inputTokenCount: place(INPUT, "inputTokenCount"),
  cacheReadInputTokenCount: place(INPUT, "cacheReadInputTokenCount"),
  cacheWriteInputTokenCount: place(INPUT, "cacheWriteInputTokenCount"),
};
const OUT = {
  outputContentType: place(OUTPUT, "outputContentType"),
  outputBodyJson: place(OUTPUT, "outputBodyJson"),
  outputBodyS3Path: place(OUTPUT, "outputBodyS3Path"),
  outputTokenCount: place(OUTPUT, "outputTokenCount"),
};
const ARN_KEY = new ByteKeys(["arn"]);
const LATENCY_KEY = new ByteKeys(["latency"]);

const orNull = (count: number): number | null => (count < 0 ? null : count);
