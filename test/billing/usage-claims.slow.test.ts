import { afterAll, expect, it } from "vitest";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const user = (name: string): string => `arn:aws:iam::111122223333:user/${name}`;
/** Output tokens of a user that nobody logged. */
const line = (name: string, day: string) =>
  billLine({
    line_item_iam_principal: user(name),
    line_item_usage_type: "USE1-NovaPro-output-tokens",
    line_item_usage_start_date: `${day}T10:00:00Z`,
    line_item_usage_end_date: `${day}T11:00:00Z`,
  });
const call = (name: string, dt: string, team: string) =>
  usage({ dt, hour: 10, principal_arn: user(name), team, input_tokens: 1_000_000, input_cost: "0.06" });

// docs/reconciliation.md: usage that names nobody is its principal's calls', on that day and else in that month.
it("usage without a name is that of its principal's calls of the day, else of the month; each day for itself", async () => {
  await writeUsage(`${folder.path}/data`, [
    call("ann", "2026-10-05", "green"),
    call("ann", "2026-10-08", "yellow"),
    call("ben", "2026-10-08", "blue"),
    call("eve", "2026-11-02", "late"),
  ]);
  const lines = [line("ann", "2026-10-05"), line("ben", "2026-10-06"), line("eve", "2026-10-07")];
  writeFile(folder.path, "cur/bill.csv", csv(lines));
  const { charges } = await settle(`${folder.path}/data`, `${folder.path}/cur`);
  const unlogged = charges.filter((row) => row["model"] === "nova-pro");
  expect(unlogged.map((row) => [row["dt"], row["team"]])).toEqual([
    ["2026-10-05", "green"],
    ["2026-10-06", "blue"],
    ["2026-10-07", "shared"],
  ]);
});
