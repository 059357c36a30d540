import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);
const day = (n: number): string => `2026-06-${String(n).padStart(2, "0")}`;
/** A million tokens of an hour of June, for 3 dollars where the list says 4. */
const line = (n: number, cells: Cells = {}): Cells => ({
  ...{
    dt: day(n),
    usage_start: `${day(n)} 10:00`,
    usage_end: `${day(n)} 11:00`,
    charge_kind: "token",
    account_id: A,
    region: "r1",
  },
  ...{ usage_type: "u", model: "m", token_type: "input", service_tier: "on-demand", context_class: "standard" },
  ...{ tokens: 1_000_000, billed_cost: 3, net_cost: 3, public_cost: 4, ...cells },
});
/** By how much lines of a usage type are reduced on a day. */
const discount = (n: number, cells: Cells = {}): Cells => ({
  ...{ dt: day(n), usage_start: `${day(n)} 10:00`, usage_end: `${day(n)} 11:00`, charge_kind: "adjustment", what: "discount" },
  ...{ account_id: A, region: "r1", usage_type: "u", billed_cost: -1, net_cost: -1, ...cells },
});
/** The last day of the bill is usually not complete: what is learned ends on the 10th. */
const end = line(11, { model: "last", region: "r9", usage_type: "u9" });
const rates = (billed: readonly Cells[], params: Readonly<Record<string, string>> = {}) =>
  ask("billing/effective_rates", params, { billed_charges: billed });
const rate = async (...billed: readonly Cells[]) => (await rates([...billed, end])).map((row) => row["usd_per_million"]);

describe("what a million tokens cost lately", () => {
  it("is their net cost by their number, with the days and the list's price", async () => {
    expect(await rates([line(9), line(10, { tokens: 3_000_000 }), line(10, { billed_cost: 2, net_cost: 2 }), end])).toEqual([
      {
        ...{ account_id: A, region: "r1", model: "m", token_type: "input", service_tier: "on-demand", context_class: "standard" },
        ...{ tokens: 5_000_000, net_cost: usd(8), usd_per_million: usd(1.6), list_usd_per_million: usd(2.4), billed_days: 2 },
        // 3 dollars on the 9th, 5 for 4 million on the 10th.
        ...{ first_day: day(9), last_day: day(10), spread: 2.4, confidence: "low" },
      },
    ]);
    const { public_cost: _, ...unlisted } = line(10);
    expect((await rates([unlisted, end]))[0]).not.toHaveProperty("list_usd_per_million");
  });

  it("is learned from the last week that is billed in full, or of so many days", async () => {
    const days = async (billed: readonly Cells[], params = {}) =>
      (await rates(billed, params)).map((row) => [row["first_day"], row["last_day"], row["billed_days"]]);
    const all = [3, 4, 5, 10].map((n) => line(n));
    expect(await days([...all, line(11)])).toEqual([[day(4), day(10), 3]]);
    expect(await days([...all, line(11)], { days: "1" })).toEqual([[day(10), day(10), 1]]);
    // An hour that ends at midnight completes its day; a day's line does not complete its own.
    expect(
      await days([line(10), line(11, { usage_start: `${day(11)} 23:00`, usage_end: `${day(12)} 00:00` })], { days: "2" }),
    ).toEqual([[day(10), day(11), 2]]);
    expect(
      await days([line(10), line(11, { usage_start: `${day(11)} 00:00`, usage_end: `${day(12)} 00:00` })], { days: "2" }),
    ).toEqual([[day(10), day(10), 1]]);
    // Lines that are not tokens do not say how far the bill reaches.
    expect(await days([line(9), line(10), discount(20)], { days: "2" })).toEqual([[day(9), day(9), 1]]);
  });

  it("is of lines with tokens", async () => {
    expect(await rate(line(10, { tokens: 0 }), line(9, { tokens: -5 }))).toEqual([]);
    expect(await rate(line(10, { charge_kind: "not_token" }))).toEqual([]);
    expect(await rate(line(10, { tokens: 1 }))).toEqual([usd(3_000_000)]);
  });

  it.each(["account_id", "region", "model", "token_type", "routing", "service_tier", "context_class"])(
    "is apart for each %s",
    async (name) => {
      const rows = await rates([line(10, { [name]: "x" }), line(10, { [name]: "y", net_cost: 5 }), end]);
      expect(rows.filter(({ model }) => model !== "last").map((row) => [row[name], row["usd_per_million"]])).toEqual([
        ["x", usd(3)],
        ["y", usd(5)],
      ]);
    },
  );
});

describe("a discount line", () => {
  it("lowers the rate of the usage type that it names, by the share of each line's cost", async () => {
    expect(await rate(line(10), discount(10))).toEqual([usd(2)]);
    // 4 dollars less, 3 to 1.
    expect(
      await rate(line(10), line(10, { model: "n", billed_cost: 1, net_cost: 1 }), discount(10, { billed_cost: -2 })),
    ).toEqual([usd(1.5), usd(0.5)]);
    expect(await rate(line(10), discount(10, { billed_cost: "-0.5" }), discount(10, { billed_cost: "-0.25" }))).toEqual([
      usd(2.25),
    ]);
    const { region: _, ...everywhere } = discount(10);
    expect(await rate(line(10), everywhere)).toEqual([usd(2)]);
  });

  it("is of its account, region, usage type and day, and a discount", async () => {
    const { usage_type: _, ...nothing } = discount(10);
    const others: readonly Cells[] = [
      discount(10, { account_id: B }),
      discount(10, { region: "r2" }),
      discount(10, { usage_type: "v" }),
      discount(9),
    ];
    for (const other of [...others, discount(10, { what: "credit" }), discount(10, { charge_kind: "not_token" }), nothing])
      expect(await rate(line(10), other)).toEqual([usd(3)]);
  });

  it("does not lower what net costs hold already, nor what costs nothing", async () => {
    expect(await rate(line(10, { net_cost: 2 }), discount(10))).toEqual([usd(2)]);
    // One line of the day that is not reduced: the discount may be its own.
    expect(await rate(line(10, { net_cost: 2 }), line(10), discount(10))).toEqual([usd(2)]);
    expect(await rate(line(10, { billed_cost: 0, net_cost: 0 }), discount(10))).toEqual([usd(0)]);
  });
});

describe("confidence", () => {
  const confidence = async (...costs: readonly number[]) =>
    (await rates([...costs.map((net_cost, index) => line(10 - index, { net_cost, billed_cost: net_cost })), end])).map((row) => [
      row["confidence"],
      row["billed_days"],
    ]);
  it.each([
    ["high", [3, 3, 3]],
    ["high", [1000, 1009, 1000]],
    ["medium", [1000, 1011, 1000]],
    ["medium", [3, 3]],
    ["medium", [1000, 1099]],
    ["low", [1000, 1101, 1000]],
    ["low", [1000, 1101]],
    ["low", [3]],
  ] as const)("is %s where days cost %j", async (expected, costs) => {
    expect(await confidence(...costs)).toEqual([[expected, costs.length]]);
  });
});
