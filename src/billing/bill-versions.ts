import { formatUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { isoOf } from "../time.ts";
import type { DimensionWriter } from "./dimensions.ts";

/** A day whose month was closed and whose billed amount is another one now. */
export interface Restatement {
  readonly day: string;
  /** Exact decimals. */
  readonly closedUsd: string;
  readonly nowUsd: string;
  readonly closedVersion: string | null;
  readonly restatedBy: string | null;
}

/** A row of bill_versions. Costs are exact decimal text. */
export interface BillVersion {
  readonly dt: string;
  readonly status: string;
  readonly cur_version: string | null;
  readonly billed_cost: string;
  readonly closed_cost: string | null;
  readonly closed_version: string | null;
  readonly restatements: number;
  readonly restated_by: string | null;
  /** ISO 8601. */
  readonly restated_at: string | null;
  readonly restated_from: string | null;
}

/** A day as the bill has it now. */
export interface BilledDay {
  readonly dt: string;
  /** provisional, billed or final */
  readonly status: string;
  readonly cur_version: string | null;
  readonly billed_cost: string;
}

/**
 * What is to be remembered after a reconciliation. A day is closed when it is first final; from then on each change of its billed amount is a
 * restatement. Applying the same days again changes nothing. Days before or after those that the bill reaches over stay as they are.
 * @param noticedAt milliseconds
 */
export function nextVersions(remembered: readonly BillVersion[], days: readonly BilledDay[], noticedAt: number): BillVersion[] {
  const at = isoOf(noticedAt);
  const before = new Map(remembered.map((version) => [version.dt, version]));
  const now = new Map(days.map((day) => [day.dt, day]));
  const order = [...now.keys()].sort();
  const [first = "9999", last = ""] = [order[0], order.at(-1)];
  const known = remembered.flatMap((version): BillVersion[] => {
    if (now.has(version.dt)) return [];
    if (version.dt < first || version.dt > last) return [version];
    // A closed day that is gone from the bill is restated to nothing, never forgotten.
    const nothing: BilledDay = { dt: version.dt, status: "provisional", cur_version: null, billed_cost: "0.00" };
    return version.closed_cost === null ? [] : [nextVersion(version, nothing, at)];
  });
  return [...days.map((day) => nextVersion(before.get(day.dt) ?? emptyDay(remembered, day.dt), day, at)), ...known].sort(
    (a, b) => (a.dt < b.dt ? -1 : 1),
  );
}

/** A day without any line inside a closed month was closed too, at nothing. */
function emptyDay(remembered: readonly BillVersion[], dt: string): BillVersion | undefined {
  const closed = remembered.filter((version) => version.closed_cost !== null && version.dt.slice(0, 7) === dt.slice(0, 7));
  const [earlier, later] = [closed.find((version) => version.dt < dt), closed.find((version) => version.dt > dt)];
  return earlier && later
    ? {
        ...earlier,
        dt,
        billed_cost: "0.00",
        closed_cost: "0.00",
        restatements: 0,
        restated_by: null,
        restated_at: null,
        restated_from: null,
      }
    : undefined;
}

function nextVersion(before: BillVersion | undefined, day: BilledDay, at: string): BillVersion {
  const open = before?.closed_cost == null;
  const closes = open && day.status === "final";
  const changed = !open && parseUsd(before.billed_cost) !== parseUsd(day.billed_cost);
  const restatements = (before?.restatements ?? 0) + (changed ? 1 : 0);
  return {
    dt: day.dt,
    status: restatements > 0 ? "restated" : open ? day.status : "final",
    cur_version: day.cur_version,
    billed_cost: day.billed_cost,
    closed_cost: closes ? day.billed_cost : (before?.closed_cost ?? null),
    closed_version: closes ? day.cur_version : (before?.closed_version ?? null),
    restatements,
    restated_by: changed ? day.cur_version : (before?.restated_by ?? null),
    restated_at: changed ? at : (before?.restated_at ?? null),
    restated_from: changed ? before.billed_cost : (before?.restated_from ?? null),
  };
}

/** Brings bill_versions up to what was just reconciled. @returns the days of closed months that are billed otherwise now */
export async function rememberVersions(
  warehouse: Warehouse,
  dimensions: DimensionWriter,
  noticedAt: number,
): Promise<Restatement[]> {
  const remembered = (await warehouse.query("billing/remembered_versions")).rows.map(versionOf);
  const days = (await warehouse.query("billing/day_versions")).rows.map(
    (row): BilledDay => ({
      dt: String(row["dt"]),
      status: String(row["status"]),
      cur_version: text(row, "cur_version"),
      billed_cost: usd(row, "billed_cost"),
    }),
  );
  const versions = nextVersions(remembered, days, noticedAt);
  if (versions.length > 0)
    await dimensions.write(
      "bill_versions",
      versions.map((version): Row => ({ ...version })),
    );
  return versions
    .filter(({ status }) => status === "restated")
    .map((version) => ({
      day: version.dt,
      closedUsd: version.closed_cost ?? "0.00",
      nowUsd: version.billed_cost,
      closedVersion: version.closed_version,
      restatedBy: version.restated_by,
    }));
}

const versionOf = (row: Row): BillVersion => ({
  dt: String(row["dt"]),
  status: String(row["status"]),
  cur_version: text(row, "cur_version"),
  billed_cost: usd(row, "billed_cost"),
  closed_cost: text(row, "closed_cost"),
  closed_version: text(row, "closed_version"),
  restatements: Number(row["restatements"] ?? 0),
  restated_by: text(row, "restated_by"),
  restated_at: text(row, "restated_at"),
  restated_from: text(row, "restated_from"),
});

const usd = (row: Row, name: string): string => formatUsd(parseUsd(String(row[name] ?? "0")));
const text = (row: Row, name: string): string | null => {
  const value = row[name];
  return value === null || value === undefined ? null : String(value);
};
