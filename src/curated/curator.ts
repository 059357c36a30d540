import { attributionPeriods } from "../attribution/periods.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { Field } from "../fast/known-fields.ts";
import { RecordScanner } from "../fast/record-scanner.ts";
import { NO_SESSION } from "../invocation/client-session.ts";
import { type EventTimes, eventTimesOf } from "../invocation/event-times.ts";
import type { Outcome } from "../invocation/outcome.ts";
import { outcomeOf } from "../invocation/outcome.ts";
import type { WantedOfBodies } from "../invocation/side-body.ts";
import { normaliseUsage, type UsageReading } from "../invocation/usage.ts";
import { isApplicationProfile, type ProfileBook } from "../model/profile-book.ts";
import { type CallKind, createPricer, type KindPricer } from "../pricing/create-pricer.ts";
import { dayOf, parseDay } from "../time.ts";
import { type Call, type CallFacts, callKey, callResolver } from "./calls.ts";
import type { HourColumns } from "./hour-columns.ts";
import type { RecordFacts } from "./record-facts.ts";
import type { Reading } from "./side-bodies.ts";
import { TupleTable } from "./tuple-table.ts";

type PricedCall = Call & { readonly price: KindPricer };

/** Calls that are kept ready; request metadata can be different in every record, so there is an end. */
const KEEP = 50_000;
/** Characters of their keys; labels can be long. */
const KEEP_TEXT = 32 * 1024 * 1024;

/** Turns records into facts by one configuration. What it remembers makes it fast and changes nothing. */
export interface Curator {
  /** A scanner with what it has learnt, for one object at a time; give it back with `release`. */
  take(): Lane;
  release(lane: Lane): void;
}

/**
 * @param profiles where application inference profiles can be looked up; without it only strata.yml knows them
 * @throws ConfigError when the prices of strata.yml contradict each other
 */
export function curator(config: StrataConfig, profiles?: ProfileBook): Curator {
  const resolve = callResolver(config, profiles);
  const { pricerOf } = createPricer(config.prices);
  const makeCall = (facts: CallFacts): PricedCall => {
    const call = resolve(facts);
    return { ...call, price: pricerOf(call satisfies CallKind) };
  };
  const idle: Lane[] = [];
  const changes = attributionPeriods(config.attribution).flatMap(({ from }) => parseDay(from) ?? []);
  return {
    take: () => idle.pop()?.refreshed() ?? new Lane(makeCall, config.sources, changes, profiles),
    release: (lane) => {
      idle.push(lane);
    },
  };
}

/** One scanner and the calls that it has met. */
export class Lane {
  /** Columns that are not in use. */
  readonly idle: HourColumns[] = [];
  readonly scanner = new RecordScanner();
  /** What strata.yml asks of bodies beside figures. */
  readonly wanted: WantedOfBodies;
  readonly #eventTimes: StrataConfig["sources"]["event_times"];
  readonly #makeCall: (facts: CallFacts) => PricedCall;
  readonly #tuple = new Int32Array(10);
  readonly #calls = new TupleTable<PricedCall>(10);
  readonly #callsByText = new Map<string, PricedCall>();
  #keptText = 0;
  readonly #words = new Map<string, number>();
  readonly #outcomes = new Map<number, Outcome>();
  readonly #profiles: ProfileBook | undefined;
  readonly #changes: readonly number[];
  #generation = 0;
  #unknownProfile: string | undefined;
  #unresolved = false;

  /** @param changes instants from which strata.yml attributes otherwise, in order */
  constructor(
    makeCall: (facts: CallFacts) => PricedCall,
    sources: StrataConfig["sources"],
    changes: readonly number[],
    profiles?: ProfileBook,
  ) {
    this.wanted = { tools: sources.tool_names, sessions: sources.offloaded_sessions };
    this.#eventTimes = sources.event_times;
    this.#changes = changes;
    this.#profiles = profiles;
    this.#makeCall = (facts) => {
      const call = makeCall(facts);
      if (profiles !== undefined && !call.model.resolved && isApplicationProfile(facts.modelId)) {
        this.#unresolved = true;
        if (profiles.known(facts.modelId) === undefined) this.#unknownProfile = facts.modelId;
      }
      return call;
    };
  }

  /** Bodies are read whole: every record is parsed the straightforward way. */
  get readsBodies(): boolean {
    return this.wanted.tools || this.wanted.sessions;
  }

  /** When an event of an object can have been. @param deliveredAt milliseconds */
  eventTimes(deliveredAt: number): EventTimes {
    return eventTimesOf(this.#eventTimes, deliveredAt);
  }

  /** For the next object: what could not be resolved may be by now. */
  refreshed(): this {
    if (this.#unresolved) this.#forgetCalls();
    return this;
  }

  /** The last record names a profile that nobody has asked about yet: `findProfile`, then read the record again. */
  get wantsProfile(): boolean {
    return this.#unknownProfile !== undefined;
  }

  async findProfile(): Promise<void> {
    const arn = this.#unknownProfile;
    this.#unknownProfile = undefined;
    if (arn !== undefined) await this.#profiles?.ask(arn);
    this.#forgetCalls();
  }

  #forgetCalls(): void {
    this.#calls.clear();
    this.#callsByText.clear();
    this.#unresolved = false;
  }

  /** What the scanner's record says; a reading when an off-loaded body may complete it. */
  scanned(line: number): RecordFacts | Reading {
    const { scanner } = this;
    if (scanner.countersOnly) {
      const outcome = this.#outcome(scanner.number(Field.errorCode));
      return this.#facts(countedUsage(scanner), outcome, line);
    }
    const record = scanner.record();
    const usage = normaliseUsage(record);
    const outcome = outcomeOf(record, usage);
    return usage.needsBody ? { record, usage, outcome } : this.#facts(usage, outcome, line);
  }

  /** The same for a record that came the straightforward way. */
  read({ record, usage, outcome }: Reading, line: number, part: number): RecordFacts {
    const facts: CallFacts = {
      day: dayOf(record.timestamp),
      accountId: record.accountId,
      region: record.region,
      inferenceRegion: record.inferenceRegion,
      operation: record.operation,
      modelId: record.modelId,
      principalArn: record.principalArn,
      metadata: record.requestMetadata,
      invokedModelId: usage.invokedModelId,
      servedTier: usage.serviceTier,
    };
    const key = callKey(facts, this.#period(record.timestamp));
    let call = this.#callsByText.get(key);
    if (call === undefined) {
      if (this.#callsByText.size >= KEEP || this.#keptText > KEEP_TEXT) {
        this.#callsByText.clear();
        this.#keptText = 0;
      }
      call = this.#makeCall(facts);
      this.#callsByText.set(key, call);
      this.#keptText += key.length;
    }
    const bytes = Buffer.from(record.requestId);
    return {
      call,
      eventTime: record.timestamp,
      requestId: { bytes, start: 0, end: bytes.length },
      usage,
      outcome,
      priced: call.price(record.timestamp, usage, outcome.status === "error"),
      coerced: record.coerced || usage.coerced,
      toolNames: this.wanted.tools ? record.output.toolNames : null,
      line,
      part,
    };
  }

  #facts(usage: UsageReading, outcome: Outcome, line: number): RecordFacts {
    const { scanner } = this;
    const call = this.#scannedCall(usage);
    return {
      call,
      eventTime: scanner.timestamp,
      requestId: { bytes: scanner.lines.bytes, start: scanner.requestIdStart, end: scanner.requestIdEnd },
      usage,
      outcome,
      priced: call.price(scanner.timestamp, usage, outcome.status === "error"),
      coerced: usage.coerced,
      toolNames: null,
      line,
      part: 1,
    };
  }

  #scannedCall(usage: UsageReading): PricedCall {
    const { scanner } = this;
    if (this.#generation !== scanner.generation || this.#calls.size >= KEEP) {
      this.#generation = scanner.generation;
      this.#calls.clear();
      this.#outcomes.clear();
    }
    const tuple = this.#tuple;
    tuple[0] = scanner.number(Field.accountId);
    tuple[1] = scanner.number(Field.region);
    tuple[2] = scanner.number(Field.inferenceRegion);
    tuple[3] = scanner.number(Field.operation);
    tuple[4] = scanner.number(Field.modelId);
    tuple[5] = scanner.number(Field.arn);
    tuple[6] = scanner.number(Field.requestMetadata);
    tuple[7] = this.#word(usage.invokedModelId);
    tuple[8] = this.#word(usage.serviceTier);
    tuple[9] = this.#period(scanner.timestamp);
    return this.#calls.find(tuple, () =>
      this.#makeCall({
        day: dayOf(scanner.timestamp),
        accountId: scanner.text(Field.accountId) ?? "",
        region: scanner.text(Field.region) ?? "",
        inferenceRegion: scanner.text(Field.inferenceRegion),
        operation: scanner.text(Field.operation) ?? "",
        modelId: scanner.text(Field.modelId) ?? "",
        principalArn: scanner.text(Field.arn),
        metadata: scanner.labels,
        invokedModelId: usage.invokedModelId,
        servedTier: usage.serviceTier,
      }),
    );
  }

  /** Which of the stretches of time that are attributed alike. */
  #period(timestamp: number): number {
    let period = 0;
    for (const change of this.#changes) if (timestamp >= change) period += 1;
    return period;
  }

  #word(word: string | null): number {
    if (word === null) return 0;
    let number = this.#words.get(word);
    if (number === undefined) {
      number = this.#words.size + 1;
      this.#words.set(word, number);
    }
    return number;
  }

  #outcome(errorCode: number): Outcome {
    if (this.#generation !== this.scanner.generation) this.#outcomes.clear();
    let outcome = this.#outcomes.get(errorCode);
    if (outcome === undefined) {
      outcome = outcomeOf(this.scanner.record(), { guardrailAction: null });
      this.#outcomes.set(errorCode, outcome);
    }
    return outcome;
  }
}

/** normaliseUsage for a record whose bodies say nothing; a property test holds the two together. */
function countedUsage(scanner: RecordScanner): UsageReading {
  const inputTokens = scanner.count(Field.inputTokens);
  const outputTokens = scanner.count(Field.outputTokens);
  const cacheReadTokens = scanner.count(Field.cacheReadTokens);
  const cacheWriteTokens = scanner.count(Field.cacheWriteTokens);
  return {
    inputTokens: Math.max(0, inputTokens),
    outputTokens: Math.max(0, outputTokens),
    thinkingTokens: null,
    cacheReadTokens: Math.max(0, cacheReadTokens),
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    cacheWriteUnsplitTokens: Math.max(0, cacheWriteTokens),
    images: 0,
    videoSeconds: 0,
    audioSeconds: 0,
    searchUnits: 0,
    counted: inputTokens >= 0 || outputTokens >= 0 || cacheReadTokens >= 0 || cacheWriteTokens >= 0,
    check: null,
    coerced: false,
    client: NO_SESSION,
    messageId: null,
    stopReason: null,
    latencyMs: null,
    timeToFirstTokenMs: null,
    guardrailAction: null,
    serviceTier: null,
    performanceLatency: scanner.text(Field.latency),
    invokedModelId: null,
    needsBody: false,
  };
}
