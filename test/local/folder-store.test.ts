import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { WriteConflict } from "../../src/errors.ts";
import { FolderStore } from "../../src/local/folder-store.ts";

let folder: string;
let store: FolderStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-store-"));
  store = new FolderStore(folder);
});
const keys = async (prefix?: string) => (await Array.fromAsync(store.list(prefix))).map((object) => object.key);

describe("a folder as a bucket", () => {
  it("lists by prefix in key order, reads back what was written, and forgets what was removed", async () => {
    await store.write("b/2.json", "two");
    await store.write("a/x/1.json", "one");
    await store.write("a.json", "zero");
    expect(await keys()).toEqual(["a/x/1.json", "a.json", "b/2.json"]);
    expect(await keys("a/")).toEqual(["a/x/1.json"]);
    expect(await keys("b/2")).toEqual(["b/2.json"]);
    expect(await text((await store.read("a/x/1.json")).body)).toBe("one");
    await store.remove("a.json");
    expect(await store.readAll("a.json")).toBeUndefined();
    expect(await keys("none/")).toEqual([]);
  });

  it("creates once under ifAbsent, even when many try", async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => store.write("claim", String(i), { ifAbsent: true })),
    );
    expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(["claim"]);
  });

  it("replaces under ifEtag only what was read", async () => {
    const { etag } = await store.write("state", "1");
    await store.write("state", "2", { ifEtag: etag });
    await expect(store.remove("state", { ifEtag: etag })).rejects.toThrow(WriteConflict);
    await expect(store.write("state", "3", { ifEtag: etag })).rejects.toThrow("store: state was changed by somebody else");
    expect(Buffer.from((await store.readAll("state"))?.bytes ?? []).toString()).toBe("2");
  });

  it("names the object that is not there", async () => {
    await expect(store.read("missing.json")).rejects.toThrow(`store: ${folder} has no object missing.json`);
  });

  it.each(["../x", "a/../../x", "/etc/passwd"])("refuses the key %s", async (key) => {
    await expect(store.write(key, "x")).rejects.toThrow("leaves the folder");
    await expect(store.read(key)).rejects.toThrow("leaves the folder");
  });

  it("gives what cannot be read as an error, not as nothing", async () => {
    await store.write("folder/object", "x");
    await expect(store.readAll("folder")).rejects.toThrow("EISDIR");
  });
});
