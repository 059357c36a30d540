import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { billLine, temporaryFolder, usage } from "./ledger.ts";
import { happen, happening, runOnce, type World } from "./months-story.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const inMonth = (month: string) =>
  billLine({
    bill_billing_period_start_date: `${month}-01T00:00:00Z`,
    line_item_usage_start_date: `${month}-05T14:00:00Z`,
    line_item_usage_end_date: `${month}-05T15:00:00Z`,
  });
const months = (...names: string[]): World => ({
  bill: new Map(names.map((month) => [month, [inMonth(month)]])),
  log: names.map((month) => usage({ dt: `${month}-05`, input_tokens: 1_000_000, input_cost: "0.06" })),
});

describe("reconciliation by months", () => {
  it("replaces nothing when nothing changed, and of a new delivery its month and what hangs on it", async () => {
    const world = months("2026-06", "2026-07", "2026-08");
    expect((await runOnce(folder.path, world))?.months).toEqual(["2026-08", "2026-07", "2026-06"]);
    expect(await runOnce(folder.path, world)).toMatchObject({ replaced: [], months: [], waiting: [] });
    world.bill.set("2026-07", [inMonth("2026-07"), inMonth("2026-07")]);
    const again = await runOnce(folder.path, world);
    expect(again?.months).toEqual(["2026-08", "2026-07", "2026-06"]);
    // The day after the month may explain its last calls, the day before it its first lines; nothing else hangs on it.
    expect(again?.replaced.filter((name) => !name.endsWith("2026-07"))).toEqual([
      "midnight_matches 2026-08",
      "charge_parts 2026-08",
      "usage_claims 2026-08",
      "adjustment_claims 2026-08",
      "allocated_charges 2026-08",
      "logged_charges 2026-08",
      "logged_charges 2026-06",
    ]);
  });

  it("goes on where the time was over, the newest month first, and says what waits", async () => {
    const world = months("2026-06", "2026-07", "2026-08");
    // Eight tables of the month, and two of the one before that its midnight needs.
    const timeLeft = (replaced: number): number => (replaced < 10 ? 1_000_000 : 0);
    const first = await runOnce(folder.path, world, { timeLeft });
    expect(first).toMatchObject({ waiting: ["2026-07", "2026-06"], failures: [] });
    expect(first?.replaced.slice(0, 3)).toEqual(["charge_groups 2026-08", "bill_matches 2026-08", "charge_groups 2026-07"]);
    await runOnce(folder.path, world, { timeLeft });
    const last = await runOnce(folder.path, world);
    expect(last?.waiting).toEqual([]);
    const whole = temporaryFolder();
    try {
      expect(last?.outcome).toEqual((await runOnce(whole.path, world))?.outcome);
    } finally {
      whole.remove();
    }
  });

  it("gives what one whole reconciliation gives, whatever came in whatever order and wherever it was stopped", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 2, maxLength: 4 }), async (story) => {
        const [parts, whole] = [temporaryFolder(), temporaryFolder()];
        try {
          const world: World = { bill: new Map(), log: [] };
          for (const event of story) {
            happen(world, event);
            const { killAfter, monthsOfTime } = event;
            await runOnce(parts.path, world, {
              ...(killAfter === undefined ? {} : { killAfter }),
              ...(monthsOfTime === undefined ? {} : { timeLeft: (replaced) => (replaced < monthsOfTime ? 1e9 : 0) }),
            });
          }
          const last = await runOnce(parts.path, world);
          const once = await runOnce(whole.path, world);
          expect(last?.outcome).toEqual(once?.outcome);
          expect(await runOnce(parts.path, world)).toMatchObject({ replaced: [], outcome: once?.outcome });
        } finally {
          parts.remove();
          whole.remove();
        }
      }),
      { numRuns: Number(process.env["STRATA_STORIES"] ?? 3) },
    );
  }, 1_800_000);
});
