import { DayRows } from "../curated/day-rows.ts";
import { messageOf } from "../errors.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { sourceObjects } from "../tables/source-objects.ts";
import { dayOf, isoOf } from "../time.ts";
import type { ItemProblem, ItemTally, SourceReader } from "./source-reader.ts";

export interface SourceBatch {
  /** Name of the output files. The same objects always make a batch of the same name. */
  readonly name: string;
  readonly objects: readonly ObjectInfo[];
}

export interface SourceResult {
  /** Objects that were opened. */
  readonly objects: number;
  readonly rows: number;
  readonly quarantined: number;
  /** Places of what could not be used, the first ones. */
  readonly problems: readonly { readonly object: string; readonly text: string }[];
  /** Days of the rows that landed. */
  readonly days: readonly string[];
  /** Objects that could not be read or written at all; on AWS they are tried again. */
  readonly failures: readonly { readonly object: string; readonly message: string }[];
}

const MOST_PROBLEMS = 20;

export interface SourceStores {
  readonly reader: SourceReader;
  readonly source: Pick<ObjectStore, "read">;
  readonly target: ObjectStore;
  /** False leaves objects of which nothing landed and nothing was refused out of the ledger: an organisation's trail has some hundred thousand a day. */
  readonly keepsEmpty?: boolean;
}

/** Reads the objects of a batch and writes their rows by table and day, and their ledger last. The same batch writes the same bytes. */
export async function ingestSource(
  batch: SourceBatch,
  { reader, source, target, keepsEmpty = true }: SourceStores,
): Promise<SourceResult> {
  const rows = new DayRows(batch.name, target);
  const ledger = new Map<string, string[]>();
  const failures: { object: string; message: string }[] = [];
  const problems: { object: string; text: string }[] = [];
  let [objects, landed, quarantined] = [0, 0, 0];
  for (const object of batch.objects) {
    const kind = reader.kindOf(object.key);
    const refused: string[] = [];
    let refusals = 0;
    const refuse = ({ item, reason, detail }: ItemProblem): void => {
      refusals += 1;
      if (refused.length < MOST_PROBLEMS) refused.push(`item ${item}: ${reason}: ${detail}`);
    };
    let [tally, taken]: [ItemTally, number] = [{ items: 0, passedOver: 0 }, 0];
    if (kind === "records") {
      try {
        const { body } = await source.read(object.key, object.version);
        [tally, taken] = await rows.take(reader.read({ key: object.key, deliveredAt: object.lastModified, body }, refuse));
      } catch (error) {
        rows.takeBack();
        failures.push({ object: object.key, message: messageOf(error) });
        continue;
      }
      objects += 1;
      landed += taken;
      quarantined += refusals;
      for (const text of refused) if (problems.length < MOST_PROBLEMS) problems.push({ object: object.key, text });
    }
    if (!keepsEmpty && taken === 0 && refusals === 0) continue;
    const day = dayOf(object.lastModified);
    const entries = ledger.get(day) ?? [];
    ledger.set(day, entries);
    entries.push(
      JSON.stringify({
        source: reader.source,
        source_object: object.key,
        version: object.version ?? null,
        delivered_at: isoOf(object.lastModified),
        bytes: object.size,
        kind,
        items: tally.items,
        landed: taken,
        passed_over: tally.passedOver,
        quarantined: refusals,
        problems: refused,
      }),
    );
  }
  await rows.flush();
  for (const [day, entries] of ledger) {
    const key = `${sourceObjects.name}/dt=${day}/${reader.source}-${batch.name}.jsonl`;
    await target.write(key, entries.map((entry) => `${entry}\n`).join(""));
  }
  return { objects, rows: landed, quarantined, problems, days: rows.days, failures };
}
