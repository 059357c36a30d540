import { defaultConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { curator, type Lane } from "../../src/curated/curator.ts";
import type { RecordFacts } from "../../src/curated/record-facts.ts";
import type { Reading } from "../../src/curated/side-bodies.ts";
import { outcomeOf } from "../../src/invocation/outcome.ts";
import { normaliseUsage } from "../../src/invocation/usage.ts";
import type { ProfileBook } from "../../src/model/profile-book.ts";
import { parsed, type Raw } from "../invocation/support.ts";

/** What is read of a record; `change` as in `rawRecord`. */
export function readingOf(change: Raw = {}): Reading {
  const record = parsed(change);
  const usage = normaliseUsage(record);
  return { record, usage, outcome: outcomeOf(record, usage) };
}

export const laneOf = (config: StrataConfig = defaultConfig(), profiles?: ProfileBook): Lane => curator(config, profiles).take();

/** What is stored of a record. */
export const factsOf = (change: Raw = {}, lane: Lane = laneOf()): RecordFacts => lane.read(readingOf(change), 1, 1);
