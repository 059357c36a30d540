/** One event as bytes, or a place where nothing more could be told. */
export type FoundEvent =
  | { readonly number: number; readonly bytes: Buffer }
  | { readonly number: number; readonly problem: "too_large" | "bad_json" };

const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, QUOTE, BACKSLASH, COLON, COMMA] = [0x7b, 0x7d, 0x5b, 0x5d, 0x22, 0x5c, 0x3a, 0x2c];
/** CloudTrail's own limit is 256 KB, 1 MB with additional data (CloudTrail quotas). */
const MOST_BYTES = 4 * 1024 * 1024;
/** Lists of events: CloudTrail's objects, `aws cloudtrail lookup-events`, and CloudWatch Logs, to which a trail may be sent (a subscription, its exports). */
const LISTS = new Set(["Records", "Events", "logEvents", "events"]);

/**
 * Events of a trail's object in whatever pieces its bytes come: the members of `Records` and lists like it, and objects that stand alone (one a
 * line, as copies and CloudWatch Logs have them). Only the event in hand is held in memory. One that is too large costs itself alone.
 */
export class EventScanner {
  /** Closing brackets that are awaited. */
  readonly #open: number[] = [];
  #quoted = false;
  #escaped = false;
  /** Last string at the depth of a document's own keys, to know a list of events. */
  #key = "";
  #readsKey = false;
  #parts: Buffer[] = [];
  #length = 0;
  #overflow = false;
  /** Depth at which the event in hand began, 0 when there is none. */
  #began = 0;
  /** Whether a document's list of events was seen, so that it is no event itself. */
  #wrapped = false;
  #number = 0;
  #garbage = false;

  *feed(chunk: Buffer): Generator<FoundEvent> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.#quoted) {
        // Most bytes are in texts: to their end in one step.
        if (!this.#escaped) {
          const end = nextSpecial(chunk, at);
          if (this.#readsKey) this.#key += chunk.toString("latin1", at, Math.min(end, at + 16));
          at = end;
          if (at >= chunk.length) break;
          if (chunk[at] === BACKSLASH) this.#escaped = true;
          else this.#quoted = false;
        } else this.#escaped = false;
        continue;
      }
      switch (chunk[at]) {
        case QUOTE:
          this.#quoted = true;
          this.#readsKey = this.#open.length === this.#depth;
          if (this.#readsKey) this.#key = "";
          break;
        case OPEN:
          if (this.#open.length === 0 || this.#isMember()) from = this.#begin(at);
          this.#open.push(CLOSE);
          break;
        case OPEN_LIST:
          if (this.#open.length === this.#depth && this.#open.at(-1) === CLOSE && LISTS.has(this.#key)) {
            this.#wrapped = true;
            this.#drop();
          }
          this.#open.push(CLOSE_LIST);
          break;
        case CLOSE:
        case CLOSE_LIST: {
          if (this.#open.at(-1) !== chunk[at]) {
            yield* this.#broken();
            break;
          }
          this.#open.pop();
          if (this.#began > 0 && this.#open.length === this.#began - 1) {
            this.#keep(chunk.subarray(from, at + 1));
            yield this.#event();
          }
          if (this.#open.length < this.#depth) this.#wrapped = false;
          break;
        }
        case COLON:
        case COMMA:
          break;
        default:
          if (this.#open.length === 0 && !isBlank(chunk[at]) && !this.#garbage) yield* this.#broken();
      }
    }
    if (this.#began > 0) this.#keep(chunk.subarray(from));
  }

  /** What is left when the object ends. */
  *end(): Generator<FoundEvent> {
    if (this.#open.length > 0) yield* this.#broken();
  }

  /** Directly in a document's list of events, or in a list that is the whole document. */
  #isMember(): boolean {
    const place = this.#wrapped ? this.#depth + 1 : 1;
    return this.#open.length === place && this.#open.at(-1) === CLOSE_LIST;
  }

  /** Of a document's own keys: documents may be put together in a list. */
  get #depth(): number {
    return this.#open[0] === CLOSE_LIST ? 2 : 1;
  }

  #begin(at: number): number {
    this.#began = this.#open.length + 1;
    this.#parts = [];
    this.#length = 0;
    this.#overflow = false;
    this.#garbage = false;
    return at;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > MOST_BYTES) {
      this.#overflow = true;
      this.#parts = [];
    } else this.#parts.push(Buffer.from(part));
  }

  #drop(): void {
    this.#began = 0;
    this.#parts = [];
    this.#length = 0;
  }

  #event(): FoundEvent {
    this.#number += 1;
    const found = this.#overflow
      ? { number: this.#number, problem: "too_large" as const }
      : { number: this.#number, bytes: Buffer.concat(this.#parts) };
    this.#drop();
    return found;
  }

  *#broken(): Generator<FoundEvent> {
    this.#number += 1;
    this.#garbage = true;
    this.#drop();
    this.#open.length = 0;
    this.#wrapped = false;
    this.#quoted = false;
    this.#escaped = false;
    yield { number: this.#number, problem: "bad_json" };
  }
}

/** Place of the next quote or backslash. */
function nextSpecial(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at += 1) {
    const byte = chunk[at];
    if (byte === QUOTE || byte === BACKSLASH) return at;
  }
  return chunk.length;
}

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0xef || byte === 0xbb || byte === 0xbf;
