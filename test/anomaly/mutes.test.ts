import { describe, expect, it } from "vitest";
import { acknowledge, mute, unmute, withMutes } from "../../src/anomaly/mutes.ts";
import { incidentId, silencedBy } from "../../src/anomaly/silence.ts";
import { alerts, DAY, HOUR, incident, START } from "./factories.ts";
import { MemoryStore } from "./memory.ts";

const page = incident();
const forFour = { for: "4h", reason: "known, being repaired" };

const silenced = async (store: MemoryStore, at: number, kind: "escalated" | "renotified" = "escalated", of = page) =>
  silencedBy((await withMutes(alerts(), store, at)).config, of, at, kind);

describe("what one command mutes", () => {
  it("is not told for as long as said, and then again", async () => {
    const store = new MemoryStore();
    expect(await mute(store, { id: incidentId(page), ...forFour }, START)).toBe("2026-06-01T04:00:00Z");
    expect(await silenced(store, START + 3 * HOUR)).toBe("suppressed: known, being repaired");
    expect(await silenced(store, START + 4 * HOUR)).toBeUndefined();
    expect(await silenced(store, START + HOUR, "escalated", incident({ firstBreach: START + 1 * HOUR }))).toBeUndefined();
  });

  it("follows the outage when a wider incident takes it over under the id that people know", async () => {
    const store = new MemoryStore();
    await mute(store, { id: incidentId(page), ...forFour }, START);
    const wider = incident({ key: "error_rate|account|1", scope: "account", name: "1", knownAs: incidentId(page) });
    expect(await silenced(store, START + HOUR, "escalated", wider)).toContain("known");
  });

  it("may be a rule and a name, and goes with unmute", async () => {
    const store = new MemoryStore();
    await mute(store, { rule: "error_*", scope: "team", name: "load*", ...forFour }, START);
    const team = incident({ key: "error_rate|team|load-1", scope: "team", name: "load-1" });
    expect(await silenced(store, START + HOUR, "escalated", team)).toContain("known");
    expect(await silenced(store, START + HOUR)).toBeUndefined();
    expect(await unmute(store, "other")).toBe(0);
    expect(await unmute(store)).toBe(1);
    expect(await silenced(store, START + HOUR, "escalated", team)).toBeUndefined();
  });

  it("stops reminders alone when somebody took it on", async () => {
    const store = new MemoryStore();
    await acknowledge(store, incidentId(page), "ann");
    expect(await silenced(store, START + DAY, "renotified")).toBe("acknowledged by ann");
    expect(await silenced(store, START + DAY)).toBeUndefined();
  });

  it("muted again replaces, and what is long over is removed", async () => {
    const store = new MemoryStore();
    await mute(store, { id: "x", ...forFour }, START);
    await mute(store, { id: "x", for: "1d", reason: "again" }, START);
    expect(store.objects.size).toBe(1);
    await withMutes(alerts(), store, START + 10 * DAY);
    expect(store.objects.size).toBe(0);
  });

  it("that is not readable mutes nothing and is named", async () => {
    const store = new MemoryStore();
    await store.write("alerts-state/mutes/damaged.json", "{");
    const { config, problems } = await withMutes(alerts(), store, START);
    expect(config).toEqual(alerts());
    expect(problems.join()).toContain("alerts-state/mutes/damaged.json is not what");
  });

  it.each([
    ["nothing selected", { ...forFour }, "nothing says what to mute"],
    ["a scope that is none", { scope: "planet", ...forFour }, "scope"],
    ["no length of time", { id: "x", for: "soon", reason: "r" }, '--for "soon"'],
    ["for ever", { id: "x", for: "400d", reason: "r" }, "up to 31 days"],
    ["no reason", { id: "x", for: "1h", reason: "" }, "reason"],
  ])("is refused: %s", async (_name, given, message) => {
    const store = new MemoryStore();
    await expect(mute(store, given, START)).rejects.toThrow(message);
    expect(store.objects.size).toBe(0);
  });

  it.each([
    ["no length of time", { id: "x", for: "soon", reason: "r" }, "For example --for 4h."],
    ["nothing selected", { ...forFour }, "Give the id at the end of the message, or --rule, --scope or --name."],
  ])("and what is refused says what to give: %s", async (_name, given, hint) =>
    expect(mute(new MemoryStore(), given, START)).rejects.toMatchObject({ hint: expect.stringContaining(hint) }),
  );

  it("lasts 31 days at most, and a moment at least", async () => {
    expect(await mute(new MemoryStore(), { id: "x", for: "31d", reason: "r" }, START)).toBe("2026-07-02T00:00:00Z");
    for (const length of ["32d", "745h", "0h"])
      await expect(mute(new MemoryStore(), { id: "x", for: length, reason: "r" }, START)).rejects.toThrow(
        "is not a length of time",
      );
  });
});
