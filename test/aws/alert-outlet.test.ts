import { describe, expect, it } from "vitest";
import { alertOutlet } from "../../src/aws/alert-outlet.ts";
import { MemoryStore } from "../ingest/memory-store.ts";

const MESSAGE = { severity: "critical", subject: "Errors above 10 %", body: "{}", attributes: {} };

describe("where a detector's messages go", () => {
  const world = () => {
    const [published, logged]: [string[], unknown[]] = [[], []];
    const live = {
      sink: { publish: async ({ subject }: { subject: string }) => void published.push(subject) },
      state: new MemoryStore(),
    };
    const log = { info: (text: string, facts: object) => void logged.push([text, facts]) };
    return { published, logged, given: { live, place: "s3://curated", log } };
  };

  it("live: to the topics, remembered beside the data", async () => {
    const { published, logged, given } = world();
    const { sink, state } = alertOutlet("live", given);
    await sink.publish(MESSAGE);
    expect([published, logged, state]).toEqual([["Errors above 10 %"], [], given.live.state]);
  });

  it("shadow: to the log and to nobody, remembered apart", async () => {
    const { published, logged, given } = world();
    const { sink, state } = alertOutlet("shadow", given);
    await sink.publish(MESSAGE);
    expect(published).toEqual([]);
    expect(logged).toEqual([["would be published", { severity: "critical", subject: "Errors above 10 %" }]]);
    expect(state.name).toBe("s3://curated/shadow");
  });
});
