import { describe, expect, test } from "vitest";
import { FolderStore } from "../../src/local/folder-store.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import { manifestSchema } from "../../src/report/manifest-schema.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { chargeOf } from "./month-fixture.ts";
import { CALLS, CHARGES, clearsStatements, column, configOf, file, fixture, report } from "./statement-fixture.ts";

clearsStatements();

describe("a closed month", () => {
  test("is not written again when nothing changed", async () => {
    const month = await fixture({ calls: CALLS, charges: CHARGES });
    expect((await report(month, "", { final: true })).status).toBe("final");
    const again = await report(month);
    expect(again).toMatchObject({ written: false, status: "final", folder: "reports/month=2026-10" });
  });

  test("that changed becomes a numbered restatement beside the old files, with what moved", async () => {
    const before = await fixture({ calls: CALLS, charges: CHARGES });
    await report(before, "", { final: true });
    const old = file(before, "by_team.csv");
    const after = await fixture({
      calls: CALLS,
      charges: [...CHARGES, chargeOf({ dt: "2026-10-05", status: "residual", billed_cost: "0.50", reason: "price" })],
    });
    const store = new FolderStore(before.folder);
    const restated = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config: configOf("") });
    expect(restated).toMatchObject({ status: "restated 1", folder: "reports/month=2026-10/restated-1" });
    expect(restated.manifest.restates).toEqual({
      folder: "reports/month=2026-10",
      why: [
        {
          cause: "bill",
          sentence:
            "The bill says something else under the same delivery. Billed went from 5.049999999999 to 5.549999999999 USD.",
        },
      ],
    });
    expect(restated.notice).toMatchObject({ rule: "month-restated", month: "2026-10", status: "restated 1" });
    expect(restated.notice?.details).toContain(
      "What moved: reports/month=2026-10/restated-1/diff.csv. The version before: reports/month=2026-10/.",
    );
    expect(file(before, "by_team.csv")).toBe(old);
    const moved = parseCsv(file(before, "diff.csv", restated.folder));
    expect(moved).toContainEqual(["reconciliation.csv", "residual price", "billed_usd", "", "0.50", "0.50"]);
    expect(moved).toContainEqual(["by_team.csv", "unattributed", "billed_usd", "0.999999999999", "1.499999999999", "0.50"]);
    const same = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config: configOf("") });
    expect(same).toMatchObject({ written: false, status: "restated 1", notice: undefined });
    const back = await writeReport({ warehouse: before.warehouse, store, month: "2026-10", config: configOf("") });
    expect(back.status).toBe("restated 2");
  });

  test.each([
    [
      "late_logs",
      { calls: [...CALLS, { at: "2026-10-05T09:00:00Z", costs: ["0.50", "0", "0", "0"] }] },
      "",
      "+1 records and +1 calls",
    ],
    ["configuration", { calls: CALLS }, "report: {top_people: 5, shared: by_usage}", "strata.yml changed: report."],
    [
      "prices",
      { calls: [...CALLS.slice(0, 4), { ...CALLS[4], costs: ["4.00", "0", "0", "0"] }] },
      "",
      "instead of 7.050000000001",
    ],
    ["bill", { calls: CALLS, charges: CHARGES }, "", "The bill was delivered again: export-1 instead of none."],
  ])("restated for %s says so", async (cause, content, yaml, sentence) => {
    const before = await fixture({ calls: CALLS });
    await report(before, "", { final: true });
    const after = await fixture(content as Parameters<typeof fixture>[0]);
    const store = new FolderStore(before.folder);
    const { manifest } = await writeReport({ warehouse: after.warehouse, store, month: "2026-10", config: configOf(yaml) });
    expect(manifest.restates?.why).toEqual([{ cause, sentence: expect.stringContaining(sentence) }]);
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
  });

  test("with an unreadable manifest is not overwritten", async () => {
    const month = await fixture({ calls: CALLS });
    await new FolderStore(month.folder).write("reports/month=2026-10/manifest.json", "{");
    await expect(report(month)).rejects.toThrow("report: reports/month=2026-10/manifest.json is not a report manifest");
  });
});

describe("the index", () => {
  test("lists the newest version of every month", async () => {
    const month = await fixture({ calls: [...CALLS, { at: "2026-09-05T09:00:00Z" }], charges: CHARGES });
    await report(month, "", {}, "2026-09");
    await report(month, "", { final: true });
    const index = JSON.parse(file(month, "index.json", "reports"));
    expect(index.months).toEqual([
      expect.objectContaining({ month: "2026-09", status: "provisional", folder: "month=2026-09", billed_usd: null }),
      expect.objectContaining({ month: "2026-10", status: "final", billed_usd: "5.049999999999" }),
    ]);
    expect(file(month, "index.html", "reports")).toContain('href="month=2026-10/report.html"');
    // The month before is a baseline for this one.
    expect(file(month, "report.html")).toContain("What moved");
  });

  test("a month whose usage lines all carry an invoice is final without being told", async () => {
    const month = await fixture({
      calls: CALLS,
      charges: CHARGES,
      tables: {
        cur_line_items: [{ period: "2026-10", invoice_id: "1", payer_account_id: "999900001111", line_item_type: "Usage" }],
      },
    });
    expect((await report(month)).status).toBe("final");
    expect(column(file(month, "focus.csv"), "BillingAccountId")[0]).toBe("999900001111");
  });

  test("an empty month is not closed", async () => {
    const month = await fixture({ calls: CALLS });
    await expect(report(month, "", { final: true }, "2026-09")).rejects.toThrow(
      "2026-09 cannot be closed: it has no call and no bill",
    );
    expect((await report(month, "", {}, "2026-09")).status).toBe("provisional");
  });
});
