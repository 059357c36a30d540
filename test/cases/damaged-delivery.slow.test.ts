import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { csv } from "../billing/ledger.ts";
import { tokens } from "./bill-company.ts";
import { runCase } from "./run-case.ts";

vi.setConfig({ testTimeout: 300_000 });

const ACCOUNT = "111122223333";
const COLUMNS = [...Object.keys(tokens({ account: ACCOUNT, usd: 1 })), "bill_invoice_id"];
/** The first part is of one line, the second of so many that half of its bytes do not unpack. */
const parts = (month: string, usd: readonly number[], invoice: string): Buffer[] =>
  [usd.slice(0, 1), usd.slice(1)].map((some) =>
    gzipSync(
      csv(
        some.map((each, index) =>
          tokens({
            account: ACCOUNT,
            usd: each,
            at: `${month}-05T${String(index % 24).padStart(2, "0")}:00:00Z`,
            more: {
              bill_billing_period_start_date: `${month}-01T00:00:00Z`,
              bill_invoice_id: invoice,
              line_item_line_item_description: `line ${Math.sqrt(index)}`,
            },
          }),
        ),
        COLUMNS,
      ),
    ),
  );
const cut = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);
const USD = [3, ...Array.from({ length: 2000 }, (_, index) => 1 + (index % 7))];
const TOTAL = USD.reduce((sum, usd) => sum + usd, 0).toFixed(2);

/** An export that overwrites: each delivery has the same files and says its own time. */
function exportOf(month: string) {
  const folder = mkdtempSync(join(tmpdir(), "strata-damaged-"));
  const write = (name: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  return {
    folder,
    /** @param files the parts; undefined for one that the manifest lists and that is not there */
    deliver: (id: string, files: readonly (Buffer | undefined)[]): void => {
      const names = files.map((_, index) => `x/data/BILLING_PERIOD=${month}/part-${index}.csv.gz`);
      for (const [index, name] of names.entries()) {
        const content = files[index];
        if (content === undefined) rmSync(join(folder, name), { force: true });
        else write(name, content);
      }
      const manifest = { executionId: id, lastUpdatedAt: `2026-11-1${id}T03:00:00Z`, dataFiles: names };
      write(`x/metadata/BILLING_PERIOD=${month}/x-Manifest.json`, JSON.stringify(manifest));
    },
  };
}

const billed = "select 'billed', sum(billed_cost) from allocated_charges";

it.each<[string, (files: readonly Buffer[]) => (Buffer | undefined)[]]>([
  ["one part is cut off", ([first = Buffer.alloc(0), second = Buffer.alloc(0)]) => [first, cut(second)]],
  ["no part can be read", (files) => files.map(cut)],
  ["one part is missing", ([first]) => [first, undefined]],
])("a newer delivery of a closed month of which %s restates nothing and is named; a whole one counts", async (_, damage) => {
  const bill = exportOf("2026-09");
  bill.deliver("1", parts("2026-09", USD, "INV-1"));
  const first = await runCase({ logs: [], cur: [bill.folder] });
  expect(await first.dollars(billed)).toEqual({ billed: TOTAL });
  expect(first.summary.statements).toMatchObject([{ month: "2026-09", status: "final" }]);

  bill.deliver("2", damage(parts("2026-09", USD, "INV-1")));
  const second = await runCase({ logs: [], cur: [bill.folder], out: first.out });
  expect(await second.dollars(billed)).toEqual({ billed: TOTAL });
  expect(second.summary.statements).toMatchObject([{ month: "2026-09", status: "final", notice: null }]);
  expect(await second.rows("select count(*) as n from bill_versions where restatements > 0")).toEqual([{ n: 0 }]);
  const messages = second.summary.problems.map(({ message }) => message);
  expect(messages).toContainEqual(
    expect.stringMatching(/part-1\.csv\.gz: is left out, it cannot be read|files that the manifest lists are missing/),
  );
  expect(messages).toContainEqual(
    expect.stringMatching(
      /2026-09: the newest delivery is damaged, and the month is closed: what .*\/1 says of payer 999900001111 stays/,
    ),
  );

  // What stays may stay again, and a whole delivery replaces it.
  const third = await runCase({ logs: [], cur: [bill.folder], out: first.out });
  expect(await third.dollars(billed)).toEqual({ billed: TOTAL });
  bill.deliver("3", parts("2026-09", [...USD, 5], "INV-1"));
  const fourth = await runCase({ logs: [], cur: [bill.folder], out: first.out });
  expect(await fourth.dollars(billed)).toEqual({ billed: (Number(TOTAL) + 5).toFixed(2) });
  expect(fourth.summary.statements).toMatchObject([{ month: "2026-09", status: "restated 1" }]);
});

it("a damaged delivery of an open month counts as far as it can be read, and the month is incomplete", async () => {
  const bill = exportOf("2026-09");
  bill.deliver("1", parts("2026-09", USD, ""));
  const first = await runCase({ logs: [], cur: [bill.folder] });
  const [whole = Buffer.alloc(0), rest = Buffer.alloc(0)] = parts("2026-09", USD, "");
  bill.deliver("2", [whole, cut(rest)]);
  const second = await runCase({ logs: [], cur: [bill.folder], out: first.out });
  expect(await second.dollars(billed)).toEqual({ billed: "3.00" });
  expect(second.manifest("2026-09")).toMatchObject({ status: "provisional", bill: { incomplete: true } });
});
