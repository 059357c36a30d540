import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CostExplorer } from "../../src/aws/cost-explorer.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { parseInstant } from "../../src/time.ts";
import { clientFor, json, jsonError, StubService } from "./stub-service.ts";

let stub: StubService;
beforeAll(async () => {
  stub = await StubService.start();
});
afterAll(() => stub.stop());

describe("CostExplorer", () => {
  let time = parseInstant("2026-10-05T12:00:00Z") ?? 0;
  const explorer = (): CostExplorer =>
    new CostExplorer({
      clock: { now: () => time },
      cache: new FolderStore(mkdtempSync(join(tmpdir(), "strata-ce-"))),
      client: new CostExplorerClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }),
    });
  const day = (service: string, amount: string) => ({
    TimePeriod: { Start: "2026-10-01", End: "2026-10-02" },
    Estimated: true,
    Groups: [{ Keys: [service], Metrics: { UnblendedCost: { Amount: amount, Unit: "USD" } } }],
  });

  it("adds up every page, keeps only Bedrock's services, and pays once for the same question", async () => {
    stub.on(({ body }) =>
      body.includes("NextPageToken")
        ? json({ ResultsByTime: [day("Claude Sonnet 4.6 (Amazon Bedrock Edition)", "26.4059"), day("Amazon EC2", "99")] })
        : json({ NextPageToken: "2", ResultsByTime: [day("Amazon Bedrock", "1.000000000001")] }),
    );
    const ce = explorer();
    const charges = await ce.charges("2026-10-01", "2026-10-01");
    expect(charges.map(({ usd }) => usd)).toEqual(["1.000000000001", "26.4059"]);
    expect(JSON.parse(stub.requests[0]?.body ?? "{}").TimePeriod).toEqual({ Start: "2026-10-01", End: "2026-10-02" });
    expect(await ce.charges("2026-10-01", "2026-10-01")).toEqual(charges);
    expect([ce.calls, ce.cost]).toEqual([2, 20_000_000_000n]);
    time += 13 * 3_600_000;
    await ce.charges("2026-10-01", "2026-10-01");
    expect(ce.calls).toBe(4);
  });

  it("has no forecast where Cost Explorer has too little history", async () => {
    stub.on(() => jsonError("DataUnavailableException", "too little"));
    expect(await explorer().forecast(["Amazon Bedrock"])).toBeUndefined();
  });

  it("says which permission is missing", async () => {
    stub.on(() => jsonError("AccessDeniedException", "not authorized to perform: ce:GetCostAndUsage"));
    await expect(explorer().charges("2026-10-01", "2026-10-01")).rejects.toThrow(
      /cost-explorer: month to date failed: access is denied.*ce:GetCostAndUsage/,
    );
  });
});
