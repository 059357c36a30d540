import { describe, expect, it } from "vitest";
import type { Cells } from "../../query/ask.ts";
import { A, bill, DAY, log, match, parts, usd } from "./parts.ts";

// docs/reconciliation.md, "Who pays".
describe("a part that both the line and its calls say something of", () => {
  const line = { team: "line", cost_center: "lc", environment: "le", feature: "lf", attribution_source: "ls", person: "lp" };
  const call = { team: "call", cost_center: "cc", environment: "ce", feature: "cf", attribution_source: "cs", person: "cp" };
  const owner = async (lineCells: Cells, callCells: Cells) => {
    const [row = {}] = await parts({
      groups: [
        bill({ principal_arn: "la", principal_type: "lt", principal_name: "ln", routing: "global", ...lineCells }),
        log(2, callCells),
      ],
      matches: [match(2, 1000)],
    });
    return row;
  };
  const both = (lines: number, calls: number) =>
    owner({ ...line, attribution_place: lines }, { ...call, attribution_place: calls });

  it("is of the team that comes first in the order", async () => {
    const ofLine = { team: "line", cost_center: "lc", environment: "le", feature: "lf", attribution_source: "ls" };
    const ofCall = { team: "call", cost_center: "cc", environment: "ce", feature: "cf", attribution_source: "cs" };
    expect(await both(1, 2)).toMatchObject({ ...ofLine, attribution_place: 1 });
    expect(await both(2, 1)).toMatchObject({ ...ofCall, attribution_place: 1 });
    expect(await both(1, 1)).toMatchObject(ofCall);
    expect(await owner(line, { ...call, attribution_place: 1_999_999 })).toMatchObject({ team: "call" });
    expect(await owner({ ...line, attribution_place: 1_999_999 }, call)).toMatchObject({ team: "line" });
    expect(await owner({}, { team: "unattributed" })).toMatchObject({ team: "unattributed" });
  });

  it("has of the other side what the first leaves open, and the calls' principal and person", async () => {
    expect(await owner({ team: "line", attribution_place: 1 }, { ...call, attribution_place: 2 })).toMatchObject({
      ...{ team: "line", cost_center: "cc", environment: "ce", feature: "cf", person: "cp" },
    });
    expect(
      await owner(
        { ...line, attribution_place: 2 },
        { team: "call", attribution_place: 1, principal_arn: "ca", principal_type: "ct", principal_name: "cn" },
      ),
    ).toMatchObject({
      ...{ team: "call", cost_center: "lc", environment: "le", feature: "lf", person: "lp", routing: "global" },
      ...{ principal_arn: "ca", principal_type: "ct", principal_name: "cn" },
    });
    expect(await both(1, 2)).toMatchObject({ person: "cp" });
    expect(await both(1, 2)).not.toHaveProperty("principal_arn");
    expect(await owner({}, { vendor: "v", model_tier: "fast", routing: "geo" })).toMatchObject({
      vendor: "v",
      model_tier: "fast",
      routing: "geo",
    });
  });
});

describe("calls behind lines of several teams of one statement", () => {
  const first = { attribution_place: 1, team: "red" };
  const second = { attribution_place: 1, team: "blue" };
  const splits = async (
    one: Cells,
    two: Cells,
    call: Cells = {},
    matches: readonly Cells[] = [match(3, 1000), match(3, 1000, { bill_id: 2 })],
  ) =>
    (
      await parts({
        groups: [
          bill(one),
          bill({ id: 2, ...two }),
          log(3, { team: "call", attribution_place: 2, ...call }),
          log(4, { team: "call", attribution_place: 2 }),
        ],
        matches,
      })
    ).map((row) => row["is_split"]);
  it("are split", async () => {
    expect(await splits(first, second)).toEqual([true, true]);
    expect(await splits(first, {})).toEqual([true, true]);
    expect(await splits(first, first)).toEqual([false, false]);
    expect(await splits({}, {})).toEqual([false, false]);
    // The calls decide for both.
    expect(await splits(first, second, { attribution_place: 0 })).toEqual([false, false]);
    expect(await splits(first, { ...second, period: "2026-05" })).toEqual([false, false]);
    expect(await splits(first, second, {}, [match(3, 1000), match(4, 1000, { bill_id: 2 })])).toEqual([false, false]);
    expect(await splits(first, second, {}, [])).toEqual([false, false]);
  });
});

describe("which groups make parts", () => {
  it("those whose statement is asked for, on their usage's day and the statement's", async () => {
    const march = { dt: "2026-05-20", usage_dt: "2026-05-20", statement_dt: "2026-06-01" };
    const given = {
      groups: [bill(march), log(2, { dt: "2026-05-20" })],
      matches: [match(2, 1000, { dt: "2026-05-20", log_dt: "2026-05-20" })],
    };
    expect(await parts(given)).toMatchObject([
      { dt: "2026-06-01", usage_dt: "2026-05-20", group_dt: "2026-05-20", status: "allocated" },
    ]);
    expect(await parts({ groups: [bill({ statement_dt: "2026-07-01" }), bill({ id: 2, statement_dt: "2026-05-31" })] })).toEqual(
      [],
    );
    expect(await parts({ ...given, params: { groups_from: "2026-05-21" } })).toEqual([]);
    expect(await parts({ ...given, params: { groups_from: "2026-05-20" } })).toHaveLength(1);
    expect(await parts({ groups: [bill({ dt: "2026-06-01" }), bill({ dt: "2026-06-30" })] })).toHaveLength(2);
  });

  it("with calls of the day before the first", async () => {
    const eve = { dt: "2026-04-30" };
    const given = {
      groups: [bill({ dt: "2026-05-01" }), log(2, { ...eve, team: "red" })],
      matches: [match(2, 1000, { dt: "2026-05-01", log_dt: "2026-04-30", match_level: "principal:midnight" })],
    };
    expect(await parts(given)).toMatchObject([
      { status: "allocated", team: "red", match_level: "principal:midnight", logged_tokens: 1000 },
    ]);
  });
});

describe("lines that are not tokens", () => {
  const line = (cells: Cells = {}): Cells => ({
    ...{
      dt: DAY,
      statement_dt: DAY,
      period: "2026-06",
      usage_start: "2026-06-10 10:00",
      usage_end: "2026-06-10 11:00",
      account_id: A,
    },
    ...{
      charge_kind: "not_token",
      what: "image",
      usage_amount: 2,
      billed_cost: 1,
      net_cost: "0.5",
      public_cost: 3,
      usage_type: "u",
      pricing_unit: "Images",
    },
    ...cells,
  });
  it("stand as they are, those that say the same in one", async () => {
    const { public_cost: _, ...free } = line();
    expect(await parts({ billed: [line(), free] })).toEqual([
      {
        ...{
          dt: DAY,
          id: 1,
          usage_dt: DAY,
          period: "2026-06",
          account_id: A,
          line_usage_type: "u",
          is_long: false,
          is_split: false,
        },
        ...{
          status: "not_token_based",
          reason: "image",
          usage_type: "u",
          billed_tokens: 0,
          logged_tokens: 0,
          quantity: usd(4),
          unit: "Images",
        },
        ...{ billed_cost: usd(2), net_cost: usd(1), public_cost: usd(3) },
      },
    ]);
    expect(await parts({ billed: [line({ charge_kind: "token" })] })).toEqual([]);
    expect(await parts({ billed: [line({ charge_kind: "adjustment", what: "tax" })] })).toMatchObject([
      { status: "adjustment", reason: "tax" },
    ]);
    expect(await parts({ billed: [line({ charge_kind: "unclassified", what: "odd" })] })).toMatchObject([
      { status: "unclassified", reason: "odd" },
    ]);
  });

  it("of more than a day are long", async () => {
    const long = async (usage_end: string) => (await parts({ billed: [line({ usage_end })] }))[0]?.["is_long"];
    expect(await long("2026-06-11 10:00")).toBe(false);
    expect(await long("2026-06-11 10:01")).toBe(true);
  });

  it("are of the statement that is asked for", async () => {
    expect(
      await parts({ billed: [line({ statement_dt: "2026-06-01", dt: "2026-03-01" }), line({ statement_dt: "2026-06-30" })] }),
    ).toMatchObject([
      { dt: "2026-06-01", usage_dt: "2026-03-01" },
      { dt: "2026-06-30", usage_dt: DAY },
    ]);
    expect(await parts({ billed: [line({ statement_dt: "2026-05-31" }), line({ statement_dt: "2026-07-01" })] })).toEqual([]);
  });

  it("name whom principals know", async () => {
    const principals: readonly Cells[] = [{ principal_arn: "arn", principal_type: "role", principal_name: "n", person: "known" }];
    expect(await parts({ billed: [line({ principal_arn: "arn", team: "red", principal_key: "k" })], principals })).toMatchObject([
      { principal_arn: "arn", principal_type: "role", principal_name: "n", person: "known", team: "red", line_principal: "k" },
    ]);
    expect(await parts({ billed: [line({ principal_arn: "arn", person: "said" })], principals })).toMatchObject([
      { person: "said" },
    ]);
  });

  const apart = [
    ...["payer_account_id", "billing_entity", "product_code", "account_id", "region", "resource_id", "tag_set", "person", "team"],
    ...[
      "cost_center",
      "environment",
      "feature",
      "attribution_source",
      "model",
      "service_tier",
      "line_item_type",
      "cur_version",
      "usage_type",
    ],
  ];
  it.each(apart)("of another %s are apart, and say it", async (name) => {
    expect((await parts({ billed: [line({ [name]: "x" }), line({ [name]: "y" })] })).map((row) => row[name])).toEqual(["x", "y"]);
  });
});
