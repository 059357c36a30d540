import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Driver } from "./drive.ts";
import { type Figures, figures, strata } from "./figures.ts";
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
let before: Figures;

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
    before = await figures(place(), input.from);
    expect(before.calls[0]?.["calls"]).toBeGreaterThan(100);
    expect(before.bill.length).toBeGreaterThan(5);
    world.athena.anywhere = false;
  });

  it("this release takes it over: the same figures before and after its functions have run", async () => {
    expect(await stack.deploy(join(work, "now")), (await stack.failures()).join("\n")).toBe("UPDATE_COMPLETE");
    expect(await figures(place(), input.from)).toEqual(before);
    const pages = (await driver.messages(PAGER)).length;
    await driver.run("detect");
    await driver.run("detect");
    await driver.run("reconcile", { all: true });
    expect(await figures(place(), input.from)).toEqual(before);
    expect(await driver.messages(PAGER)).toHaveLength(pages);
  });

  it("handing every object to ingest again changes nothing", async () => {
    await backfill();
    await driver.run("detect");
    expect(await figures(place(), input.from)).toEqual(before);
  });

  it("going back works with the same figures, or is refused with the reason and changes nothing", async () => {
    const state = await stack.deploy(join(work, "before"), earlier);
    if (state === "UPDATE_COMPLETE") {
      world.athena.anywhere = true;
      await driver.run("rollup");
      expect(await figures(place(), input.from)).toEqual(before);
      world.athena.anywhere = false;
    } else {
      expect(state).toBe("UPDATE_ROLLBACK_COMPLETE");
      expect((await stack.failures()).join("\n")).toMatch(/catalog version|Deploy the newer/);
      expect(await figures(place(), input.from)).toEqual(before);
    }
  });

  it("and forward again", async () => {
    expect(await stack.deploy(join(work, "now")), (await stack.failures()).join("\n")).toBe("UPDATE_COMPLETE");
    await driver.run("detect");
    expect(await figures(place(), input.from)).toEqual(before);
  });
});

async function backfill(): Promise<void> {
  const source = `s3://${LOG_BUCKET}/${LOG_PREFIX}`;
  await strata(["backfill", "--stage", STAGE, "--source", source, "--from", input.from, "--to", input.to], place());
  await driver.workedOff("ingest");
}
