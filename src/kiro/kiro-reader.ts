import type { DatedRow } from "../curated/day-rows.ts";
import { DamagedObject, plainBytes } from "../invocation/decompress.ts";
import { parseCsv } from "../parse-csv.ts";
import type { ItemTally, SourceReader } from "../sources/source-reader.ts";
import { kiroUsage } from "../tables/kiro-usage.ts";
import { accountOf, clientOf, kiroKindOf } from "./object-key.ts";
import { isHeader, ReportColumns, ReportError } from "./report-rows.ts";

/** A report has 1,000 users at most; more go into further parts. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads the daily user reports of Kiro. */
export const kiroReader: SourceReader = {
  source: "kiro",
  table: kiroUsage,
  kindOf: kiroKindOf,
  async *read({ key, body }, refuse): AsyncGenerator<DatedRow, ItemTally> {
    const tally: ItemTally = { items: 0, passedOver: 0 };
    const parts: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of plainBytes(body)) {
        length += chunk.length;
        if (length > MOST_BYTES) {
          refuse({ item: 1, reason: "too_large", detail: `a report of more than ${MOST_BYTES} bytes` });
          return tally;
        }
        parts.push(chunk);
      }
    } catch (error) {
      if (!(error instanceof DamagedObject)) throw error;
      refuse({ item: 1, reason: error.reason, detail: "the report cannot be read to its end" });
    }
    const text = Buffer.concat(parts).toString("utf8");
    const [header, ...lines] = parseCsv(text, separatorOf(text));
    if (header === undefined) return tally;
    const place = { object: key, account: accountOf(key), client: clientOf(key) };
    try {
      let columns = new ReportColumns(header);
      for (const [index, cells] of lines.entries()) {
        if (cells.every((cell) => cell.trim() === "")) continue;
        try {
          // Reports that were put together, each with its own columns.
          if (isHeader(cells)) {
            columns = new ReportColumns(cells);
            continue;
          }
          tally.items += 1;
          const { day, rows } = columns.rows(cells, { ...place, item: index + 2 });
          for (const row of rows) yield { table: kiroUsage, day, row };
        } catch (error) {
          if (!(error instanceof ReportError)) throw error;
          refuse({ item: index + 2, reason: error.reason, detail: error.message });
        }
      }
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      refuse({ item: 1, reason: error.reason, detail: error.message });
    }
    return tally;
  },
};

/** Commas as delivered; a spreadsheet that saved it again may have put others. The header has no quoted separator. */
function separatorOf(text: string): string {
  const [header = ""] = text.split("\n", 1);
  return [",", ";", "\t"].find((separator) => header.includes(separator)) ?? ",";
}
