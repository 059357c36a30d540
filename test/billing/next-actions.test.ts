import { describe, expect, it } from "vitest";
import { nextActions } from "../../src/billing/next-actions.ts";
import { restatementNotes } from "../../src/billing/restatement-notes.ts";

const about = (
  billed: string,
  reasons: readonly (readonly [string, string, string])[],
  steps: readonly (readonly [string, string])[] = [],
) =>
  nextActions(
    billed,
    reasons.map(([status, reason, usd]) => ({ status, reason, usd })),
    steps.map(([step, usd]) => ({ step, usd })),
  );

describe("what to do about differences", () => {
  it.each<[string, string, RegExp]>([
    ["billed_not_logged", "mantle", /bedrock-mantle endpoint/],
    ["billed_not_logged", "uncounted", /without token counts/],
    ["billed_not_logged", "batch", /manifest\.json\.out/],
    ["billed_not_logged", "dark_hours", /turn model invocation logging on/],
    ["billed_not_logged", "partly_logged", /Log records are missing/],
    ["unclassified", "Teleports", /usage grammar/],
    ["residual", "price", /quantity times rate/],
    ["residual", "quantity", /within the tolerance/],
  ])("%s/%s", (status, reason, action) =>
    expect(about("10", [[status, reason, "1"]])).toEqual([
      { about: `${status}/${reason}`, usd: "1.00", action: expect.stringMatching(action) },
    ]),
  );

  it.each<[string, RegExp]>([
    ["price", /rates differ from the published ones/],
    ["routing", /another routing than logged/],
    ["cache", /another duration/],
    ["tier", /another service tier/],
    ["logged_not_billed", /missing on the bill/],
  ])("the step %s", (step, action) =>
    expect(about("10", [], [[step, "-1"]])).toEqual([{ about: step, usd: "-1.00", action: expect.stringMatching(action) }]),
  );

  it("are those of a ten-thousandth of the bill and more, in either direction, largest first", () => {
    expect(
      about(
        "100",
        [
          ["residual", "price", "0.01"],
          ["residual", "quantity", "0.009999"],
          ["billed_not_logged", "batch", "0.00"],
        ],
        [
          ["tier", "-0.5"],
          ["cache", "0.2"],
        ],
      ).map(({ about: what }) => what),
    ).toEqual(["tier", "cache", "residual/price"]);
    const steps = [
      ["cache", "0.2"],
      ["price", "-0.3"],
      ["tier", "-0.5"],
    ] as const;
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ])
      expect(
        about(
          "100",
          [],
          order.map((at) => steps[at] ?? ["", "0"]),
        ).map(({ about: what }) => what),
      ).toEqual(["tier", "price", "cache"]);
    // A bill of refunds is measured by its size.
    expect(about("-100", [["residual", "price", "0.005"]])).toEqual([]);
  });

  it("are none for what is as it should be", () =>
    expect(
      about(
        "10",
        [["allocated", "", "9"]],
        [
          ["estimated", "9"],
          ["adjustments", "-1"],
        ],
      ),
    ).toEqual([]));
});

describe("notes of restated months", () => {
  const day = (date: string, closedUsd: string, nowUsd: string, restatedBy: string | null = "cur/2") => ({
    day: date,
    closedUsd,
    nowUsd,
    closedVersion: "cur/1",
    restatedBy,
  });

  it("are one a month, oldest first, with the sums of its days and every delivery that moved them", () => {
    const notes = restatementNotes([
      day("2026-10-02", "1.50", "2"),
      day("2026-09-30", "5", "4"),
      day("2026-10-01", "1", "1.25", null),
      day("2026-10-03", "0", "0.25"),
    ]);
    expect(notes.map(({ kind, place }) => [kind, place])).toEqual([
      ["note", "2026-09"],
      ["note", "2026-10"],
    ]);
    expect(notes[0]?.message).toBe(
      "billing: 2026-09: 1 day of this closed month were restated by cur/2: $5.00 when it was closed, $4.00 now",
    );
    expect(notes[1]?.message).toBe(
      "billing: 2026-10: 3 days of this closed month were restated by a delivery without these days, cur/2: $2.50 when it was closed, $3.50 now",
    );
    expect(notes[1]?.hint).toContain("reconcile --month 2026-10");
  });
});
