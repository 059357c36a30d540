import { describe, expect, it } from "vitest";
import type { BudgetStanding, BudgetStatusFile } from "../../src/anomaly/budget-status.ts";
import { ENFORCEMENT_KEY, enforce } from "../../src/anomaly/enforce.ts";
import { STALE_STATUS_MS, throttlePlan } from "../../src/anomaly/throttle-plan.ts";
import { type EnforcementConfig, enforcementConfig } from "../../src/config/enforcement.ts";
import { WriteConflict } from "../../src/errors.ts";
import type { PolicyApi } from "../../src/ports.ts";
import { standing } from "./budget-standing.ts";
import { MemoryStore } from "./memory.ts";

const NOW = Date.UTC(2026, 9, 26, 12);
const ARN = "arn:aws:iam::111122223333:role/Dev";
const config = (changes: object = {}): EnforcementConfig =>
  enforcementConfig.parse({
    enabled: true,
    dry_run: false,
    principals: [{ arn: ARN, scope: "team", name: "core" }],
    models: ["anthropic.claude-opus*"],
    ...changes,
  });
const status = (...standings: BudgetStanding[]): BudgetStatusFile => ({
  schema_version: 1,
  generated_at: new Date(NOW).toISOString(),
  data_until: null,
  thresholds: { warn: 0.8, throttle: 0.9, reject: 1 },
  standings,
});

const world = () => {
  const calls: string[] = [];
  const state = new MemoryStore();
  let broken = false;
  const change = async (text: string): Promise<void> => {
    if (broken) throw new Error("AccessDenied");
    calls.push(text);
  };
  const denied = new Set<string>();
  const policies: PolicyApi = {
    denied: async () => [...denied],
    deny: (principal) => change(`deny ${principal}`).then(() => void denied.add(principal)),
    release: (principal) => change(`release ${principal}`).then(() => void denied.delete(principal)),
  };
  const run = async (enforcement: EnforcementConfig, given: BudgetStatusFile | undefined, now = NOW) =>
    (await enforce({ enforcement, status: given, policies, state, now })).entries;
  const setBroken = (value: boolean): void => {
    broken = value;
  };
  return { calls, denied, policies, state, run, setBroken };
};

describe("the graduated response", () => {
  it("is off and dry unless told otherwise", () =>
    expect(enforcementConfig.parse({})).toEqual({ enabled: false, dry_run: true, principals: [], models: [] }));

  it("denies once when the budget is used up and releases when it begins anew", async () => {
    const { calls, run } = world();
    await run(config(), status(standing()));
    await run(config(), status(standing()));
    expect(calls).toEqual([`deny ${ARN}`]);
    const later = Date.UTC(2026, 10, 1);
    await run(config(), { ...status(standing({ state: "ok" })), generated_at: new Date(later).toISOString() }, later);
    expect(calls).toEqual([`deny ${ARN}`, `release ${ARN}`]);
  });

  it("in a dry run changes nothing and writes down once what it would", async () => {
    const { calls, state, run } = world();
    expect(await run(config({ dry_run: true }), status(standing()))).toMatchObject([
      { action: "deny", outcome: "planned", dry_run: true, reason: "$120.00 of $100.00 used" },
    ]);
    expect(await run(config({ dry_run: true }), status(standing()))).toEqual([]);
    expect(calls).toEqual([]);
    expect([...state.objects.keys()]).toEqual([
      "alerts-state/enforcement/audit/dt=2026-10-26/2026-10-26T12-00-00.000Z.jsonl",
      ENFORCEMENT_KEY,
    ]);
  });

  it("denies for real when the dry run ends, and releases when it begins again", async () => {
    const { calls, run } = world();
    await run(config({ dry_run: true }), status(standing()));
    await run(config(), status(standing()), NOW + 1);
    await run(config({ dry_run: true }), status(standing()), NOW + 2);
    expect(calls).toEqual([`deny ${ARN}`, `release ${ARN}`]);
  });

  it.each<[string, EnforcementConfig, string]>([
    ["turned off", config({ enabled: false }), "enforcement is off"],
    ["taken out of the list", config({ principals: [] }), "the principal is no longer in alerts.enforcement.principals"],
  ])("releases who is %s", async (_, changed, reason) => {
    const { run } = world();
    await run(config(), status(standing()));
    expect(await run(changed, status(standing()), NOW + 1)).toMatchObject([{ action: "release", outcome: "done", reason }]);
  });

  it("denies nobody by a stale status, and releases nobody by it before the period ends", () => {
    const old = { ...status(standing()), generated_at: new Date(NOW - STALE_STATUS_MS - 1).toISOString() };
    const input = { enforcement: config(), status: old, now: NOW };
    expect(throttlePlan({ ...input, current: [] }).deny).toEqual([]);
    const [denial] = throttlePlan({ ...input, status: status(standing()), current: [] }).deny;
    expect(denial && throttlePlan({ ...input, current: [denial] })).toMatchObject({ release: [], keep: [denial] });
  });

  it("denies nobody but the principals of the list, and nobody who is only throttled", () => {
    const input = { enforcement: config(), current: [], now: NOW };
    expect(throttlePlan({ ...input, status: status(standing({ name: "other" })) }).deny).toEqual([]);
    expect(throttlePlan({ ...input, status: status(standing({ state: "throttle" })) }).deny).toEqual([]);
  });

  it("writes down a refusal and tries again", async () => {
    const { calls, run, setBroken } = world();
    setBroken(true);
    expect(await run(config(), status(standing()))).toMatchObject([{ outcome: "failed", error: "AccessDenied" }]);
    setBroken(false);
    await run(config(), status(standing()), NOW + 1);
    setBroken(true);
    await run(config({ enabled: false }), status(standing()), NOW + 2);
    setBroken(false);
    await run(config({ enabled: false }), status(standing()), NOW + 3);
    expect(calls).toEqual([`deny ${ARN}`, `release ${ARN}`]);
  });

  it("finds a denial that a run left behind when it died before it wrote the state, and ends it", async () => {
    const { calls, denied, state, run } = world();
    await run(config(), status(standing()));
    state.objects.clear();
    expect(await run(config(), status(standing({ state: "ok" })), NOW + 1)).toMatchObject([
      {
        action: "release",
        principal: ARN,
        outcome: "done",
        denial: null,
        reason: "denied without a record: an earlier run did not end",
      },
    ]);
    expect(calls).toEqual([`deny ${ARN}`, `release ${ARN}`]);
    expect(denied.size).toBe(0);
  });

  it("takes such a denial over while the budget is used up, so that it ends with the period", async () => {
    const { denied, state, run } = world();
    // IAM gives names without the path.
    denied.add("arn:aws:iam::111122223333:role/Dev");
    const listed = config({ principals: [{ arn: "arn:aws:iam::111122223333:role/apps/Dev", scope: "team", name: "core" }] });
    expect(await run(listed, status(standing()))).toMatchObject([{ action: "deny", outcome: "done" }]);
    expect(JSON.parse(state.text(ENFORCEMENT_KEY))).toMatchObject([{ applied: true, until: "2026-11-01T00:00:00.000Z" }]);
  });

  it.each(["", "{", "null", "[1, null, {}]", '{"principal": "x"}'])(
    "goes by what IAM says where its own state is damaged: %s",
    async (text) => {
      const { calls, denied, state, run } = world();
      await run(config(), status(standing()));
      await state.write(ENFORCEMENT_KEY, text);
      await run(config(), status(standing()), NOW + 1);
      expect(denied.size).toBe(1);
      expect(JSON.parse(state.text(ENFORCEMENT_KEY))).toMatchObject([{ applied: true, until: "2026-11-01T00:00:00.000Z" }]);
      await state.write(ENFORCEMENT_KEY, text);
      await run(config(), status(standing({ state: "ok" })), NOW + 2);
      expect(denied.size).toBe(0);
      expect(calls.at(-1)).toMatch(/release/);
    },
  );

  it("releases everybody at the period's end, though nothing writes the budget feed any more", async () => {
    const { calls, run } = world();
    await run(config(), status(standing()));
    expect(await run(config(), undefined, Date.UTC(2026, 10, 1))).toMatchObject([
      { action: "release", outcome: "done", reason: "the budget began anew" },
    ]);
    expect(calls).toEqual([`deny ${ARN}`, `release ${ARN}`]);
  });

  it("ends well when two runs at once do the same: the slower one fails, the next one changes nothing", async () => {
    const { denied, policies, state, run } = world();
    const slow: PolicyApi = {
      ...policies,
      deny: async (principal) => {
        await policies.deny(principal);
        await run(config(), status(standing()));
      },
    };
    const both = enforce({ enforcement: config(), status: status(standing()), policies: slow, state, now: NOW + 1 });
    await expect(both).rejects.toThrow(WriteConflict);
    expect(await run(config(), status(standing()), NOW + 2)).toEqual([]);
    expect([...denied]).toEqual([ARN]);
  });

  it("counts who is really denied", async () => {
    const { policies, state } = world();
    const input = { status: status(standing()), policies, state, now: NOW };
    expect((await enforce({ ...input, enforcement: config({ dry_run: true }) })).denied).toBe(0);
    expect((await enforce({ ...input, enforcement: config() })).denied).toBe(1);
  });

  it.each([
    ["no models", { enabled: true, models: [] }, "is empty, so enabled would deny nothing"],
    [
      "a pattern of principals",
      { principals: [{ arn: "arn:aws:iam::111122223333:role/*", scope: "organisation" }] },
      "without *",
    ],
    ["every model", { models: ["*"] }, "write a model id"],
    ["more models than a policy can name", { models: Array.from({ length: 16 }, (_, index) => `model-${index}`) }, "<=15"],
    ["a team without a name", { principals: [{ arn: ARN, scope: "team" }] }, "is missing: which team?"],
  ])("refuses %s", (_, given, message) =>
    expect(JSON.stringify(enforcementConfig.safeParse(given).error?.issues)).toContain(message),
  );
});
