import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { S3Store } from "../../src/aws/s3-store.ts";
import type { Telemetry } from "../../src/aws/telemetry.ts";
import { pushConfig } from "../../src/cli/config.ts";
import { configFormat } from "../../src/config/config-format.ts";
import { defaultConfig, parseConfig } from "../../src/config/load.ts";
import { CONFIG_KEY, storedText } from "../../src/config/stored-config.ts";
import { FolderStore } from "../../src/local/folder-store.ts";

let folder: string;
let store: FolderStore;
const told: string[] = [];
/** What the function says, and a store with what `configInForce` asks of one. */
const telemetry = (): Telemetry =>
  Object.assign(Object.create(null), {
    log: { warn: (text: string) => told.push(text) },
    failed: (_: unknown, text: string) => told.push(text),
  });
const data = (): S3Store => Object.assign(Object.create(null), { readAll: (key: string) => store.readAll(key) });
/** As a function that starts cold: what it knows is the module's. */
async function coldStart() {
  vi.resetModules();
  const { configInForce } = await import("../../src/aws/config-in-force.ts");
  return (now: number) => configInForce(data(), telemetry(), now);
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-config-"));
  store = new FolderStore(folder);
  told.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BUDGET = parseConfig("organisation: Pushed\nbudgets: [{ scope: team, period: month, limit_usd: 5000 }]");
const deployed = (): Promise<unknown> => store.write(CONFIG_KEY, storedText({ format: configFormat(), config: defaultConfig() }));

describe("the configuration in force", () => {
  it("is the packaged one where none is stored, and the pushed one a minute later without a new package", async () => {
    const inForce = await coldStart();
    expect((await inForce(0)).organisation).toBe(defaultConfig().organisation);
    await deployed();
    await pushConfig(store, BUDGET, "test");
    expect((await inForce(59_999)).organisation).not.toBe("Pushed");
    const now = await inForce(60_000);
    expect(now).toEqual(BUDGET);
    expect(await inForce(130_000)).toBe(now);
    expect(told).toEqual([]);
  });

  it.each([
    ["of another release", storedText({ format: "another", config: BUDGET }), "of another release"],
    ["not JSON", "{", "cannot be read"],
    ["something else", "[]", "cannot be read"],
  ])("gives way to the packaged one where what is stored is %s, and says so", async (_, text, message) => {
    await store.write(CONFIG_KEY, text);
    expect((await (await coldStart())(0)).organisation).toBe(defaultConfig().organisation);
    expect(told.join()).toContain(message);
  });
});

describe("strata config push", () => {
  it("refuses what grants and rules follow, with the keys and the command", async () => {
    await deployed();
    const moved = parseConfig("sources: { logs: [s3://acme-logs] }\nbilling: { cost_explorer: true }");
    await expect(pushConfig(store, moved, "prod")).rejects.toMatchObject({
      message: expect.stringContaining("sources, billing.cost_explorer changed"),
      hint: expect.stringContaining("npx serverless deploy --stage prod"),
    });
  });

  it("refuses where nothing was deployed, and where another release was", async () => {
    await expect(pushConfig(store, BUDGET, "prod")).rejects.toThrow(/holds no configuration of a stack/);
    await store.write(CONFIG_KEY, storedText({ format: "another", config: defaultConfig() }));
    await expect(pushConfig(store, BUDGET, "prod")).rejects.toThrow(/another release/);
  });
});
