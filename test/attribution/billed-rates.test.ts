import { describe, expect, it } from "vitest";
import { fillRates, type PriceChange } from "../../src/attribution/billed-rates.ts";

const NONE = {
  input_rate: null,
  output_rate: null,
  cache_read_rate: null,
  cache_write_5m_rate: null,
  cache_write_1h_rate: null,
};
const change = (id: string, day: string, rates: Partial<PriceChange["rates"]>, model: string | null = "sonnet"): PriceChange => ({
  id,
  day,
  model,
  rates: { ...NONE, ...rates },
});
const filled = (...changes: PriceChange[]) =>
  Object.fromEntries(fillRates(changes).map(({ id, day, rates }) => [`${id} ${day}`, rates]));

describe("a rate that the bill of a day does not say", () => {
  it("is the one before, until lines say another", () => {
    const found = filled(
      change("p", "2026-10-03", { input_rate: "0.3", cache_read_rate: "0.03" }),
      change("p", "2026-10-04", { output_rate: "1.5" }),
      change("p", "2026-10-05", { input_rate: "0.2" }),
    );
    expect(found["p 2026-10-04"]).toMatchObject({ input_rate: "0.3", output_rate: "1.5", cache_read_rate: "0.03" });
    expect(found["p 2026-10-05"]).toMatchObject({ input_rate: "0.2", output_rate: "1.5", cache_read_rate: "0.03" });
  });

  it("is the next of the same month, and nothing of a later month", () => {
    const found = filled(
      change("p", "2026-09-30", { input_rate: "0.3" }),
      change("p", "2026-10-03", { input_rate: "0.3" }),
      change("p", "2026-10-09", { output_rate: "1.5" }),
    );
    expect(found["p 2026-10-03"]).toMatchObject({ output_rate: "1.5" });
    expect(found["p 2026-09-30"]).toMatchObject({ output_rate: null });
  });

  it("is that of another profile which pays the same for the same model", () => {
    const found = filled(
      change("cheap", "2026-10-01", { input_rate: "0.1", cache_write_5m_rate: "0.125" }),
      change("like", "2026-10-02", { input_rate: "0.3", cache_write_5m_rate: "0.375" }),
      change("other-model", "2026-10-03", { input_rate: "0.3", cache_write_5m_rate: "9" }, "opus"),
      change("later", "2026-11-03", { input_rate: "0.3", cache_write_5m_rate: "8" }),
      change("p", "2026-10-04", { input_rate: "0.3" }),
      change("q", "2026-10-04", { input_rate: "0.7" }),
    );
    expect(found["p 2026-10-04"]).toMatchObject({ cache_write_5m_rate: "0.375" });
    expect(found["q 2026-10-04"]).toMatchObject({ cache_write_5m_rate: null });
  });

  it("is not taken from another model of the profile, nor for a day with several models", () => {
    const found = filled(
      change("p", "2026-10-03", { input_rate: "0.3", output_rate: "1.5" }),
      change("p", "2026-10-04", { input_rate: "0.1" }, "haiku"),
      change("p", "2026-10-05", {}, null),
    );
    expect(found["p 2026-10-04"]).toMatchObject({ output_rate: null });
    expect(found["p 2026-10-05"]).toEqual(NONE);
  });
});
