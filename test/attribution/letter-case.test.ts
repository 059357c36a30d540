import { describe, expect, it } from "vitest";
import { decide } from "../../examples/enforce-budgets.ts";
import { silencedBy } from "../../src/anomaly/silence.ts";
import { parseConfig } from "../../src/config/load.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";

/** The data has addresses in lower case; whoever writes one elsewhere may write it as in his signature. */
const WRITTEN = "Alice.Doe@Example.com";
const ALICE = "alice.doe@example.com";

describe("an e-mail address is one person in any letter case", () => {
  it("in budgets, suppressions, rules and denials of strata.yml", () => {
    const config = parseConfig(`
budgets: [{ scope: person, name: ${WRITTEN}, period: day, limit_usd: 40 }]
alerts:
  suppress: [{ scope: person, name: "*@Example.COM", from: "2026-10-01", to: "2026-10-02", reason: test }]
  enforcement:
    principals: [{ arn: "arn:aws:iam::111122223333:role/A", scope: person, name: ${WRITTEN} }]
`);
    expect(config.budgets[0]?.name).toBe(ALICE);
    const incident = { key: "k", rule: "budget", firstBreach: 0, scope: "person", name: ALICE };
    expect(silencedBy(config.alerts, incident as never, Date.parse("2026-10-01T12:00:00Z"), "opened")).toBe("suppressed: test");
    expect(config.alerts.enforcement.principals[0]?.name).toBe(ALICE);
  });

  it("in questions: a filter finds what the data has", () => {
    const { sql, header } = queryFile("reports/by_person");
    const text = compile("reports/by_person", sql, header, { from: "2026-10-01", to: "2026-10-31", person: [WRITTEN, "Ann"] });
    expect(text).toContain(`'${ALICE}'`);
    expect(text).toContain("'Ann'");
    const slices = queryFile("planning/usage_slices");
    expect(
      compile("planning/usage_slices", slices.sql, slices.header, { from: "2026-10-01", to: "2026-10-31", who: WRITTEN }),
    ).toContain(ALICE);
  });

  it("at a gateway that enforces budgets", () => {
    const standing = {
      ...{ scope: "person", name: ALICE, period: "day", period_start: "2026-10-05", resets_at: "2026-10-06T00:00:00Z" },
      ...{ used_usd: "66.00", claimed_usd: "0.00", guessed_usd: "0.00", guessed_share: 0, limit_usd: "40.00" },
      ...{ remaining_usd: "-26.00", share: 1.65, projected_usd: null, state: "reject" },
    } as const;
    const now = Date.parse("2026-10-05T12:00:00Z");
    const status = {
      schema_version: 1,
      generated_at: new Date(now).toISOString(),
      data_until: null,
      thresholds: { warn: 0.8, throttle: 0.9, reject: 1 },
      standings: [standing],
    } as const;
    expect(decide(status as never, { person: WRITTEN, team: "x", account: "1" }, now).action).toBe("reject");
  });
});
