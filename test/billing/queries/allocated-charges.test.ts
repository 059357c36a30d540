import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const RANGE = { from: "2026-06-01", to: "2026-06-30" };
const part = (cells: Cells = {}): Cells => ({ dt: "2026-06-10", id: 1, status: "billed_not_logged", billed_cost: 1, ...cells });
const claim = (team: string, weight: number, cells: Cells = {}): Cells => ({
  dt: "2026-06-10",
  part_id: 1,
  team,
  weight,
  ...cells,
});
const allocated = (parts: readonly Cells[], usage: readonly Cells[] = [], adjustments: readonly Cells[] = []) =>
  ask("billing/allocated_charges", RANGE, { charge_parts: parts, usage_claims: usage, adjustment_claims: adjustments });
const usd = (pico: number): string => (pico / 1e12).toFixed(12);

describe("a part of the bill", () => {
  it("that nobody claims is its own owner's, else shared", async () => {
    const own = { team: "core", cost_center: "cc", environment: "env", feature: "f", attribution_source: "tag" };
    const money = { net_cost: 2, public_cost: 3, quantity: 4, billed_tokens: 5 };
    expect(await allocated([part({ ...own, ...money }), part({ id: 2 })])).toMatchObject([
      { ...own, billed_cost: usd(1e12), net_cost: usd(2e12), public_cost: usd(3e12), quantity: usd(4e12), billed_tokens: 5 },
      { team: "shared", attribution_source: "none" },
    ]);
  });

  it("that one claims is all its, with its words and not the part's", async () => {
    const own = { team: "core", cost_center: "cc", environment: "env", feature: "f", attribution_source: "tag" };
    const words = { cost_center: "c2", environment: "e2", feature: "f2" };
    const money = { net_cost: 2, public_cost: 3, quantity: 4, billed_tokens: 5 };
    expect(await allocated([part({ ...own, ...money })], [claim("web", 7, words)])).toMatchObject([
      {
        team: "web",
        ...words,
        attribution_source: "calls",
        billed_cost: usd(1e12),
        net_cost: usd(2e12),
        quantity: usd(4e12),
        billed_tokens: 5,
      },
    ]);
    const [bare] = await allocated([part(own)], [], [claim("web", 7, { claim: "account" })]);
    expect(bare).toMatchObject({ team: "web", attribution_source: "account" });
    for (const name of ["cost_center", "environment", "feature"]) expect(bare).not.toHaveProperty(name);
  });

  it("that several claim is split by weight, to the last digit of each amount, the most to the heaviest", async () => {
    const amounts = { billed_cost: usd(10), net_cost: usd(11), public_cost: usd(-10), quantity: usd(7), billed_tokens: 8 };
    const rows = await allocated([part(amounts)], [claim("c", 1), claim("b", 1), claim("a", 1)]);
    expect(
      rows.map((row) => ["team", "billed_cost", "net_cost", "public_cost", "quantity", "billed_tokens"].map((name) => row[name])),
    ).toEqual([
      ["a", usd(4), usd(4), usd(-4), usd(3), 3],
      ["b", usd(3), usd(4), usd(-3), usd(2), 3],
      ["c", usd(3), usd(3), usd(-3), usd(2), 2],
    ]);
    // Amounts on either side of nothing keep their signs, each by itself.
    for (const sign of [1, -1]) {
      const money = { billed_cost: sign * 0.5, net_cost: -sign * 0.25, public_cost: sign * 0.5, quantity: -sign * 0.25 };
      const [half] = await allocated([part(money)], [claim("b", 1), claim("a", 1)]);
      expect(half).toMatchObject({
        ...{ billed_cost: usd(sign * 0.25e12), net_cost: usd(-sign * 0.125e12) },
        ...{ public_cost: usd(sign * 0.25e12), quantity: usd(-sign * 0.125e12) },
      });
    }
    // 1 : 2 : 4 of ten: 1.43, 2.86, 5.71; what is left goes to the largest rests.
    const uneven = await allocated([part({ billed_cost: usd(10) })], [claim("a", 1), claim("b", 2), claim("c", 4)]);
    expect(uneven.map(({ team, billed_cost }) => [team, billed_cost])).toEqual([
      ["c", usd(6)],
      ["b", usd(3)],
      ["a", usd(1)],
    ]);
    expect(uneven[0]).not.toHaveProperty("net_cost");
    expect(uneven[0]).not.toHaveProperty("billed_tokens");
  });

  it("adds up however large it is", async () => {
    const billed_cost = "123456789.123456789013";
    const rows = await allocated(
      [part({ billed_cost })],
      [claim("a", 999_999_999_937), claim("b", 999_999_999_893), claim("c", 3)],
    );
    const pico = (text: unknown): bigint => BigInt(String(text).replace(".", ""));
    expect(rows.reduce((sum, row) => sum + pico(row["billed_cost"]), 0n)).toBe(pico(billed_cost));
    const whole = 999_999_999_937n + 999_999_999_893n + 3n;
    for (const [index, weight] of [999_999_999_937n, 999_999_999_893n, 3n].entries()) {
      const floor = (pico(billed_cost) * weight) / whole;
      expect([floor, floor + 1n]).toContain(pico(rows[index]?.["billed_cost"]));
    }
  });

  it("is of the days that were asked for, and claimed on its own day", async () => {
    const days = [part({ dt: "2026-05-31" }), part({ dt: "2026-06-01" }), part({ dt: "2026-06-30" }), part({ dt: "2026-07-01" })];
    const usage = [claim("web", 1, { dt: "2026-06-30" }), claim("core", 1, { dt: "2026-06-30", part_id: 2 })];
    const rows = await allocated(days, usage, [claim("late", 1, { dt: "2026-07-01" })]);
    expect(rows.map(({ dt, team }) => [dt, team])).toEqual([
      ["2026-06-01", "shared"],
      ["2026-06-30", "web"],
    ]);
  });
});

describe("how far the bill reaches", () => {
  const line = (cells: Cells = {}): Cells => ({
    ...{ account_id: "a", billing_entity: "AWS", charge_kind: "token", period: "2026-06", dt: "2026-06-10" },
    ...{ usage_start: "2026-06-10 10:00", usage_end: "2026-06-10 11:00" },
    ...cells,
  });
  const ends = async (lag_hours: number, ...billed_charges: readonly Cells[]) =>
    (await ask("billing/bill_ends", { lag_hours }, { billed_charges })).map(
      ({ account_id, seller, first_day, own_end, late_from }) => [
        `${account_id}/${seller}`,
        first_day,
        String(own_end).slice(5, 16),
        String(late_from).slice(5, 16),
      ],
    );
  const all = (first_day: string, own_end: string, late_from: string) =>
    ["*/*", "*/AWS", "a/AWS"].map((who) => [who, first_day, own_end, late_from]);

  it("is the end of its last line of usage, and late are the hours before it", async () => {
    expect(await ends(4, line(), line({ usage_start: "2026-06-10 08:00", usage_end: "2026-06-10 09:00" }))).toEqual(
      all("2026-06-01", "06-10 11:00", "06-10 07:00"),
    );
    expect(await ends(4)).toEqual([]);
  });

  it("is not beyond the delivery, and a running day is late from its start", async () => {
    expect(await ends(4, line({ delivered_at: "2026-06-10 10:30" }))).toEqual(all("2026-06-01", "06-10 10:30", "06-10 06:30"));
    const running = { usage_start: "2026-06-10 00:00", usage_end: "2026-06-11 00:00" };
    expect(await ends(4, line(running))).toEqual(all("2026-06-01", "06-11 00:00", "06-10 00:00"));
    expect(await ends(4, line({ ...running, invoice_id: "i" }))).toEqual(all("2026-06-01", "06-11 00:00", "06-10 20:00"));
  });

  it("begins with the month, or with a line of earlier usage, up to a hundred days before", async () => {
    const first = async (dt: string) => (await ends(4, line({ dt })))[0]?.[1];
    expect(await first("2026-06-10")).toBe("2026-06-01");
    expect(await first("2026-05-20")).toBe("2026-05-20");
    expect(await first("2026-01-01")).toBe("2026-02-21");
    expect((await ends(4, line(), line({ dt: "2026-05-20" })))[0]?.[1]).toBe("2026-05-20");
  });

  it("is told by lines of a day or less where there are some, of tokens or other usage", async () => {
    const month = { usage_start: "2026-06-01 00:00", usage_end: "2026-07-01 00:00", charge_kind: "not_token" };
    expect((await ends(4, line(), line(month)))[0]).toEqual(["*/*", "2026-06-01", "06-10 11:00", "06-10 07:00"]);
    expect((await ends(4, line(month)))[0]).toEqual(["*/*", "2026-06-01", "07-01 00:00", "06-30 20:00"]);
    expect(
      (
        await ends(4, line(), line({ charge_kind: "not_token", usage_end: "2026-06-10 12:00", usage_start: "2026-06-10 11:00" }))
      )[0]?.[2],
    ).toBe("06-10 12:00");
    expect(
      (
        await ends(4, line(), line({ charge_kind: "adjustment", usage_end: "2026-06-10 12:00", usage_start: "2026-06-10 11:00" }))
      )[0]?.[2],
    ).toBe("06-10 11:00");
  });

  it("of an account or seller that lies behind is waited for as long again, and no longer", async () => {
    const behind = (hour: number) =>
      line({
        account_id: "b",
        billing_entity: "",
        usage_start: `2026-06-10 0${hour}:00`,
        usage_end: `2026-06-10 0${hour + 1}:00`,
      });
    const of = async (hour: number) => (await ends(2, line(), behind(hour))).find(([who]) => who === "b/");
    // The whole bill ends at 11:00: two hours are its own, two more are waited for.
    expect(await of(8)).toEqual(["b/", "2026-06-01", "06-10 09:00", "06-10 07:00"]);
    expect(await of(1)).toEqual(["b/", "2026-06-01", "06-10 02:00", "06-10 07:00"]);
    expect((await ends(2, line(), behind(8))).map(([who]) => who)).toEqual(["*/", "*/*", "*/AWS", "a/AWS", "b/"]);
  });
});
