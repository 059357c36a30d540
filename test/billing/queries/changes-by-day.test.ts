import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const day = (n: number): string => `2026-06-${String(n).padStart(2, "0")}`;

describe("tags of the bill, from the day on from which they are so", () => {
  const ARN = "arn:aws:bedrock:x";
  const line = (n: number, cells: Cells = {}): Cells => ({
    usage_start: `${day(n)} 10:00`,
    line_item_type: "Usage",
    iam_principal: "p",
    ...cells,
  });
  const [UNIT, RECORD, SET] = ["\u001d", "\u001f", "\u001c"];
  const told = async (...cur_line_items: readonly Cells[]) =>
    (await ask("billing/tags_by_day", {}, { cur_line_items })).map(({ kind, id, first_day, tag_sets }) =>
      [kind, id, first_day, String(tag_sets).replaceAll(UNIT, "=").replaceAll(RECORD, "&").replaceAll(SET, " or ")].join(" "),
    );
  const team = (name: string): Cells => ({ tags: `{iamPrincipal/team=${name}}` });

  it("are one row for each change", async () => {
    expect(await told(line(3, team("red")), line(4, team("red")), line(7, team("blue")), line(8, team("red")))).toEqual([
      "principal p 2026-06-03 iamPrincipal/team=red",
      "principal p 2026-06-07 iamPrincipal/team=blue",
      "principal p 2026-06-08 iamPrincipal/team=red",
    ]);
    // A line without a tag says that there is none; a day without a line says nothing.
    expect(await told(line(3, team("red")), line(5), line(9))).toEqual([
      "principal p 2026-06-03 iamPrincipal/team=red",
      "principal p 2026-06-05 ",
    ]);
  });

  it("are several sets where lines of a day carry several", async () => {
    expect(await told(line(3, team("red")), line(3, team("blue")), line(3, team("blue")))).toEqual([
      "principal p 2026-06-03 iamPrincipal/team=blue or iamPrincipal/team=red",
    ]);
    expect(await told(line(3, { tags: "{iamPrincipal/b=2, iamPrincipal/a=1}" }))).toEqual([
      "principal p 2026-06-03 iamPrincipal/a=1&iamPrincipal/b=2",
    ]);
  });

  it("are the principal's by their prefix, in any letter case, and else the resource's", async () => {
    const both = line(3, {
      resource_id: ARN,
      tags: "{IAMPRINCIPAL/a=1, userAttribute/b=2, accountTag/c=3, d=4}",
      resource_tags: "{e=5}",
    });
    expect(await told(both)).toEqual([
      "principal p 2026-06-03 IAMPRINCIPAL/a=1&accountTag/c=3&userAttribute/b=2",
      `resource ${ARN} 2026-06-03 d=4&e=5`,
    ]);
  });

  it("are of usage that names a principal or a resource", async () => {
    const { iam_principal: _, ...nobody } = line(3, { resource_id: ARN, resource_tags: "{e=5}" });
    expect(await told(nobody as Cells)).toEqual([`resource ${ARN} 2026-06-03 e=5`]);
    expect(await told({ ...nobody, resource_id: "nova" } as Cells)).toEqual([]);
    for (const line_item_type of ["DiscountedUsage", "SavingsPlanCoveredUsage"])
      expect(await told(line(3, { line_item_type }))).toHaveLength(1);
    for (const line_item_type of ["Tax", "Credit"]) expect(await told(line(3, { line_item_type }))).toEqual([]);
    expect(await told(line(3, team("red")), line(4, { ...team("blue"), iam_principal: "q" }))).toHaveLength(2);
  });
});

describe("what a token of a profile was billed at", () => {
  const ID = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/x";
  const line = (n: number, cells: Cells = {}): Cells => ({
    ...{ dt: day(n), charge_kind: "token", resource_id: ID, service_tier: "on-demand", token_type: "input", model: "m" },
    ...{ billed_cost: 3, tokens: 1_000_000, ...cells },
  });
  const prices = (...billed_charges: readonly Cells[]) => ask("billing/resource_prices", {}, { billed_charges });
  const rates = async (...billed: readonly Cells[]) =>
    (await prices(...billed)).map((row) => [row["first_day"], row["model"], row["input_rate"]]);

  it("is cost by tokens of each kind", async () => {
    const kinds = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"];
    expect(await prices(...kinds.map((token_type, index) => line(3, { token_type, billed_cost: index + 1 })))).toEqual([
      {
        ...{ id: ID, first_day: day(3), model: "m", input_rate: "0.000001000000", output_rate: "0.000002000000" },
        ...{ cache_read_rate: "0.000003000000", cache_write_5m_rate: "0.000004000000", cache_write_1h_rate: "0.000005000000" },
      },
    ]);
    expect(await rates(line(3), line(3, { billed_cost: 1, tokens: 3_000_000 }))).toEqual([[day(3), "m", "0.000001000000"]]);
    // Rounded to the twelfth decimal, of lines that have tokens.
    expect(await rates(line(3, { billed_cost: 2, tokens: 3_000_000 }), line(3, { tokens: 0 }), line(3, { tokens: -1 }))).toEqual([
      [day(3), "m", "0.000000666667"],
    ]);
    expect(await rates(line(3, { tokens: 0 }))).toEqual([[day(3), "m", undefined]]);
  });

  it("is one row for each change of a rate or model", async () => {
    expect(
      await rates(
        line(3),
        line(4),
        line(6, { billed_cost: 4 }),
        line(7, { billed_cost: 4, model: "n" }),
        line(8, { billed_cost: 4, model: "n" }),
      ),
    ).toEqual([
      [day(3), "m", "0.000003000000"],
      [day(6), "m", "0.000004000000"],
      [day(7), "n", "0.000004000000"],
    ]);
    for (const token_type of ["output", "cache_read", "cache_write_5m", "cache_write_1h"])
      expect(await rates(line(3, { token_type }), line(4, { token_type, billed_cost: 9 }))).toHaveLength(2);
    const other = ID.replace("/x", "/y");
    expect(await rates(line(3), line(4, { resource_id: other, billed_cost: 9 }), line(5))).toHaveLength(2);
  });

  it("has no model where lines of a day name several", async () => {
    expect(await rates(line(3), line(3, { model: "n" }))).toEqual([[day(3), undefined, "0.000003000000"]]);
    expect(await rates(line(3), line(3, { model: "n", token_type: "output" }))).toEqual([[day(3), undefined, "0.000003000000"]]);
  });

  it("is of on-demand tokens of application profiles, without the price of long context", async () => {
    const none: readonly Cells[] = [
      { charge_kind: "not_token" },
      { resource_id: "arn:x:provisioned-model/x" },
      { service_tier: "flex" },
      { context_class: "long" },
    ];
    for (const cells of none) expect(await rates(line(3, cells))).toEqual([]);
    expect(await rates(line(3, { context_class: "standard" }))).toHaveLength(1);
  });
});
