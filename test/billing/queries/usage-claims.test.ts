import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const RANGE = { from: "2026-06-01", to: "2026-06-30", usage_from: "2026-05-01", usage_to: "2026-06-30" };
const DAY = "2026-06-10";
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/x";
/** Usage that names nobody who pays: the rest of a group, a principal's, of a resource. */
const part = (cells: Cells = {}): Cells => ({
  ...{
    dt: DAY,
    id: 1,
    usage_dt: DAY,
    status: "billed_not_logged",
    account_id: A,
    line_principal: "role/s",
    resource_id: PROFILE,
  },
  ...{ group_dt: DAY, group_id: 7, ...cells },
});
const capacity = (cells: Cells = {}): Cells => {
  const { group_dt: _, group_id: _id, ...row } = part({ status: "not_token_based", ...cells });
  return row as Cells;
};
const explained = (team: string, cells: Cells = {}): Cells =>
  part({ id: 2, match_level: "principal", team, logged_tokens: 5, ...cells });
const calls = (team: string, cells: Cells = {}): Cells => ({
  ...{ dt: DAY, account_id: A, model_id: PROFILE, principal_arn: "arn", team, total_tokens: 10, invocations: 1, ...cells },
});
const keys: readonly Cells[] = [
  { principal_arn: "arn", principal_key: "role/s", role_key: "role" },
  { principal_arn: "other", principal_key: "other" },
];
const claims = (charge_parts: readonly Cells[], hourly_usage: readonly Cells[]) =>
  ask("billing/usage_claims", RANGE, { charge_parts, hourly_usage, principal_keys: keys });
/** As in `used team 10`. */
const told = async (...given: Parameters<typeof claims>) =>
  (await claims(...given)).map(({ claim, team, weight }) => `${claim} ${team} ${weight}`);
const early = { dt: "2026-06-02" };
const others = { principal_arn: "other" };
const elsewhere = { model_id: "nova" };

// docs/reconciliation.md, "Who pays": the calls that explain the rest of its group, its principal's calls of its resource, those of the resource, those of
// the principal, each on that day and else in that month.
describe("usage that names nobody", () => {
  const levels: readonly (readonly [string, Cells])[] = [
    ["used", calls("a")],
    ["used_month", calls("b", early)],
    ["resource", calls("c", others)],
    ["resource_month", calls("d", { ...others, ...early })],
    ["principal", calls("e", elsewhere)],
    ["principal_month", calls("f", { ...elsewhere, ...early })],
  ];
  it.each(levels.map(([claim], place) => [claim, place] as const))(
    "is claimed by %s, where no nearer calls are (%i)",
    async (claim, place) => {
      const [, row = {}] = levels[place] ?? [];
      expect(
        (
          await told(
            [capacity()],
            levels.slice(place).map(([, each]) => each),
          )
        )[0],
      ).toBe(`${claim} ${row["team"]} 10`);
    },
  );

  it("is claimed first by the calls that explain the rest of its group", async () => {
    expect(
      await told(
        [part(), explained("red"), explained("red", { id: 3 }), explained("blue", { id: 4, logged_tokens: 3 })],
        [calls("a")],
      ),
    ).toEqual(["group blue 3", "group red 10"]);
    const other: readonly Cells[] = [{ group_id: 8 }, { group_dt: "2026-06-09" }];
    for (const cells of other) expect(await told([part(), explained("red", cells)], [calls("a")])).toEqual(["used a 10"]);
  });

  it("is split by team, cost center, environment and feature", async () => {
    const owner = { cost_center: "cc", environment: "env", feature: "f" };
    expect(await claims([capacity()], [calls("a", owner), calls("a", { ...owner, total_tokens: 5 }), calls("b")])).toEqual([
      { dt: DAY, part_id: 1, claim: "used", team: "a", ...owner, weight: 15 },
      { dt: DAY, part_id: 1, claim: "used", team: "b", weight: 10 },
    ]);
    expect(await claims([part(), explained("red", owner)], [])).toEqual([
      { dt: DAY, part_id: 1, claim: "group", team: "red", ...owner, weight: 5 },
    ]);
  });

  it("that is tokens of a named caller is never claimed by others who called the same resource", async () => {
    const theirs = calls("c", others);
    expect(await told([part()], [theirs])).toEqual([]);
    const { line_principal: _, ...nobodys } = part();
    expect(await told([nobodys as Cells], [theirs])).toEqual(["resource c 10"]);
  });

  it("of a role without its session is claimed by all its sessions", async () => {
    expect(await told([capacity({ line_principal: "role" })], [calls("a")])).toEqual(["used a 10"]);
    expect(await told([part({ line_principal: "role" })], [calls("e", elsewhere)])).toEqual(["principal e 10"]);
    expect(await told([part({ line_principal: "else" })], [calls("e", elsewhere)])).toEqual([]);
  });

  it("is claimed within its account; a resource by whoever called it, once, known or not", async () => {
    expect(await told([part()], [calls("a", { account_id: B })])).toEqual([]);
    const { line_principal: _, ...nobodys } = capacity();
    expect(await told([nobodys as Cells], [calls("a", { account_id: B }), calls("b", { principal_arn: "unknown" })])).toEqual([
      "resource a 10",
      "resource b 10",
    ]);
    // What is no resource of somebody's is claimed by nobody's calls of it.
    expect(await told([{ ...nobodys, resource_id: "nova" } as Cells], [calls("a", elsewhere)])).toEqual([]);
  });

  it("is weighed by tokens, or by calls where these have none", async () => {
    expect(
      await told(
        [capacity()],
        [calls("a", { total_tokens: 0, invocations: 3 }), calls("b", { total_tokens: 2, invocations: 7 })],
      ),
    ).toEqual(["used a 3", "used b 7"]);
    expect(await told([capacity()], [calls("a", { total_tokens: 0, invocations: 0 })])).toEqual([]);
    expect(await told([capacity()], [calls("a", { hour: 1 }), calls("a", { hour: 2, total_tokens: 4 })])).toEqual(["used a 14"]);
  });

  it("is asked about calls of somebody, in the months of its usage", async () => {
    expect(await told([capacity()], [calls("unattributed")])).toEqual([]);
    expect(await told([capacity()], [calls("a", { dt: "2026-05-10" })])).toEqual([]);
    const may = { usage_dt: "2026-05-10" };
    expect(await told([capacity(may)], [calls("a", { dt: "2026-05-01" })])).toEqual(["used_month a 10"]);
    expect(await told([capacity({ usage_dt: "2026-04-10" })], [calls("a", { dt: "2026-04-10" })])).toEqual([]);
    expect(await told([capacity({ usage_dt: "2026-07-01" })], [calls("a", { dt: "2026-07-01" })])).toEqual([]);
    expect(await told([capacity({ usage_dt: "2026-06-30" })], [calls("a", { dt: "2026-06-30" })])).toEqual(["used a 10"]);
  });

  it("is claimed by what is nearest to itself, whatever is near to another day's part of its number", async () => {
    const later = capacity({ dt: "2026-06-12", usage_dt: "2026-06-12", resource_id: "none", line_principal: "other" });
    const theirs = calls("e", { ...others, ...elsewhere, dt: "2026-06-12" });
    expect(await told([capacity(), later], [calls("a"), theirs])).toEqual(["used a 10", "principal e 10"]);
  });

  it("is usage of the statement that no call explains, and that is named by less than a call", async () => {
    const other: readonly Cells[] = [{ status: "adjustment" }, { match_level: "principal" }, { attribution_place: 999_999 }];
    for (const cells of other) expect(await told([capacity(cells)], [calls("a")])).toEqual([]);
    expect(await told([capacity({ attribution_place: 1_000_000 })], [calls("a")])).toEqual(["used a 10"]);
    for (const dt of ["2026-05-31", "2026-07-01"]) expect(await told([capacity({ dt })], [calls("a")])).toEqual([]);
    for (const dt of ["2026-06-01", "2026-06-30"]) expect(await told([capacity({ dt })], [calls("a")])).toEqual(["used a 10"]);
    // Of the rest of a group, too, only the statement's own parts say whose it is.
    expect(await told([part(), explained("red", { dt: "2026-07-01" })], [])).toEqual([]);
  });
});
