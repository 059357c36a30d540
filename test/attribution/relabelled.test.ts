import { describe, expect, it } from "vitest";
import type { PriceChange } from "../../src/attribution/billed-rates.ts";
import { type LearnedOwner, learnedOwners, type TagChange } from "../../src/attribution/learned-owners.ts";
import { relabelled } from "../../src/attribution/relabelled.ts";
import { strataConfig } from "../../src/config/strata-config.ts";

const ann = "arn:aws:iam::111122223333:user/ann";
const ben = "arn:aws:iam::111122223333:user/ben";
const config = strataConfig.parse({ attribution: { teams: { staff: { members: ["ann", "ben"] } } } });
const tagged = (id: string, day: string, team: string): TagChange => ({
  kind: "principal",
  id,
  day,
  sets: [new Map([["iamPrincipal/team", team]])],
});
const learned = (principals: string[], ...tags: TagChange[]): LearnedOwner[] =>
  learnedOwners(config, { principals, tags, prices: [] });
/** As it is read back from the file. */
const kept = (rows: LearnedOwner[]): LearnedOwner[] => JSON.parse(JSON.stringify(rows));
const DAYS = ["2026-09-30", "2026-10-01", "2026-10-08", "2026-10-12"];
const CALLERS = [ann, ben].map((id) => ({ kind: "principal", id, days: DAYS }));

describe("days for which a newer bill names other owners", () => {
  it("are those of the first tag's month, and only of who carries it", () => {
    const change = relabelled(kept(learned([ann, ben])), learned([ann, ben], tagged(ann, "2026-10-08", "red")), config);
    expect(change.from).toBe("2026-10-01");
    expect(change.daysOf(CALLERS)).toEqual(["2026-10-01", "2026-10-08", "2026-10-12"]);
    expect(change.daysOf(CALLERS.slice(1))).toEqual([]);
  });

  it("begin where a tag changes", () => {
    const before = learned([ann], tagged(ann, "2026-10-01", "red"));
    const after = learned([ann], tagged(ann, "2026-10-01", "red"), tagged(ann, "2026-10-12", "blue"));
    expect(relabelled(kept(before), after, config).daysOf(CALLERS)).toEqual(["2026-10-12"]);
  });

  it("are none when somebody is new of whom the bill says nothing, and when nothing changed", () => {
    const before = learned([ann], tagged(ann, "2026-10-01", "red"));
    expect(relabelled(kept(before), learned([ann, ben], tagged(ann, "2026-10-01", "red")), config).from).toBeUndefined();
    expect(relabelled(kept(before), before, config).from).toBeUndefined();
    expect(relabelled([], learned([ben]), config).from).toBeUndefined();
  });

  it("begin where a newer bill says no more what an earlier one did", () => {
    const before = learned([ann], tagged(ann, "2026-10-01", "red"), tagged(ann, "2026-10-12", "blue"));
    const after = learned([ann], tagged(ann, "2026-10-01", "red"));
    expect(relabelled(kept(before), after, config).from).toBe("2026-10-12");
  });

  it("begin the day after what was said ended", () => {
    const id = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12";
    const rates = { output_rate: null, cache_read_rate: null, cache_write_5m_rate: null, cache_write_1h_rate: null };
    const model = "claude-sonnet-4-6";
    const first = { id, day: "2026-10-01", model, rates: { ...rates, input_rate: "0.000003" } };
    const of = (...prices: PriceChange[]) => learnedOwners(config, { principals: [], tags: [], prices });
    const before = of(first, { ...first, day: "2026-10-20", model: null });
    const change = relabelled(kept(before), of(first), config);
    expect(change.from).toBe("2026-10-20");
    expect(change.daysOf([{ kind: "resource", id, days: ["2026-10-19", "2026-10-20"] }])).toEqual(["2026-10-20"]);
  });
});
