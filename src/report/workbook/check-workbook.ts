// Not its entry for Node: that one brings an unzipper that cannot be bundled for Lambda.
import readWorkbook from "read-excel-file/universal";
import { StrataError } from "../../errors.ts";
import { cellText, type Sheet } from "./sheet.ts";

/**
 * Opens a workbook again with a reader that is not the writer, before anybody is told of it, and compares it cell by cell with what was to be written.
 * @throws StrataError naming the first sheet and cell that reads otherwise
 */
export async function checkWorkbook(bytes: Uint8Array, sheets: readonly Sheet[]): Promise<void> {
  const read = await readWorkbook(Uint8Array.from(bytes).buffer, { trim: false }).catch((cause: unknown) => {
    throw new StrataError("report: the workbook that was written cannot be opened again", { hint: HINT, cause });
  });
  for (const sheet of sheets) {
    const found = read.find(({ sheet: name }) => name === sheet.name)?.data ?? [];
    [...sheet.rows, ...(sheet.totals ? [sheet.totals] : [])].forEach((row, at) => {
      row.forEach(({ kind, text }, column) => {
        const cell: unknown = found[at + 1]?.[column] ?? "";
        const same =
          kind === "text" || text === "" ? plain(String(cell)) === plain(cellText(text)) : Number(cell) === Number(text);
        if (!same)
          throw new StrataError(
            `report: sheet ${sheet.name} of the workbook reads otherwise in line ${at + 2}, column ${column + 1}`,
            { hint: HINT },
          );
      });
    });
  }
}

const HINT = "The CSV files hold the same figures. Please report it with the names in that line.";

/** Letters and digits: control signs, half characters and Excel's own `_x000D_` are written one way and read another, and cost nobody a figure. */
const plain = (text: string): string => text.replace(/_x[0-9A-Fa-f]{4}_/g, "").replace(/[^\p{L}\p{N}]/gu, "");
