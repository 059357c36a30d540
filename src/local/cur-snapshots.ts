import type { DuckDBConnection } from "@duckdb/node-api";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import { dateIn } from "../billing/snapshot-name.ts";
import { quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

/** Files without a manifest that may be one copy of the bill: a folder, or the files of a date. */
interface Unit {
  readonly name: string;
  readonly slot: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly lines: number;
}

/**
 * Exports that were copied day by day into folders of their own say the same usage again, under new line ids. Two folders are snapshots of one bill when
 * half of what the smaller has on the days of both is in the other, too: the same account, hour, usage type and caller with the same amount, or with any
 * amount where both names carry a date. Of snapshots the newest counts. Parts of one delivery share nothing and stay.
 */
export async function newestSnapshots(connection: DuckDBConnection): Promise<BillFinding[]> {
  const rows = async (sql: string) => (await readResult(await connection.run(sql))).rows;
  const units = (
    await rows(
      `select snapshot, period || chr(10) || coalesce(payer_account_id, '') as slot, cast(min(cast(usage_start as date)) as varchar) as first_day,
        cast(max(cast(usage_start as date)) as varchar) as last_day, count(*) as n from lines where snapshot <> '' and usage_start is not null group by 1, 2`,
    )
  ).map(
    (row): Unit => ({
      name: String(row["snapshot"]),
      slot: String(row["slot"]),
      firstDay: String(row["first_day"]),
      lastDay: String(row["last_day"]),
      lines: Number(row["n"]),
    }),
  );
  const slots = [...Map.groupBy(units, ({ slot }) => slot)].filter(([, group]) => group.length > 1);
  if (slots.length === 0) return [];
  await connection.run(
    `create or replace temp table meters as
     select distinct snapshot, period || chr(10) || coalesce(payer_account_id, '') as slot, cast(usage_start as date) as day,
       hash(account_id, usage_start, usage_end, line_item_type, product_code, product_name, usage_type, operation, iam_principal, resource_id) as meter,
       hash(usage_amount, unblended_cost) as amount
     from lines where snapshot <> '' and usage_start is not null`,
  );
  const shared = await sharedMeters(connection);
  await connection.run("drop table meters");
  const findings: BillFinding[] = [];
  for (const [slot, group] of slots) {
    const [period = "", payer = ""] = slot.split("\n");
    const left = [...group].sort(newerFirst);
    for (let newest = left.shift(); newest; newest = left.shift()) {
      const older = cluster(newest, left, (a, b) => shared.has(`${slot}\n${[a.name, b.name].sort().join("\n")}`));
      if (older.length === 0) continue;
      const chain = [newest];
      for (const unit of older) {
        left.splice(left.indexOf(unit), 1);
        const days = chain.map(
          ({ firstDay, lastDay }) => `cast(usage_start as date) between ${quote(firstDay)} and ${quote(lastDay)}`,
        );
        await connection.run(
          `delete from lines where snapshot = ${quote(unit.name)} and period = ${quote(period)} and coalesce(payer_account_id, '') = ${quote(payer)} and (${days.join(" or ")})`,
        );
        chain.push(unit);
      }
      findings.push(
        billFinding(
          "older_snapshot",
          "note",
          newest.name,
          `is the newest of ${older.length + 1} snapshots of ${period}, which repeat the same usage; of the days that it holds only its lines count, not those of ${older
            .slice(0, 3)
            .map(({ name }) => name)
            .join(", ")}${older.length > 3 ? ` and ${older.length - 3} more` : ""}`,
          "Nothing, if these folders are copies of one export; give only the newest to make reading faster.",
        ),
      );
    }
  }
  return findings;
}

/** Units that repeat one of the cluster, the cluster growing with each; newest first. */
function cluster(newest: Unit, others: readonly Unit[], repeats: (a: Unit, b: Unit) => boolean): Unit[] {
  const members = [newest];
  for (let grown = true; grown; ) {
    const more = others.filter((unit) => !members.includes(unit) && members.some((member) => repeats(member, unit)));
    members.push(...more);
    grown = more.length > 0;
  }
  return members.slice(1).sort(newerFirst);
}

/** Pairs `slot\nsmaller name\nlarger name` that repeat each other. */
async function sharedMeters(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const pairs = new Set<string>();
  for (const [key, dated] of [
    ["meter, amount", false],
    ["meter", true],
  ] as const) {
    const { rows } = await readResult(
      await connection.run(
        `with keys as (select distinct snapshot, slot, day, ${key} from meters),
         days as (select distinct snapshot, slot, day from meters),
         sizes as (select k.slot, k.snapshot as one, d.snapshot as other, count(*) as n from keys k join days d using (slot, day) where k.snapshot <> d.snapshot group by all),
         same as (select a.slot, a.snapshot as one, b.snapshot as other, count(*) as n from keys a join keys b using (slot, day, ${key}) where a.snapshot < b.snapshot group by all)
         select s.slot, s.one, s.other from same s
         join sizes x on x.slot = s.slot and x.one = s.one and x.other = s.other
         join sizes y on y.slot = s.slot and y.one = s.other and y.other = s.one
         where 2 * s.n >= least(x.n, y.n)`,
      ),
    );
    for (const row of rows) {
      const [one, other] = [String(row["one"]), String(row["other"])];
      const [a, b] = [dateIn(one), dateIn(other)];
      if (!dated || (a !== undefined && b !== undefined && a !== b))
        pairs.add(`${row["slot"]}\n${[one, other].sort().join("\n")}`);
    }
  }
  return pairs;
}

/** By the date in the name, then by how far the lines reach and how many they are, then by name, numbers as numbers. */
function newerFirst(a: Unit, b: Unit): number {
  const [x, y] = [dateIn(a.name) ?? "", dateIn(b.name) ?? ""];
  if (x !== y && x !== "" && y !== "") return x > y ? -1 : 1;
  if (a.lastDay !== b.lastDay) return a.lastDay > b.lastDay ? -1 : 1;
  if (a.lines !== b.lines) return b.lines - a.lines;
  return new Intl.Collator("en", { numeric: true }).compare(b.name, a.name);
}
