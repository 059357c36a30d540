import { expect, it } from "vitest";
import { keepLabels, keptLabels } from "../../src/pipeline/labels-object.ts";
import { FakeWarehouse, MemoryStore } from "../anomaly/memory.ts";

const KEY = "state/billed-labels.json";

/** A bill that counts how often it is asked. */
function bill() {
  let asked = 0;
  const warehouse = new FakeWarehouse({
    "billing/tags_by_day": () => {
      asked += 1;
      return [
        {
          kind: "principal",
          id: "arn:aws:iam::111122223333:user/ann",
          first_day: "2026-10-05",
          tag_sets: "iamPrincipal/team\u001dsearch",
        },
      ];
    },
    "billing/resource_prices": () => [],
  });
  return { warehouse, asked: () => asked };
}

it("what the bill says is kept, and the bill is not asked again", async () => {
  const store = new MemoryStore();
  const { warehouse, asked } = bill();
  const labels = await keepLabels(warehouse, store);
  expect(labels.tags[0]?.sets[0]?.get("iamPrincipal/team")).toBe("search");
  expect(await keptLabels(warehouse, store)).toEqual(labels);
  expect(asked()).toBe(1);
});

it.each(["", "{", "null", "[]", '{"tags": 1, "prices": []}', '{"tags": [{}], "prices": []}', '{"tags": []}'])(
  "where what was kept is damaged, the bill is asked and its answer kept: %s",
  async (text) => {
    const store = new MemoryStore();
    await store.write(KEY, text);
    const { warehouse, asked } = bill();
    const labels = await keptLabels(warehouse, store);
    expect(labels.tags).toHaveLength(1);
    expect(await keptLabels(warehouse, store)).toEqual(labels);
    expect(asked()).toBe(1);
  },
);
