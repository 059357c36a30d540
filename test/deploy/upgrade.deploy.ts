import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseUsd } from "../../src/money.ts";
import { Driver } from "./drive.ts";
import { analyzeHere, type Figures, figures, strata } from "./figures.ts";
import { BILL_PREFIX, type Input, LOG_PREFIX, PAGER, prepareInput, upload } from "./input.ts";
import { packageStack } from "./package.ts";
import { previousRelease } from "./previous-release.ts";
import { Stack, type Template } from "./stack.ts";
import { BILL_BUCKET, CACHE, LOG_BUCKET, startWorld, type World } from "./world.ts";

const STAGE = "up";
const work = join(CACHE, "deploy", "upgrade");
const release = previousRelease();
if ("missing" in release) console.log(`deploy: upgrade skipped, ${release.missing}`);

let world: World;
let stack: Stack;
let driver: Driver;
let input: Input;
/** What the earlier release made of the files, and what this one makes of them on this machine. */
let before: Figures;
let here: Figures;

/** The first version had policies that AWS refuses, and a pattern that the emulator never matches and refuses to go back to. */
const earlier = {
  judged: false,
  change: ({ Resources }: Template): void => {
    for (const { Properties } of Object.values(Resources)) {
      const pattern = Properties["EventPattern"] as { detail?: { $or?: object[] } } | undefined;
      const [only, ...more] = pattern?.detail?.$or ?? [];
      if (pattern && only && more.length === 0) pattern.detail = only;
    }
  },
};
const place = () => ({ endpoint: world.front.endpoint, stage: STAGE });

describe.skipIf("missing" in release)("an upgrade with data", () => {
  beforeAll(async () => {
    input = await prepareInput(join(work, "input"), Date.now());
    packageStack(join(work, "now"), STAGE, input.config);
    analyzeHere(input, join(work, "data"));
    here = await figures({ data: join(work, "data") }, input.days);
    if ("folder" in release) packageStack(join(work, "before"), STAGE, input.config, release.folder);
    world = await startWorld("upgrade");
    stack = new Stack(world.clients, STAGE);
    driver = new Driver(world.clients, STAGE);
    await driver.makePager(PAGER);
  });
  afterAll(() => world?.stop());

  it("the previous release fills its tables", async () => {
    // It gave parameters to Athena where none are documented.
    world.athena.anywhere = true;
    expect(await stack.deploy(join(work, "before"), earlier), (await stack.failures()).join("\n")).toBe("UPDATE_COMPLETE");
    await upload(world.s3, input.logs, LOG_BUCKET, LOG_PREFIX);
    await upload(world.s3, input.cur, BILL_BUCKET, BILL_PREFIX);
    await driver.workedOff("ingest");
    await driver.run("rollup");
    await driver.run("reconcile", { all: true });
    await driver.run("rollup");
    await driver.run("detect");
    before = await figures(place(), input.days);
    expect(before.calls[0]?.["calls"]).toBeGreaterThan(100);
    expect(before.bill.length).toBeGreaterThan(5);
    world.athena.anywhere = false;
  });

  it("this release takes it over: no figure moves by the deployment", async () => {
    expect(await stack.deploy(join(work, "now")), (await stack.failures()).join("\n")).toBe("UPDATE_COMPLETE");
    expect(await figures(place(), input.days)).toEqual(before);
  });

  it("its functions keep usage as it was, bring the bill to what this release makes of it here, and page nobody again", async () => {
    const pages = (await driver.messages(PAGER)).length;
    await driver.run("detect");
    await driver.run("detect");
    await driver.run("reconcile", { all: true });
    const there = await figures(place(), input.days);
    expect(there.usage).toEqual(before.usage);
    expect(there.calls).toEqual(before.calls);
    expect(billed(there)).toBe(billed(before));
    expect(there.bill).toEqual(here.bill);
    expect(await driver.messages(PAGER)).toHaveLength(pages);
  });

  it("handing every object to ingest again, and compacting what lands, ends in what this release makes of them here", async () => {
    await backfill();
    await driver.run("detect");
    await driver.run("compact");
    expect(await figures(place(), input.days)).toEqual(here);
  });

  it("going back works: the earlier release finds its figures again, or is refused with the reason and changes nothing", async () => {
    const state = await stack.deploy(join(work, "before"), earlier);
    if (state === "UPDATE_COMPLETE") {
      world.athena.anywhere = true;
      await driver.run("rollup");
      expect(await figures(place(), input.days)).toEqual(here);
      await driver.run("reconcile", { all: true });
      // It goes on with what the newer release has learned of owners, so more of the bill has a team than before.
      expect(withoutTeams(await figures(place(), input.days))).toEqual(withoutTeams(before));
      world.athena.anywhere = false;
    } else {
      expect(state).toBe("UPDATE_ROLLBACK_COMPLETE");
      expect((await stack.failures()).join("\n")).toMatch(/catalog version|Deploy the newer/);
      expect(await figures(place(), input.days)).toEqual(here);
    }
  });

  it("and forward again", async () => {
    const left = await figures(place(), input.days);
    expect(await stack.deploy(join(work, "now")), (await stack.failures()).join("\n")).toBe("UPDATE_COMPLETE");
    await driver.run("detect");
    expect(await figures(place(), input.days)).toEqual(left);
  });
});

/** The bill's dollars and tokens by everything but the team. */
function withoutTeams({ bill }: Figures): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { period, status, reason, model, token_type, ...row } of bill)
    for (const measure of ["billed", "net", "billed_tokens", "logged_tokens"]) {
      const key = [period, status, reason, model, token_type, measure].join(" ");
      sums.set(key, (sums.get(key) ?? 0n) + parseUsd(String(row[measure])));
    }
  return sums;
}

/** Dollars of the whole bill, in pico-dollars. */
const billed = ({ bill }: Figures): bigint => bill.reduce((sum, { billed: dollars }) => sum + parseUsd(String(dollars)), 0n);

async function backfill(): Promise<void> {
  const source = `s3://${LOG_BUCKET}/${LOG_PREFIX}`;
  await strata(["backfill", "--stage", STAGE, "--source", source, "--from", input.from, "--to", input.to], place());
  await driver.workedOff("ingest");
}
