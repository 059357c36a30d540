import type { DatedRow } from "../curated/day-rows.ts";
import { DamagedObject, plainBytes } from "../invocation/decompress.ts";
import type { ItemTally, SourceReader } from "../sources/source-reader.ts";
import { trailEvents } from "../tables/trail-events.ts";
import { dayOf } from "../time.ts";
import { EventError, eventRow, mayMatter } from "./event-row.ts";
import { trailKindOf } from "./object-key.ts";
import { EventScanner, type FoundEvent } from "./trail-events.ts";

/** Reads CloudTrail objects, in flat memory whatever their size. @param trustSessionNames as attribution.trust_session_names */
export function trailReader({ trustSessionNames }: { readonly trustSessionNames: boolean }): SourceReader {
  return {
    source: "cloudtrail",
    table: trailEvents,
    kindOf: trailKindOf,
    async *read({ key, body }, refuse): AsyncGenerator<DatedRow, ItemTally> {
      const tally: ItemTally = { items: 0, passedOver: 0 };
      const scanner = new EventScanner();
      const rowsOf = function* (found: Iterable<FoundEvent>): Generator<DatedRow> {
        for (const event of found) {
          tally.items += 1;
          if ("problem" in event) {
            refuse({ item: event.number, reason: event.problem, detail: PROBLEMS[event.problem] });
            continue;
          }
          if (!mayMatter(event.bytes)) {
            tally.passedOver += 1;
            continue;
          }
          try {
            const row = eventRow(unwrapped(parsed(event.bytes.toString("utf8"))), {
              object: key,
              item: event.number,
              trustSessionNames,
            });
            if (row === undefined) tally.passedOver += 1;
            else yield { table: trailEvents, day: dayOf(row.event_time ?? 0), row };
          } catch (error) {
            if (!(error instanceof EventError)) throw error;
            refuse({ item: event.number, reason: error.reason, detail: error.message });
          }
        }
      };
      try {
        for await (const chunk of plainBytes(body)) yield* rowsOf(scanner.feed(chunk));
      } catch (error) {
        if (!(error instanceof DamagedObject)) throw error;
        refuse({ item: tally.items + 1, reason: error.reason, detail: "the object cannot be read to its end" });
        return tally;
      }
      yield* rowsOf(scanner.end());
      return tally;
    },
  };
}

const PROBLEMS = { too_large: "an event of more than 4 MB", bad_json: "text that is no JSON, or ends within an event" } as const;

/** An event within what brought it: lookup-events and CloudWatch Logs hold it as text, EventBridge as `detail`. */
function unwrapped(outer: unknown): unknown {
  if (typeof outer !== "object" || outer === null || "eventSource" in outer) return outer;
  const { CloudTrailEvent: looked, message, detail } = outer as Readonly<Record<string, unknown>>;
  const text = looked ?? message;
  return typeof text === "string" && text.trimStart().startsWith("{") ? parsed(text) : (detail ?? outer);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may be anybody's.
    throw new EventError("bad_json", "an event that is no JSON");
  }
}
