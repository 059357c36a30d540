import { describe, expect, it } from "vitest";
import type { PriceChange } from "../../src/attribution/billed-rates.ts";
import { type LearnedOwner, learnedOwners, SPLIT, type TagChange } from "../../src/attribution/learned-owners.ts";
import { strataConfig } from "../../src/config/strata-config.ts";

/** Of whom its ARN names no person. */
const batch = "arn:aws:sts::111122223333:assumed-role/Batch/run-1";
const profile = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12";
const tags = (id: string, day: string, ...sets: Readonly<Record<string, string>>[]): TagChange => ({
  kind: id === profile ? "resource" : "principal",
  id,
  day,
  sets: sets.map((set) => new Map(Object.entries(set))),
});
const price = (day: string, model: string | null, input: string): PriceChange => ({
  id: profile,
  day,
  model,
  rates: {
    input_rate: input,
    output_rate: null,
    cache_read_rate: null,
    cache_write_5m_rate: null,
    cache_write_1h_rate: null,
  },
});
const learned = (known: Partial<Parameters<typeof learnedOwners>[1]>, attribution: object = {}): LearnedOwner[] =>
  learnedOwners(strataConfig.parse({ attribution }), { principals: [], tags: [], prices: [], ...known });
const days = (rows: readonly LearnedOwner[]) => rows.map(({ from_day, to_day, team }) => [from_day, to_day, team]);

describe("what the bill says of a principal", () => {
  it("holds from the first day of the month of its first line, and from the day of each later one", () => {
    const rows = learned({
      tags: [
        tags(batch, "2026-10-20", { "iamPrincipal/team": "blue" }),
        tags(batch, "2026-10-08", { "iamPrincipal/team": "red" }),
      ],
    });
    expect(days(rows)).toEqual([
      ["2026-10-01", "2026-10-19", "red"],
      ["2026-10-20", "9999-12-31", "blue"],
    ]);
  });

  it("is one stretch where two lines say the same", () => {
    const rows = learned({
      tags: ["2026-10-08", "2026-10-20"].map((day) => tags(batch, day, { "iamPrincipal/team": "red" })),
    });
    expect(days(rows)).toEqual([["2026-10-01", "9999-12-31", "red"]]);
  });

  it("is split where lines of one day disagree on the team; what they agree on stays", () => {
    const [row] = learned({
      tags: [
        tags(
          batch,
          "2026-10-08",
          { "iamPrincipal/team": "red", "iamPrincipal/environment": "prod" },
          { "iamPrincipal/team": "blue", "iamPrincipal/environment": "prod" },
        ),
      ],
    });
    expect(row).toMatchObject({ team: null, attribution_source: SPLIT, environment: "prod", person: null });
  });

  it("is named by the stronger of two sources that agree on the team", () => {
    const sets = [{ "iamPrincipal/team": "red" }, { "resourceTag/team": "red" }] as const;
    const found = (order: readonly string[]) =>
      learned({ tags: [tags(batch, "2026-10-08", ...sets)] }, { order }).map(({ attribution_source }) => attribution_source);
    expect(found(["principal_tag", "resource_tag"])).toEqual(["principal_tag"]);
    expect(found(["resource_tag", "principal_tag"])).toEqual(["resource_tag"]);
  });

  it("is what strata.yml says on each of its days where no line says anything", () => {
    const rules = [
      { name: "old", match: { principal_name: "Batch" }, team: "before", to: "2026-10-09" },
      { name: "new", match: { principal_name: "Batch" }, team: "after", from: "2026-10-12" },
    ];
    expect(days(learned({ principals: [batch] }, { rules }))).toEqual([
      ["0001-01-01", "2026-10-09", "before"],
      ["2026-10-12", "9999-12-31", "after"],
    ]);
  });

  it("is the team of its account where nothing else names one", () =>
    expect(learned({ principals: [batch] }, { teams: { red: { accounts: ["111122223333"] } } })).toMatchObject([
      { team: "red", attribution_source: "account" },
    ]));

  it("is nothing at all of a role of which nobody says anything", () => expect(learned({ principals: [batch] })).toEqual([]));
});

describe("what the bill says of an inference profile", () => {
  it("is its model and rates, in the account of its ARN", () => {
    const rows = learned(
      { prices: [price("2026-10-08", "claude-sonnet-4-6", "0.000003"), price("2026-10-20", "claude-haiku-4-5", "0.000001")] },
      { teams: { red: { accounts: ["111122223333"] } } },
    );
    expect(
      rows.map(({ from_day, model, vendor, model_family, input_rate, output_rate }) => [
        from_day,
        model,
        vendor,
        model_family,
        input_rate,
        output_rate,
      ]),
    ).toEqual([
      ["0001-01-01", null, null, null, null, null],
      ["2026-10-01", "claude-sonnet-4-6", "anthropic", "claude-sonnet", "0.000003", null],
      ["2026-10-20", "claude-haiku-4-5", "anthropic", "claude-haiku", "0.000001", null],
    ]);
    expect(new Set(rows.map(({ team }) => team))).toEqual(new Set(["red"]));
  });

  it("has no rates on days of which several models are billed", () => {
    const rows = learned({
      prices: [price("2026-10-08", "claude-sonnet-4-6", "0.000003"), price("2026-10-20", null, "0.000002")],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ to_day: "2026-10-19", input_rate: "0.000003" });
  });

  it("is matched by rules for profiles, and only if it is one", () => {
    const rules = [{ name: "p", match: { inference_profile: "*" }, team: "profiles" }];
    const other = "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/x";
    const asked = (id: string) =>
      learned({ tags: [{ ...tags(profile, "2026-10-08", {}), id }] }, { rules }).map(({ team }) => team);
    expect(new Set(asked(profile))).toEqual(new Set(["profiles"]));
    expect(asked(other)).toEqual([]);
  });
});
