import { describe, expect, it } from "vitest";
import {
  type BillMonth,
  livingMonths,
  monthSteps,
  type Step,
  stepsToDo,
  type UsageMonth,
} from "../../src/billing/month-steps.ts";

const cell = (period: string, usageMonth = period, changes: Partial<BillMonth> = {}): BillMonth => ({
  period,
  usageMonth,
  adjustments: 0,
  lines: 10,
  fingerprint: `${period}/${usageMonth}`,
  ...changes,
});
const log = (month: string, fingerprint = `log ${month}`, toReconcile = true): UsageMonth => ({
  month,
  toReconcile,
  fingerprint,
});

const MONTHS = ["2026-08", "2026-09", "2026-10"];
const bill = MONTHS.map((month) => cell(month));
const usage = MONTHS.map((month) => log(month));

/** What is done again when something has changed since everything was done. */
function again(
  changed: { readonly bill?: readonly BillMonth[]; readonly usage?: readonly UsageMonth[]; readonly rules?: string },
  before = { bill, usage },
): string[] {
  const done = new Map(
    [...monthSteps(before.bill, before.usage, [], "rules").values()].map((step) => [step.id, step.fingerprint]),
  );
  const held = [...livingMonths(before.bill, before.usage)];
  const steps = monthSteps(changed.bill ?? before.bill, changed.usage ?? before.usage, held, changed.rules ?? "rules");
  return stepsToDo(steps, done).map(({ id }) => id);
}

describe("what of a month is reconciled again", () => {
  it("is nothing when nothing changed, everything when the rules did", () => {
    expect(again({})).toEqual([]);
    expect(again({ rules: "others" })).toHaveLength(3 * 5);
  });

  it("is the month of a new delivery, and what reads its last and first midnight", () => {
    const delivered = [...bill.slice(0, 2), cell("2026-10", "2026-10", { fingerprint: "newer" })];
    const done = again({ bill: delivered });
    expect(done.filter((id) => id.startsWith("2026-10"))).toHaveLength(5);
    // Calls of the evening of September 30 may be billed on October 1.
    expect(done.filter((id) => !id.startsWith("2026-10"))).toEqual(["2026-09 logged"]);
  });

  it("is the month of late logs, the next one's midnight, and no month further on", () => {
    const late = [log("2026-08", "more"), ...usage.slice(1)];
    const done = again({ usage: late });
    expect(done.filter((id) => id.startsWith("2026-08"))).toHaveLength(5);
    expect(done.filter((id) => id.startsWith("2026-09"))).toEqual([
      "2026-09 midnight",
      "2026-09 parts",
      "2026-09 charges",
      "2026-09 logged",
    ]);
    expect(done.filter((id) => id.startsWith("2026-10"))).toEqual([]);
  });

  it("is the statement that names usage of a month whose log changed", () => {
    const named = { bill: [...bill, cell("2026-10", "2026-08", { lines: 1 })], usage };
    expect(again({ usage: [log("2026-08", "more"), ...usage.slice(1)] }, named)).toContain("2026-10 parts");
  });

  it("is the statement whose refunds follow the lines of an earlier one that changed", () => {
    const refund = { bill: [...bill, cell("2026-10", "2026-08", { lines: 0, adjustments: 1 })], usage };
    const changed = refund.bill.map((each) => (each.period === "2026-08" ? { ...each, fingerprint: "newer" } : each));
    expect(again({ bill: changed }, refund)).toContain("2026-10 charges");
  });

  it("empties a month that is gone, and leaves those beside it alone but for the midnight that they shared", () => {
    const done = again({ bill: bill.slice(0, 2), usage: usage.slice(0, 2) });
    expect(done.filter((id) => id.startsWith("2026-10"))).toHaveLength(5);
    expect(done.filter((id) => id.startsWith("2026-08"))).toEqual([]);
  });
});

describe("the order", () => {
  const todo = (): Step[] => stepsToDo(monthSteps(bill, usage, [], "rules"), new Map());

  it("has each step after those that it needs", () => {
    const seen = new Set<string>();
    for (const { id, needs } of todo()) {
      for (const need of needs) expect(seen, `${id} before ${need}`).toContain(need);
      seen.add(id);
    }
    expect(seen.size).toBe(15);
  });

  it("finishes the newest month first: what people look at", () =>
    expect(
      todo()
        .filter(({ name }) => name === "charges")
        .map(({ month }) => month),
    ).toEqual(["2026-10", "2026-09", "2026-08"]));

  it("takes a step that was remembered and cut off again", () => {
    const steps = monthSteps(bill, usage, [], "rules");
    const done = new Map<string, string | null>([...steps.values()].map((step) => [step.id, step.fingerprint]));
    done.set("2026-09 charges", null);
    expect(stepsToDo(steps, done).map(({ id }) => id)).toEqual(["2026-09 charges"]);
  });
});

describe("what a step reads", () => {
  const step = (cells: readonly BillMonth[], id: string): Step | undefined => monthSteps(cells, usage, [], "rules").get(id);

  it("is usage from the first to the last month that the statement names, with groups in those of the last 100 days", () => {
    const cells = [cell("2026-10"), cell("2026-10", "2026-07"), cell("2026-10", "2026-01"), cell("2026-07"), cell("2026-01")];
    expect(step(cells, "2026-10 parts")).toMatchObject({
      usageFrom: "2026-01",
      usageTo: "2026-10",
      needs: ["2026-07 groups", "2026-07 midnight", "2026-10 groups", "2026-10 midnight"],
    });
    // The hundredth day before October 1 is June 23.
    expect(livingMonths([cell("2026-10", "2026-06")], [])).toEqual(new Set(["2026-10", "2026-06"]));
    expect(livingMonths([cell("2026-10", "2026-05")], [])).toEqual(new Set(["2026-10"]));
    expect(livingMonths([cell("2026-10", "2026-11")], [])).toEqual(new Set(["2026-10"]));
  });

  it("is for refunds every earlier statement with lines of the months that they adjust, and nothing earlier without any", () => {
    const lines = [cell("2026-08"), cell("2026-09", "2026-08"), cell("2026-09"), cell("2026-10")];
    const refund = cell("2026-10", "2026-08", { lines: 0, adjustments: 2 });
    expect(step([...lines, refund], "2026-10 charges")).toMatchObject({
      linesFrom: "2026-08",
      needs: ["2026-08 parts", "2026-09 parts", "2026-10 parts"],
    });
    expect(step(lines, "2026-10 charges")).toMatchObject({ linesFrom: "2026-10", needs: ["2026-10 parts"] });
  });

  it("is the log alone where the bill does not reach", () => {
    expect([...livingMonths([], [log("2026-10"), log("2026-07", "before the bill", false)])]).toEqual(["2026-10"]);
  });
});
