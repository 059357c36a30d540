import { describe, expect, it } from "vitest";
import { ask, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);
const ann = {
  person: "ann",
  session_name: "s0",
  principal_name: "Dev",
  principal_arn: "arn:dev",
  model: "m1",
  team: "core",
  account_id: A,
  region: "us-east-1",
};
const other = {
  session_name: "s1",
  principal_name: "Dev",
  principal_arn: "arn:s1",
  model: "m2",
  account_id: B,
  region: "eu-west-1",
};
/** What the calls of a time were. */
const first = { estimated_cost: 3, guessed_cost: 1, total_tokens: 100, invocations: 4, errors: 0, unpriced: 1, error_cost: 0 };
const second = { estimated_cost: 5, guessed_cost: 0, total_tokens: 50, invocations: 6, errors: 2, unpriced: 0, error_cost: 2 };
const third = { estimated_cost: 1, guessed_cost: 0.25, total_tokens: 10, invocations: 3, errors: 1, unpriced: 2, error_cost: 1 };
const much = { estimated_cost: 900, total_tokens: 900, invocations: 900, errors: 900, unpriced: 900, error_cost: 900 };

const five = (time: string, cells: Cells): Cells => ({ dt: "2026-06-10", bucket: `2026-06-10 ${time}`, ...cells });
const calls_5m = [
  five("09:55", { ...ann, ...much }),
  five("10:00", { ...ann, ...first, guessed_error_cost: 0, retries: 1, retries_answered: 1, retry_cost: 0.5 }),
  five("10:05", {
    ...other,
    ...second,
    guessed_error_cost: 0.5,
    error_code: "Throttling",
    retries: 2,
    retries_answered: 1,
    retry_cost: 1,
  }),
  five("10:05", { ...ann, ...third, guessed_error_cost: 0.25, retries: 4, retries_answered: 3, retry_cost: 2 }),
  five("10:10", { ...ann, ...much }),
];
const RANGE = ticks("2026-06-10T10:00", "2026-06-10T10:10");
/** The largest of each dimension, the second one, and what all have in common. */
const both = (whole: Cells, larger: "ann" | "other", amounts: readonly [number, number]) => {
  const names = {
    account: [A, B],
    model: ["m1", "m2"],
    person: ["ann", "s1"],
    region: ["us-east-1", "eu-west-1"],
    team: ["core", "unattributed"],
  };
  return Object.entries(names).flatMap(([dimension, of]) =>
    (larger === "ann" ? of : of.toReversed()).map((name, index) => ({
      dimension,
      place: index + 1,
      name,
      amount: amounts[index],
      ...whole,
    })),
  );
};
const inCore = async (query: string, params: Cells, rows: Readonly<Record<string, readonly Cells[]>>) =>
  (await ask(query, { ...RANGE, ...params }, rows)).filter(({ dimension }) => dimension !== "error_code");

describe("who contributes", () => {
  it.each([
    ["usd", "other", [5, 4], { whole: 9, dollars: usd(9), guessed: usd(1.25), unpriced: 3 }],
    ["tokens", "ann", [110, 50], { whole: 160, dollars: usd(9), guessed: usd(1.25), unpriced: 3 }],
    ["calls", "ann", [7, 6], { whole: 13, dollars: usd(9), guessed: usd(1.25), unpriced: 3 }],
    ["errors", "other", [2, 1], { whole: 3, dollars: usd(3), guessed: usd(0.75), unpriced: 0 }],
  ] as const)("by %s within five minutes and within hours", async (measure, larger, amounts, whole) => {
    const expected = both(whole, larger, amounts);
    expect(await inCore("anomalies/contributors", { measure }, { calls_5m })).toEqual(expected);
    const hours = [
      { dt: "2026-06-10", hour: 9, ...ann, ...much },
      { dt: "2026-06-10", hour: 10, ...ann, ...first },
      { dt: "2026-06-10", hour: 11, ...other, ...second, ...(measure === "errors" ? { guessed_cost: 0.5 } : {}) },
      { dt: "2026-06-10", hour: 11, ...ann, ...third },
      { dt: "2026-06-10", hour: 12, ...ann, ...much },
    ];
    const range = ticks("2026-06-10T10:30", "2026-06-10T12:00");
    expect(await inCore("anomalies/contributors_hourly", { measure, ...range }, { hourly_usage: hours })).toEqual(expected);
  });

  it("by unpriced calls are only those that have some", async () => {
    expect(await inCore("anomalies/contributors", { measure: "unpriced" }, { calls_5m })).toMatchObject(
      ["account", "model", "person", "region", "team"].map((dimension) => ({ dimension, place: 1, amount: 3, whole: 3 })),
    );
  });

  it("by error, whose name may be unknown", async () => {
    const rows = await ask("anomalies/contributors", { ...RANGE, measure: "errors" }, { calls_5m });
    expect(
      rows.filter(({ dimension }) => dimension === "error_code").map(({ name, amount, place }) => [name, amount, place]),
    ).toEqual([
      ["Throttling", 2, 1],
      ["unknown", 1, 2],
    ]);
  });

  it("are the largest, of equals the first by name, and a guess of a failed call is no more than it cost", async () => {
    expect((await inCore("anomalies/contributors", { top: 1 }, { calls_5m })).map(({ name }) => name)).toEqual([
      B,
      "m2",
      "s1",
      "eu-west-1",
      "unattributed",
    ]);
    const alike = [five("10:00", { ...ann, ...first }), five("10:00", { ...other, ...first })];
    expect(await inCore("anomalies/contributors", {}, { calls_5m: alike })).toMatchObject(
      both({ whole: 6 }, "ann", [3, 3]).map((row) =>
        row.dimension === "region" ? { dimension: "region", name: row.place === 1 ? "eu-west-1" : "us-east-1" } : row,
      ),
    );
    const failed = [{ dt: "2026-06-10", hour: 10, ...ann, ...third, guessed_cost: 5 }];
    expect(await inCore("anomalies/contributors_hourly", { measure: "errors" }, { hourly_usage: failed })).toMatchObject(
      Array.from({ length: 5 }, () => ({ guessed: usd(1) })),
    );
  });

  it.each([
    ["organisation", undefined, [5, 4]],
    ["account", A, [4]],
    ["source", `${B}/eu-west-1`, [5]],
    ["team", "core", [4]],
    ["model", "m2", [5]],
    ["principal", "arn:s1", [5]],
    ["person", "ann", [4]],
    ["person", "nobody", []],
    ["source", A, []],
  ])("are those of the scope %s %s, and so are retries", async (scope, name, amounts) => {
    const params: Cells = { scope, ...(name === undefined ? {} : { name }) };
    const rows = await inCore("anomalies/contributors", params, { calls_5m });
    expect(rows.filter(({ dimension }) => dimension === "model").map(({ amount }) => amount)).toEqual(amounts);
    const parts = [4, 5].map((amount) => amounts.includes(amount));
    const sum = (ofAnn: number, ofOther: number): number => (parts[0] ? ofAnn : 0) + (parts[1] ? ofOther : 0);
    expect(await ask("anomalies/retries", { ...RANGE, ...params }, { calls_5m })).toEqual([
      {
        ...{ failed: sum(1, 2), wasted: usd(sum(1, 2)), retries: sum(5, 2), succeeded: sum(4, 1) },
        retry_dollars: usd(sum(2.5, 1)),
      },
    ]);
  });
});
