import { setImmediate } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { together } from "../../src/bounded-work.ts";
import { Connections } from "../../src/local/connections.ts";

const THREE = ["a", "b", "c"];

it("lends each connection to one at a time; who waits gets one in turn, also after a failure", async () => {
  const connections = await Connections.open(await DuckDBInstance.create(":memory:", { threads: "1" }), 2);
  const steps: string[] = [];
  const used = new Set<unknown>();
  const work = THREE.map((name) =>
    connections.lend(async (connection) => {
      steps.push(`${name} begins`);
      used.add(connection);
      const [[one] = []] = (await connection.runAndReadAll("select 1")).getRows();
      steps.push(`${name} ends`);
      if (name === "a") throw new Error("no more");
      return one;
    }),
  );
  expect((await Promise.allSettled(work)).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(used.size).toBe(2);
  expect(steps.slice(0, 2)).toEqual(["a begins", "b begins"]);
  expect(steps.indexOf("c begins")).toBeGreaterThan(Math.min(steps.indexOf("a ends"), steps.indexOf("b ends")));
  connections.close();
});

it("sees in every connection what the first has made, and each has the settings", async () => {
  const connections = await Connections.open(await DuckDBInstance.create(":memory:", { threads: "1" }), 3);
  await connections.set("set TimeZone='Asia/Tokyo'");
  await connections.first.run("create table made as select 7 as n");
  const seen = await Promise.all(
    THREE.map(() =>
      connections.lend(async (connection) =>
        (await connection.runAndReadAll("select n, current_setting('TimeZone') from made")).getRows().flat(),
      ),
    ),
  );
  expect(seen).toEqual(THREE.map(() => [7, "Asia/Tokyo"]));
  connections.close();
});

it("work that is done together is over when it has failed", async () => {
  let over = false;
  const slow = async () => {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    over = true;
  };
  await expect(together([Promise.reject(new Error("first")), slow()])).rejects.toThrow("first");
  expect(over).toBe(true);
  expect(await together(THREE.map((name) => Promise.resolve(name)))).toEqual(THREE);
});
