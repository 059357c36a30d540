import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BilledDay, type BillVersion, nextVersions as versionsAt } from "../../src/billing/bill-versions.ts";
import { restatementNotes } from "../../src/billing/restatement-notes.ts";

const day = (dt: string, billed_cost: string, status = "billed", cur_version: string | null = "cur/1"): BilledDay => ({
  dt,
  status,
  billed_cost,
  cur_version,
});

const NOTICED = Date.UTC(2026, 11, 3, 14, 20);
const nextVersions = (remembered: readonly BillVersion[], days: readonly BilledDay[]): BillVersion[] =>
  versionsAt(remembered, days, NOTICED);

describe("what is remembered of a bill", () => {
  it("calls a change a restatement only once the day was closed", () => {
    const open = nextVersions([], [day("2026-10-01", "1")]);
    const grown = nextVersions(open, [day("2026-10-01", "2")]);
    expect(grown).toMatchObject([{ status: "billed", restatements: 0, closed_cost: null }]);
    const closed = nextVersions(grown, [day("2026-10-01", "2", "final", "cur/2")]);
    expect(closed).toMatchObject([{ status: "final", closed_cost: "2", closed_version: "cur/2", restatements: 0 }]);
    const restated = nextVersions(closed, [day("2026-10-01", "1.5", "final", "cur/3")]);
    expect(restated).toMatchObject([
      { status: "restated", closed_cost: "2", billed_cost: "1.5", restatements: 1, restated_by: "cur/3" },
    ]);
    const again = nextVersions(restated, [day("2026-10-01", "1.4", "final", "cur/4")]);
    expect(again).toMatchObject([{ closed_cost: "2", restatements: 2, restated_by: "cur/4" }]);
  });

  it("remembers when the last change was noticed, and from what", () => {
    const closed = versionsAt([], [day("2026-10-01", "2", "final")], 0);
    expect(closed).toMatchObject([{ restated_at: null, restated_from: null }]);
    const once = versionsAt(closed, [day("2026-10-01", "3", "final")], NOTICED);
    const same = versionsAt(once, [day("2026-10-01", "3", "final")], NOTICED + 9_000_000);
    expect(same).toMatchObject([{ restated_at: "2026-12-03T14:20:00.000Z", restated_from: "2" }]);
    const twice = versionsAt(same, [day("2026-10-01", "2", "final")], NOTICED + 3_600_000);
    expect(twice).toMatchObject([{ restated_at: "2026-12-03T15:20:00.000Z", restated_from: "3", status: "restated" }]);
  });

  it("does not forget a closed day that is gone from the bill, and leaves days alone that the bill does not reach", () => {
    const closed = nextVersions(
      [],
      ["01", "02", "03"].map((n) => day(`2026-10-${n}`, "1", "final")),
    );
    const outer = nextVersions(closed, [day("2026-10-01", "1", "final"), day("2026-10-03", "1", "final")]);
    expect(outer.map(({ dt, status, billed_cost }) => [dt, status, billed_cost])).toEqual([
      ["2026-10-01", "final", "1"],
      ["2026-10-02", "restated", "0.00"],
      ["2026-10-03", "final", "1"],
    ]);
    expect(nextVersions(closed, [day("2026-11-01", "1")]).slice(0, 3)).toEqual(closed);
    expect(nextVersions(closed, [])).toEqual(closed);
  });

  it("restates a day that was empty when its month was closed", () => {
    const closed = nextVersions(
      [],
      ["01", "03"].map((n) => day(`2026-10-${n}`, "1", "final")),
    );
    const more = nextVersions(
      closed,
      ["01", "02", "03", "04"].map((n) => day(`2026-10-${n}`, "1", "final", "cur/2")),
    );
    expect(more.map(({ dt, status, closed_cost }) => [dt, status, closed_cost])).toEqual([
      ["2026-10-01", "final", "1"],
      ["2026-10-02", "restated", "0.00"],
      ["2026-10-03", "final", "1"],
      ["2026-10-04", "final", "1"],
    ]);
  });

  it("changes nothing when the same days are applied again", () => {
    const days = fc.array(
      fc.record({
        dt: fc.constantFrom("2026-10-01", "2026-10-02", "2026-10-03"),
        status: fc.constantFrom("provisional", "billed", "final"),
        billed_cost: fc.constantFrom("0.5", "1", "2"),
        cur_version: fc.constantFrom("a", "b"),
      }),
      { maxLength: 3 },
    );
    const unique = (list: readonly BilledDay[]): BilledDay[] => [...new Map(list.map((each) => [each.dt, each])).values()];
    fc.assert(
      fc.property(days, days, (first, second) => {
        const once = nextVersions(nextVersions([], unique(first)), unique(second));
        expect(nextVersions(once, unique(second))).toEqual(once);
      }),
    );
  });

  it("tells a person which month, how many days, and both amounts", () => {
    expect(
      restatementNotes([
        { day: "2026-09-03", closedUsd: "10.00", nowUsd: "12.50", closedVersion: "cur/1", restatedBy: "cur/2" },
        { day: "2026-09-04", closedUsd: "1.00", nowUsd: "0.00", closedVersion: "cur/1", restatedBy: null },
      ]),
    ).toMatchObject([
      {
        place: "2026-09",
        message:
          "billing: 2026-09: 2 days of this closed month were restated by a delivery without these days, cur/2: $11.00 when it was closed, $12.50 now",
      },
    ]);
  });
});
