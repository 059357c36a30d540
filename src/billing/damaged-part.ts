import type { Delivery } from "./find-exports.ts";
import { type BillFinding, billFinding } from "./finding.ts";

/** A part of a bill that is cut off or damaged. The others are read, and an open month is incomplete. */
export function damagedPart(delivery: Delivery, path: string, reason: string): BillFinding {
  const bill = delivery.period === null ? "this delivery" : `this delivery of the bill of ${delivery.period}`;
  return billFinding(
    "damaged_part",
    "error",
    path,
    `is left out, it cannot be read: ${reason.replace(/\s+/g, " ").slice(0, 200)}; ${bill} is incomplete`,
    "Copy the file again; it may be cut off or of another kind.",
  );
}
