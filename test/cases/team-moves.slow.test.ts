import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { billCase, CASES, runCase } from "./run-case.ts";

vi.setConfig({ testTimeout: 300_000 });

const both = billCase("team-moves");
const [logs = "", cur = ""] = [both.logs[0], both.cur?.[0]];
const BY_TEAM = "select date_format(dt, '%Y-%m') || ' ' || team, sum(billed_cost) from allocated_charges group by 1 order by 1";

describe("what is true at a time stays true", () => {
  it("a reorganisation in October does not restate September", async () => {
    const first = await runCase({ logs: [join(logs, "sep.jsonl")], cur: [join(cur, "sep.csv")] });
    expect(first.manifest("2026-09")).toMatchObject({ status: "final" });
    const before = first.csv("2026-09", "by_team");
    expect(before.map((row) => [row["team"], row["billed_usd"]])).toEqual([["alpha", "33.00"]]);

    const second = await runCase({ ...both, out: first.out });
    expect(second.csv("2026-09", "by_team")).toEqual(before);
    expect(second.manifest("2026-09")).toMatchObject({ status: "final", restates: null });
    expect(second.summary.statements[0]).toMatchObject({ month: "2026-09", status: "final", notice: null });
    expect(await second.dollars(BY_TEAM)).toEqual({ "2026-09 alpha": "33.00", "2026-10 beta": "33.00" });
    expect(await second.rows("select cast(dt as varchar) as dt, team from invocations order by dt")).toEqual([
      { dt: "2026-09-10", team: "alpha" },
      { dt: "2026-10-10", team: "beta" },
    ]);
  });
});

describe("a closed month that changes", () => {
  it("says that tags on the bill did, where the same file comes with other tags and the same dollars", async () => {
    const bill = join(mkdtempSync(join(tmpdir(), "strata-tags-")), "sep.csv");
    const september = readFileSync(join(cur, "sep.csv"), "utf8");
    writeFileSync(bill, september);
    const first = await runCase({ logs: [join(logs, "sep.jsonl")], cur: [bill] });
    expect(first.manifest("2026-09")).toMatchObject({ status: "final" });
    writeFileSync(bill, september.replace("alpha", "gamma"));
    const second = await runCase({ logs: [join(logs, "sep.jsonl")], cur: [bill], out: first.out });
    expect(second.manifest("2026-09", "restated-1")).toMatchObject({
      status: "restated 1",
      restates: {
        why: [{ cause: "attribution", sentence: "What names the teams changed: tags of principals on the bill." }],
      },
    });
    expect(second.csv("2026-09", "by_team", "restated-1").map((row) => [row["team"], row["billed_usd"]])).toEqual([
      ["gamma", "33.00"],
    ]);
  });
});

describe("hardly anybody is attributed", () => {
  it("so nobody is charged for the rest, and what has no price is unknown", async () => {
    const folder = join(CASES, "people");
    const { csv, manifest } = await runCase({
      logs: [join(folder, "no-config.jsonl")],
      config: join(folder, "chargeback-one-team.yml"),
    });
    const lines = csv("2026-10", "chargeback");
    const estimated = String((manifest("2026-10")["totals"] as Record<string, string>)["estimated_usd"]);
    const [tiny, rest] = [lines.find(({ team }) => team === "tiny"), lines.find(({ team }) => team === "unattributed")];
    expect(tiny).toMatchObject({ shared_usd: "0.00", known: "complete" });
    expect(Number(tiny?.["total_usd"])).toBeCloseTo(0.068, 3);
    expect(Number(tiny?.["total_usd"]) + Number(rest?.["total_usd"])).toBeCloseTo(Number(estimated), 9);
  });
});
