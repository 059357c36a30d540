import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatUsd, parseUsd } from "../../src/money.ts";
import type { Row } from "../../src/ports.ts";
import { billLine, csv, type Ledger, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

/** One small bill in which each line meets the log in another way (docs/reconciliation.md). */
const folder = temporaryFolder();
afterAll(folder.remove);
const MILLION = 1_000_000;
const user = (name: string): string => `arn:aws:iam::111122223333:user/${name}`;
const logged = (model: string, name: string, values: Row = {}): Row =>
  usage({ model, principal_arn: user(name), input_tokens: MILLION, input_cost: "0.06", ...values });

let ledger: Ledger;
beforeAll(async () => {
  const lines = [
    // Half as dear again as its quantity times its rate, and half of that after discounts.
    billLine({ line_item_unblended_cost: "0.09", line_item_net_unblended_cost: "0.045" }),
    // Batch tokens, and the same person's calls that were not batch.
    billLine({
      line_item_usage_type: "USE1-NovaPro-input-tokens-batch",
      line_item_unblended_rate: "0.0004",
      line_item_unblended_cost: "0.4",
      line_item_iam_principal: user("ben"),
    }),
    // Flex on the bill, on-demand in the log: the same calls.
    billLine({ line_item_usage_type: "USE1-NovaMicro-input-tokens-flex", line_item_iam_principal: user("cy") }),
    // Nobody of that name is in the log, and somebody else's calls are.
    billLine({ line_item_usage_type: "USE1-NovaPremier-input-tokens", line_item_iam_principal: user("eve") }),
  ];
  await writeUsage(`${folder.path}/data`, [
    logged("nova-lite", "ann"),
    logged("nova-pro", "ben"),
    logged("nova-micro", "cy"),
    logged("nova-premier", "dan"),
  ]);
  writeFile(folder.path, "cur/bill.csv", csv(lines));
  ledger = await settle(`${folder.path}/data`, `${folder.path}/cur`);
});

const of = (model: string): Record<string, unknown>[] =>
  ledger.charges
    .filter((row) => row["model"] === model)
    .map(({ status, reason, match_level, team, billed_cost, net_cost }) => ({
      status,
      reason,
      match_level,
      team,
      billed: formatUsd(parseUsd(String(billed_cost))),
      net: formatUsd(parseUsd(String(net_cost))),
    }));

describe("what one line of the bill becomes", () => {
  it("what it costs beyond quantity times rate is nobody's, and is in no amount twice", () =>
    expect(of("nova-lite")).toEqual([
      expect.objectContaining({ status: "allocated", match_level: "principal", team: "red", billed: "0.06", net: "0.015" }),
      expect.objectContaining({ status: "residual", reason: "price", billed: "0.03", net: "0.03" }),
    ]));

  it("batch tokens are never explained by the same person's other calls", () => {
    expect(of("nova-pro").map(({ status }) => status)).not.toContain("allocated");
    expect(of("nova-pro").map(({ billed }) => billed)).toEqual(["0.40"]);
  });

  it("another tier on the bill than in the log is the same principal's, and says so", () =>
    expect(of("nova-micro")).toMatchObject([{ status: "allocated", match_level: "principal:service_tier", billed: "0.06" }]));

  it("a line of somebody who is not in the log is taken for other calls of the account only without identity, and says so", () =>
    expect(of("nova-premier").map(({ match_level }) => match_level)).not.toContain("principal"));
});
