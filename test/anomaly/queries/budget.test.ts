import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);

// docs/alerts.md: days are those of `timezone`; here of Berlin in summer. What callers could have written is claimed.
const PERIODS = { starts: "2026-06-01 22:00:00|2026-06-02 22:00:00|2026-06-03 22:00:00", periods: 2 };
const RANGE = ticks("2026-06-01T22:00", "2026-06-02T23:00");
const told = (tick: string, cells: Cells): Cells => ({
  ...{ tick: at(`2026-06-${tick}:00`), since: at("2026-06-01 22:00"), scope: "team", scope_name: "core", account_id: A },
  ...{ claimed: usd(0), guessed: usd(0), guessed_claimed: usd(0), ...cells },
});

describe("what is used of a budget", () => {
  const spent = (day: string, hour: number, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt: `2026-06-${day}`, hour, estimated_cost, team: "core", account_id: A, attribution_source: "rule:x" },
    ...cells,
  });
  const hourly_usage = [
    spent("01", 21, 100),
    spent("01", 22, 4, { guessed_cost: 1 }),
    spent("01", 22, 1),
    spent("01", 23, 3, { account_id: B, attribution_source: "metadata" }),
    spent("02", 1, 4, { team: "web" }),
    spent("02", 5, 0, { team: "web" }),
    { dt: "2026-06-02", hour: 5, estimated_cost: 50, account_id: A },
    spent("02", 21, 2, { guessed_cost: 0.5, attribution_source: "metadata" }),
    spent("02", 22, 7),
    spent("02", 23, 1),
    spent("03", 21, 1),
    spent("03", 22, 100),
  ];
  const asked = { ...RANGE, ...PERIODS, scope: "team", claimed: "|metadata|session|" };
  const core = [
    told("01 23", { used: usd(5), guessed: usd(1), team: "core" }),
    (({ account_id: _, ...row }) => row)(told("02 00", { used: usd(8), claimed: usd(3), guessed: usd(1), team: "core" })),
    told("02 02", { scope_name: "web", used: usd(4), team: "web" }),
    (({ account_id: _, ...row }) => row)(
      told("02 22", { used: usd(10), claimed: usd(5), guessed: usd(1.5), guessed_claimed: usd(0.5), team: "core" }),
    ),
    told("02 23", { since: at("2026-06-02 22:00"), used: usd(7), team: "core" }),
  ];

  it("runs through the local day, hour by hour, from the sum that is announced on", async () => {
    expect(await ask("anomalies/budget_usage", asked, { hourly_usage })).toEqual(core);
    expect(await ask("anomalies/budget_usage", { ...asked, at_least: "8" }, { hourly_usage })).toEqual([core[1], core[3]]);
    expect(await ask("anomalies/budget_usage", { ...asked, from: "2026-06-02T00:00Z" }, { hourly_usage })).toEqual(core.slice(2));
  });

  it("is of no one team or account where an hour has two", async () => {
    const two = [spent("02", 1, 3), spent("02", 1, 3, { team: "web", account_id: B })];
    expect(await ask("anomalies/budget_usage", { ...asked, scope: "organisation" }, { hourly_usage: two })).toEqual([
      (({ scope_name: _name, account_id: _account, ...row }) => row)(told("02 02", { scope: "organisation", used: usd(6) })),
    ]);
  });

  it.each([
    ["account", A],
    ["team", "core"],
    ["person", "ann"],
    ["cost_center", "4711"],
    ["environment", "prod"],
    ["feature", "chat"],
    ["role", "Dev"],
    ["model", "m1"],
    ["organisation", undefined],
  ])("is that of the scope %s", async (scope, name) => {
    const call = spent("02", 1, 3, {
      person: "ann",
      cost_center: "4711",
      environment: "prod",
      feature: "chat",
      principal_name: "Dev",
      model: "m1",
    });
    const rows = await ask("anomalies/budget_usage", { ...asked, scope }, { hourly_usage: [call] });
    expect(rows.map((row) => [row["scope"], row["scope_name"], row["used"]])).toEqual([[scope, name, usd(3)]]);
  });

  it.each([
    ["person", { person_source: "session_name", principal_type: "sso" }, true],
    ["person", { person_source: "telemetry" }, true],
    ["person", { person_source: "device" }, true],
    ["person", { person_source: "metadata" }, true],
    ["person", { person_source: "identity_center", principal_type: "role" }, false],
    ["person", { principal_type: "role" }, true],
    ["person", { principal_type: "sso" }, false],
    ["team", { attribution_source: "session" }, true],
    ["feature", { attribution_source: "metadata" }, true],
    ["feature", { attribution_source: "meta" }, false],
    ["environment", { attribution_source: "metadata" }, true],
    ["cost_center", { attribution_source: "metadata" }, true],
    ["model", { attribution_source: "metadata" }, false],
    ["account", { attribution_source: "metadata" }, false],
  ])("of %s with %j is claimed: %s", async (scope, cells, claimed) => {
    const names = { person: "ann", cost_center: "4711", environment: "prod", feature: "chat", model: "m1" };
    const call = spent("02", 1, 3, { ...names, guessed_cost: 2, ...cells } as Cells);
    const share = { claimed: usd(claimed ? 3 : 0), guessed_claimed: usd(claimed ? 2 : 0) };
    expect(await ask("anomalies/budget_usage", { ...asked, scope }, { hourly_usage: [call] })).toMatchObject([share]);
    expect(
      await ask("anomalies/daily_spend", { ...PERIODS, scope, claimed: asked.claimed }, { hourly_usage: [call] }),
    ).toMatchObject([share]);
  });

  it("by local day is the history of the month", async () => {
    const row = { scope_name: "core", claimed: usd(0), guessed: usd(0), guessed_claimed: usd(0) };
    const day = (since: string, cells: Cells): Cells => ({ since: at(`2026-06-${since} 22:00`), ...row, ...cells });
    expect(await ask("anomalies/daily_spend", { ...PERIODS, scope: "team", claimed: asked.claimed }, { hourly_usage })).toEqual([
      day("01", { spend: usd(10), claimed: usd(5), guessed: usd(1.5), guessed_claimed: usd(0.5) }),
      day("01", { scope_name: "web", spend: usd(4) }),
      (({ scope_name: _, ...rest }) => rest)(day("01", { spend: usd(50) })),
      day("02", { spend: usd(9) }),
    ]);
    const nothing = [spent("02", 1, 0)];
    expect(await ask("anomalies/daily_spend", { ...PERIODS, scope: "team" }, { hourly_usage: nothing })).toEqual([]);
    expect(
      await ask("anomalies/daily_spend", { ...PERIODS, scope: "organisation" }, { hourly_usage: [spent("02", 1, 2)] }),
    ).toEqual([{ since: at("2026-06-01 22:00"), spend: usd(2), claimed: usd(0), guessed: usd(0), guessed_claimed: usd(0) }]);
  });
});

it("what is used of a budget by request metadata is all claimed", async () => {
  const spent = (day: string, hour: number, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt: `2026-06-${day}`, hour, estimated_cost, guessed_cost: 0, metadata_key: "tenant", metadata_value: "acme" },
    ...{ team: "core", account_id: A },
    ...cells,
  });
  const metadata_usage = [
    spent("01", 21, 100),
    spent("01", 22, 5, { guessed_cost: 1 }),
    spent("01", 22, 90, { metadata_key: "app" }),
    spent("01", 23, 2, { team: "web", account_id: B }),
    spent("01", 23, 1),
    spent("02", 1, 0, { metadata_value: "other" }),
    spent("02", 22, 7, { metadata_value: "other" }),
    spent("02", 23, 9),
    spent("03", 22, 100),
  ];
  const row = (tick: string, cells: Cells): Cells => told(tick, { scope: "metadata", scope_name: "acme", ...cells });
  expect(await ask("anomalies/budget_metadata", { ...RANGE, ...PERIODS, key: "tenant" }, { metadata_usage })).toEqual([
    row("01 23", { used: usd(5), claimed: usd(5), guessed: usd(1), guessed_claimed: usd(1), team: "core" }),
    (({ account_id: _, ...rest }) => rest)(
      row("02 00", { used: usd(8), claimed: usd(8), guessed: usd(1), guessed_claimed: usd(1) }),
    ),
    row("02 23", { since: at("2026-06-02 22:00"), scope_name: "other", used: usd(7), claimed: usd(7), team: "core" }),
  ]);
});
