import { expect, test } from "vitest";
import { parseUsd } from "../../src/money.ts";
import { loadMonth } from "../../src/report/load-month.ts";
import type { SavingLine } from "../../src/report/load-savings.ts";
import { nextSteps } from "../../src/report/next-steps.ts";
import { periodOf } from "../../src/report/period.ts";
import { clearsStatements, fixture } from "./statement-fixture.ts";

clearsStatements();

const line = (title: string, perMonth: string, more: Partial<SavingLine> = {}): SavingLine => ({
  id: title,
  lever: "model",
  title,
  confidence: "medium",
  kind: "saving",
  next: "Change it.",
  perMonth: parseUsd(perMonth),
  who: ["ana@example.com"],
  people: 2,
  services: 0,
  assumptions: [],
  ...more,
});

test("savings that are worth it and not a guess are next steps, in the order of the dollars", async () => {
  const { warehouse } = await fixture({
    calls: [
      { at: "2026-10-01T09:00:00Z", costs: ["95.00", "0", "0", "0"] },
      { at: "2026-10-02T09:00:00Z", team: "unattributed", costs: ["5.00", "0", "0", "0"] },
    ],
  });
  const month = await loadMonth(warehouse, periodOf("2026-10"), "Example");
  const lines = [
    line("large", "20.00"),
    line("small", "2.00", { who: [] }),
    line("tiny", "0.99"),
    line("a guess", "50.00", { confidence: "low" }),
    line("an exposure", "60.00", { kind: "exposure" }),
  ];
  const steps = nextSteps(month, [], true, { lines, withoutOverlap: parseUsd("22.00") });
  expect(steps.map(({ title, saves }) => [title, saves ?? false])).toEqual([
    ["large", true],
    ["Give one principal a team", false],
    ["small", true],
  ]);
  expect(steps[0]?.why).toBe("Change it. Who: ana@example.com and 1 more. Confidence: medium; see Savings for what it assumes.");
  expect(steps[2]?.why).toBe("Change it. Confidence: medium; see Savings for what it assumes.");

  // Answers of an earlier day say so.
  const error = {
    ...{ errorClass: "server", errorCode: "Oops", model: "m", callers: 1, lostTokens: 0 },
    failed: { invocations: 10, unpriced: 0, uncounted: 0, notTokenPriced: 0, estimated: 0n },
  };
  const totals = { ...month.totals, invocations: 100, errors: 10 };
  const older = { ...month, totals, errors: [error], callsAsOf: "2026-10-19" };
  const dated = nextSteps(older, [], true, { lines, withoutOverlap: 0n }).map(({ why }) => why);
  expect(dated).toContainEqual(expect.stringContaining("of calls failed; the most common error as of 19 Oct 2026 is Oops on m."));
  expect(dated).toContain("Change it. Confidence: medium as of 19 Oct 2026; see Savings for what it assumes.");
});
