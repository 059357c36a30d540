import type { Priced } from "../pricing/price-request.ts";
import { Cell, QuickPrice } from "../pricing/quick-price.ts";
import type { Call } from "./calls.ts";
import { GrowingDoubles, GrowingInts, GrowingLongs, GrowingStrings } from "./growing.ts";
import type { RecordFacts, SourceObject } from "./record-facts.ts";

/** Distinct values in the order in which they came, and the number of the value in each row. */
export class Numbered<Value> {
  readonly distinct: Value[] = [];
  readonly rows = new GrowingInts();
  readonly #numbers = new Map<Value, number>();
  #last: Value | undefined;
  #lastNumber = -1;

  add(value: Value): void {
    if (value !== this.#last || this.#lastNumber < 0) {
      this.#lastNumber = this.#numberOf(value);
      this.#last = value;
    }
    this.rows.add(this.#lastNumber);
  }

  shorten(length: number): void {
    this.rows.shorten(length);
  }

  clear(): void {
    this.rows.shorten(0);
    this.distinct.length = 0;
    this.#numbers.clear();
    this.#last = undefined;
    this.#lastNumber = -1;
  }

  #numberOf(value: Value): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const number = this.distinct.length;
    this.distinct.push(value);
    this.#numbers.set(value, number);
    return number;
  }
}

/**
 * The rows of one hour, or day, as columns. What repeats is numbered once when it comes, instead of being compared again for every column when the
 * file is written: a row of 57 columns is 25 numbers here.
 */
export class HourColumns {
  rows = 0;
  readonly calls = new Numbered<Call>();
  readonly objects = new Numbered<SourceObject>();
  readonly eventTime = new GrowingLongs();
  readonly requestId = new GrowingStrings();
  readonly inputTokens = new GrowingLongs();
  readonly outputTokens = new GrowingLongs();
  readonly cacheReadTokens = new GrowingLongs();
  readonly cacheWrite5mTokens = new GrowingLongs();
  readonly cacheWrite1hTokens = new GrowingLongs();
  readonly images = new GrowingLongs();
  readonly audioSeconds = new GrowingDoubles();
  readonly videoSeconds = new GrowingDoubles();
  readonly status = new Numbered<string>();
  readonly errorCode = new Numbered<string | null>();
  readonly errorClass = new Numbered<string | null>();
  readonly latency = new GrowingLongs();
  readonly firstToken = new GrowingLongs();
  readonly stopReason = new Numbered<string | null>();
  readonly toolNames = new Numbered<string | null>();
  readonly sessionId = new Numbered<string | null>();
  readonly deviceId = new Numbered<string | null>();
  readonly clientVersion = new Numbered<string | null>();
  readonly entrypoint = new Numbered<string | null>();
  readonly messageId = new Numbered<string | null>();
  readonly thinkingTokens = new GrowingLongs();
  readonly guardrail = new Numbered<string | null>();
  readonly inputCost = new GrowingLongs();
  readonly outputCost = new GrowingLongs();
  readonly cacheReadCost = new GrowingLongs();
  readonly cacheWriteCost = new GrowingLongs();
  readonly listCost = new GrowingLongs();
  readonly estimatedCost = new GrowingLongs();
  readonly estimatedCostHigh = new GrowingLongs();
  readonly uncachedCost = new GrowingLongs();
  readonly priceId = new Numbered<string | null>();
  readonly priceStatus = new Numbered<string>();
  readonly priceAssumptions = new Numbered<string | null>();
  readonly check = new Numbered<string | null>();
  readonly coerced = new Numbered<boolean>();
  readonly line = new GrowingLongs();
  readonly part = new GrowingInts();

  add(facts: RecordFacts, object: SourceObject): void {
    const { usage, outcome, priced } = facts;
    this.rows += 1;
    this.calls.add(facts.call);
    this.objects.add(object);
    this.eventTime.addCount(facts.eventTime);
    this.requestId.add(facts.requestId.bytes, facts.requestId.start, facts.requestId.end);
    this.inputTokens.addCount(usage.inputTokens);
    this.outputTokens.addCount(usage.outputTokens);
    this.cacheReadTokens.addCount(usage.cacheReadTokens);
    this.cacheWrite5mTokens.addCount(usage.cacheWrite5mTokens + usage.cacheWriteUnsplitTokens);
    this.cacheWrite1hTokens.addCount(usage.cacheWrite1hTokens);
    this.images.addCount(usage.images);
    this.audioSeconds.add(usage.audioSeconds);
    this.videoSeconds.add(usage.videoSeconds);
    this.status.add(outcome.status);
    this.errorCode.add(outcome.errorCode);
    this.errorClass.add(outcome.errorClass);
    this.latency.addCount(usage.latencyMs);
    this.firstToken.addCount(usage.timeToFirstTokenMs);
    this.stopReason.add(usage.stopReason);
    this.toolNames.add(facts.toolNames);
    this.sessionId.add(usage.client.sessionId);
    this.deviceId.add(usage.client.deviceId);
    this.clientVersion.add(usage.client.clientVersion);
    this.entrypoint.add(usage.client.entrypoint);
    this.messageId.add(usage.messageId);
    this.thinkingTokens.addCount(usage.thinkingTokens);
    this.guardrail.add(usage.guardrailAction);
    if (priced instanceof QuickPrice) this.#addCells(priced.cells);
    else this.#addAmounts(priced);
    this.priceId.add(priced.priceId);
    this.priceStatus.add(priced.status);
    this.priceAssumptions.add(priced.assumptions);
    this.check.add(usage.check);
    this.coerced.add(facts.coerced);
    this.line.addCount(facts.line);
    this.part.add(facts.part);
  }

  #addCells(cells: Float64Array): void {
    this.inputCost.addCount(cells[Cell.input] ?? null);
    this.outputCost.addCount(cells[Cell.output] ?? null);
    this.cacheReadCost.addCount(cells[Cell.cacheRead] ?? null);
    this.cacheWriteCost.addCount(cells[Cell.cacheWrite] ?? null);
    this.listCost.addCount(cells[Cell.list] ?? null);
    this.estimatedCost.addCount(cells[Cell.estimated] ?? null);
    this.estimatedCostHigh.addCount(cells[Cell.high] ?? null);
    this.uncachedCost.addCount(cells[Cell.uncached] ?? null);
  }

  #addAmounts(priced: Priced): void {
    this.inputCost.add(priced.inputCost);
    this.outputCost.add(priced.outputCost);
    this.cacheReadCost.add(priced.cacheReadCost);
    this.cacheWriteCost.add(priced.cacheWriteCost);
    this.listCost.add(priced.listCost);
    this.estimatedCost.add(priced.estimatedCost);
    this.estimatedCostHigh.add(priced.estimatedCostHigh);
    this.uncachedCost.add(priced.uncachedCost);
  }

  /** Takes back the rows after the first ones. */
  shorten(rows: number): void {
    for (const column of Object.values(this)) if (typeof column === "object") column.shorten(rows);
    this.rows = rows;
  }

  /** Empty again, with the memory that it has. */
  clear(): void {
    for (const column of Object.values(this)) if (typeof column === "object") column.clear();
    this.rows = 0;
  }
}
