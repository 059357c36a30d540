import { expect, it } from "vitest";
import { countAgain } from "../../src/pipeline/count-again.ts";
import type { ServiceCounts } from "../../src/ports.ts";
import { FakeWarehouse, MemoryStore } from "../anomaly/memory.ts";

const STATE = "state/counted-until.json";
const at = (time: string): number => Date.parse(`2026-10-05T${time}:00Z`);

function world() {
  const data = new MemoryStore();
  const asked: { region: string; from: number; to: number }[] = [];
  let deaf: string | undefined;
  const counts: ServiceCounts = {
    async hours(region, from, to) {
      if (region === deaf) throw new Error("cloudwatch: AccessDenied");
      asked.push({ region, from, to });
      return [];
    },
  };
  const warehouse = new FakeWarehouse({ "rollups/regions_used": () => [{ region: "eu-west-1" }, { region: "us-east-1" }] });
  return {
    data,
    asked,
    isDeaf: (region: string | undefined) => {
      deaf = region;
    },
    run: (time: string) => countAgain({ warehouse, data, counts, account: "111122223333", now: at(time) }),
  };
}

it("asks each region for the last days, and then not before three hours have passed", async () => {
  const { asked, run } = world();
  expect(await run("06:15")).toEqual({ regions: 2, failures: [] });
  const range = { from: Date.parse("2026-10-03T00:00:00Z"), to: at("06:00") };
  expect(asked.splice(0)).toEqual([
    { region: "eu-west-1", ...range },
    { region: "us-east-1", ...range },
  ]);
  for (const time of ["06:20", "07:15", "08:59"]) expect(await run(time), time).toBeUndefined();
  expect(asked).toEqual([]);
  expect(await run("09:15")).toEqual({ regions: 2, failures: [] });
  expect(asked.map(({ to }) => to)).toEqual([at("09:00"), at("09:00")]);
});

it("asks again at the next hour where a region did not answer", async () => {
  const { asked, isDeaf, run } = world();
  isDeaf("eu-west-1");
  expect((await run("06:15"))?.failures).toMatchObject([{ region: "eu-west-1", message: "cloudwatch: AccessDenied" }]);
  isDeaf(undefined);
  expect(await run("07:15")).toEqual({ regions: 2, failures: [] });
  expect(asked.map(({ region }) => region)).toEqual(["us-east-1", "eu-west-1", "us-east-1"]);
});

it.each(["", "{", "null", '{"hour":"six"}', "[]"])("takes a damaged memory (%s) for none", async (text) => {
  const { data, asked, run } = world();
  await run("06:15");
  await data.write(STATE, text);
  expect(await run("07:15")).toEqual({ regions: 2, failures: [] });
  expect(asked).toHaveLength(4);
  expect(JSON.parse(data.text(STATE))).toEqual({ hour: at("07:00") });
});
