/**
 * What the name of a folder or file says of a snapshot: people copy an export day by day into `2026-10-02/`, `snap_20261003/`, `2026/10/03/`,
 * `03-10-2026/` or `cur-2026-10-03T0400.csv`. Folders of a billing period are no such date.
 */

const NOT_A_DATE = /BILLING_PERIOD=[^/]*|\d{8}-\d{8}|year=\d{4}\/month=\d{1,2}/gi;
const YEAR_FIRST =
  /(?<!\d)(20\d{2})([-_./]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:[T_ -]?([01]\d|2[0-3])[-_:h]?([0-5]\d)(?:[-_:]?[0-5]\d)?)?(?!\d)/g;
const DAY_FIRST = /(?<!\d)(0[1-9]|[12]\d|3[01])([-_.])(0[1-9]|1[0-2])\2(20\d{2})(?!\d)/g;
const EPOCH = /(?<!\d)(1[6-9]\d{8})(?:\d{3})?(?!\d)/g;

/** The last date in a path, ISO 8601; undefined when there is none. */
export function dateIn(path: string): string | undefined {
  const text = path.replaceAll(NOT_A_DATE, "");
  const last = (pattern: RegExp): RegExpMatchArray | undefined => [...text.matchAll(pattern)].at(-1);
  const year = last(YEAR_FIRST);
  if (year) return `${year[1]}-${year[3]}-${year[4]}T${year[5] ?? "00"}:${year[6] ?? "00"}:00.000Z`;
  const day = last(DAY_FIRST);
  if (day) return `${day[4]}-${day[3]}-${day[1]}T00:00:00.000Z`;
  const epoch = last(EPOCH);
  return epoch ? new Date(Number(epoch[1]) * 1000).toISOString() : undefined;
}

/** What may be one snapshot: the files of a folder, or those of a date where the file names carry one. */
export function snapshotOf(file: string): string {
  const at = file.lastIndexOf("/");
  const folder = file.slice(0, Math.max(at, 0));
  const date = dateIn(file.slice(at + 1));
  return date === undefined ? folder : `${folder}/${date.slice(0, 16)}`;
}
