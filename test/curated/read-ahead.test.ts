import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type ObjectBytes, ReadAhead } from "../../src/curated/read-ahead.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { MemoryStore } from "../ingest/memory-store.ts";

/** A store that notes what is asked of it. */
class Asked extends MemoryStore {
  readonly asked: string[] = [];

  override async read(key: string, version?: string): Promise<{ body: Readable; info: ObjectInfo }> {
    this.asked.push(version === undefined ? `read ${key}` : `read ${key} ${version}`);
    return super.read(key);
  }

  override async readAll(key: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    this.asked.push(`all ${key}`);
    return super.readAll(key);
  }
}
/** A store whose connection is lost in the middle of an object. */
class BrokenOff extends MemoryStore {
  override async readAll(): Promise<undefined> {
    return undefined;
  }

  override async read(key: string): Promise<{ body: Readable; info: ObjectInfo }> {
    const lost = async function* () {
      yield Buffer.from("{");
      throw new Error("connection reset");
    };
    return { info: this.info(key), body: Readable.from(lost()) };
  }
}
const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `logs/${10 + index}.json`);
const storeOf = (names: readonly string[]): Asked => {
  const store = new Asked();
  for (const name of names) store.objects.set(name, Buffer.from(name));
  return store;
};
async function textOf(bytes: ObjectBytes): Promise<string> {
  if ("bytes" in bytes) return Buffer.from(bytes.bytes).toString();
  return Buffer.concat(await Array.fromAsync(bytes)).toString();
}

describe("objects of a batch", () => {
  it("are each read once, and eight are under way while one is parsed", async () => {
    const store = storeOf(keys(12));
    const ahead = new ReadAhead(store, store.infos);
    for (const [index, key] of keys(12).entries()) {
      expect(await textOf(await ahead.open(index))).toBe(key);
      expect(store.asked).toEqual(keys(Math.min(12, index + 8)).map((each) => `all ${each}`));
    }
  });

  it("of more than 8 MB come as they are read, not whole, and are not fetched ahead", async () => {
    const store = storeOf(keys(2));
    const infos = store.infos.map((info, index) => ({ ...info, size: index === 1 ? 8 * 1024 * 1024 + 1 : 8 * 1024 * 1024 }));
    const ahead = new ReadAhead(store, infos);
    expect("bytes" in (await ahead.open(0))).toBe(true);
    expect(store.asked).toEqual(["all logs/10.json"]);
    const large = await ahead.open(1);
    expect("bytes" in large).toBe(false);
    expect(await textOf(large)).toBe("logs/11.json");
  });

  it("that are no logs are not fetched ahead, unless somebody looked into them", async () => {
    const store = storeOf(["logs/a.json", "logs/b.png", "logs/c.png"]);
    const [a, b, c] = store.infos;
    if (a === undefined || b === undefined || c === undefined) throw new Error("no objects");
    await new ReadAhead(store, [a, b, { ...c, holdsLogs: true }]).open(0);
    expect(store.asked).toEqual(["all logs/a.json", "all logs/c.png"]);
  });

  it("are read in the version that their event names, whole", async () => {
    const store = storeOf(keys(1));
    const bytes = await new ReadAhead(
      store,
      store.infos.map((info) => ({ ...info, version: "v7" })),
    ).open(0);
    expect(store.asked).toEqual(["read logs/10.json v7"]);
    expect(bytes).toMatchObject({ disposable: true });
    expect(await textOf(bytes)).toBe("logs/10.json");
  });

  it("that are gone fail when they are opened, with their name, and not before", async () => {
    const store = storeOf(keys(3));
    const ahead = new ReadAhead(store, store.infos);
    store.objects.delete("logs/11.json");
    expect(await textOf(await ahead.open(0))).toBe("logs/10.json");
    await expect(ahead.open(1)).rejects.toThrow("store: memory has no object logs/11.json");
    expect(await textOf(await ahead.open(2))).toBe("logs/12.json");
    await expect(ahead.open(3)).rejects.toThrow("curated: the batch has no object 3");
  });

  it.each([
    ["small", 1],
    ["large", 9 * 1024 * 1024],
  ])("say which of them could not be read to its end, and what to do: a %s one", async (_, size) => {
    const store = new BrokenOff();
    store.objects.set("logs/10.json", Buffer.from("{}"));
    const ahead = new ReadAhead(store, [{ ...store.info("logs/10.json"), size }]);
    await expect(ahead.open(0).then(textOf)).rejects.toMatchObject({
      message: "invocation: logs/10.json could not be read: connection reset",
      hint: "Check that the object exists and that it may be read, then run again.",
      place: "logs/10.json",
    });
  });
});
