import type { DuckDBConnection } from "@duckdb/node-api";
import { classifyWords } from "../billing/classify-words.ts";
import type { Delivery } from "../billing/find-exports.ts";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import { type ExchangeRates, monthlyLines, negativeUsage, otherCurrency } from "../billing/line-findings.ts";
import { formatUsd, parseUsd } from "../money.ts";
import type { Row } from "../ports.ts";
import { newestSnapshots } from "./cur-snapshots.ts";
import { quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

/** Judges the staged table `lines`: takes out what must not be counted (and says so), names what is odd. */
export async function judgeLines(
  connection: DuckDBConnection,
  deliveries: ReadonlyMap<string, Delivery>,
  rates: ExchangeRates,
): Promise<BillFinding[]> {
  return [
    ...(await keepOnce(connection, deliveries)),
    ...(await otherCurrencies(connection, rates)),
    ...(await negativeLines(connection)),
    ...(await monthly(connection)),
    ...(await unknownWords(connection)),
  ];
}

/** Leaves each line that can be read in the staged table `lines` once: of the newest delivery, of the newest snapshot. */
export async function keepOnce(connection: DuckDBConnection, deliveries: ReadonlyMap<string, Delivery>): Promise<BillFinding[]> {
  return [
    ...(await newestDelivery(connection, deliveries)),
    ...(await newestSnapshots(connection)),
    ...(await unreadableLines(connection)),
    ...(await sharedLineIds(connection)),
  ];
}

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<readonly Row[]> =>
  (await readResult(await connection.run(sql))).rows;

/** Two exports of one payer that hold the same period say the same thing twice: the newest is read. */
async function newestDelivery(connection: DuckDBConnection, deliveries: ReadonlyMap<string, Delivery>): Promise<BillFinding[]> {
  const slots = new Map<string, string[]>();
  for (const row of await rowsOf(
    connection,
    "select distinct period, coalesce(payer_account_id, '') as payer, cur_version from lines order by 1, 2, 3",
  )) {
    const slot = `${row["period"]}\n${row["payer"]}`;
    slots.set(slot, [...(slots.get(slot) ?? []), String(row["cur_version"])]);
  }
  const findings: BillFinding[] = [];
  for (const [slot, versions] of slots) {
    if (versions.length < 2) continue;
    const [period = "", payer = ""] = slot.split("\n");
    const age = (version: string): string => {
      const delivery = deliveries.get(version);
      return `${delivery?.hasManifest ? 1 : 0}\n${delivery?.writtenAt ?? ""}\n${version}`;
    };
    const [kept = "", ...older] = [...versions].sort((a, b) => (age(a) > age(b) ? -1 : 1));
    await connection.run(
      `delete from lines where period = ${quote(period)} and coalesce(payer_account_id, '') = ${quote(payer)} and cur_version <> ${quote(kept)}`,
    );
    findings.push({
      code: "overlapping_exports",
      severity: "note",
      place: kept,
      message: `billing: ${kept}: period ${period} is also in ${older.join(", ")}; only ${kept} is read, so that nothing is counted twice`,
      hint: "Give only one export of a month.",
    });
  }
  return findings;
}

async function unreadableLines(connection: DuckDBConnection): Promise<BillFinding[]> {
  const findings: BillFinding[] = [];
  const checks = [
    [
      "bad_number",
      "unblended_cost is null and cost_text is not null",
      "cost_text",
      "line_item_unblended_cost",
      "is no decimal number",
    ],
    ["bad_number", "unblended_cost is null", "cost_text", "line_item_unblended_cost", "is empty"],
    [
      "bad_number",
      "usage_amount is null and amount_text is not null",
      "amount_text",
      "line_item_usage_amount",
      "is no decimal number",
    ],
    ["bad_timestamp", "usage_start is null", "start_text", "line_item_usage_start_date", "is no time"],
  ] as const;
  for (const [code, condition, column, name, what] of checks) {
    const rows = await rowsOf(
      connection,
      `select source_file, count(*) as n, min(${column}) as sample from lines where ${condition} group by source_file order by source_file`,
    );
    for (const row of rows) {
      findings.push({
        code,
        severity: "error",
        place: String(row["source_file"]),
        message: `billing: ${row["source_file"]}: ${row["n"]} line(s) are left out because ${name} ${what}${row["sample"] === null ? "" : `, for example "${row["sample"]}"`}`,
        hint: "Fetch the delivery again; the file was changed or damaged.",
      });
    }
    if (rows.length > 0) await connection.run(`delete from lines where ${condition}`);
  }
  return findings;
}

/** Ids are almost always unique; only where they are not are lines compared. */
async function sharedLineIds(connection: DuckDBConnection): Promise<BillFinding[]> {
  const [shared] = await rowsOf(
    connection,
    "select count(line_item_id) - count(distinct (period, line_item_id)) filter (where line_item_id is not null) as n from lines",
  );
  if (Number(shared?.["n"] ?? 0) === 0) return [];
  return [...(await repeatedLines(connection)), ...(await conflictingLines(connection))];
}

/** The same line, word for word, in two files or twice in one. */
async function repeatedLines(connection: DuckDBConnection): Promise<BillFinding[]> {
  await connection.run(
    `create temp table numbered as
     select l.*, case when line_item_id is null then 1 else row_number() over (partition by period, line_item_id, fingerprint order by source_file) end as copy
     from (select *, md5(to_json(struct_pack(${await contentColumns(connection)}))::varchar) as fingerprint from lines) l`,
  );
  const rows = await rowsOf(
    connection,
    "select period, source_file, count(*) as n, min(line_item_id) as sample from numbered where copy > 1 group by 1, 2 order by 1, 2",
  );
  await connection.run("create or replace temp table lines as select * exclude (copy, fingerprint) from numbered where copy = 1");
  await connection.run("drop table numbered");
  return rows.map((row) => ({
    code: "duplicate_line",
    severity: "note",
    place: String(row["source_file"]),
    message: `billing: ${row["source_file"]}: ${row["n"]} line(s) of ${row["period"]} are repeated word for word and counted once, first ${row["sample"]}`,
    hint: "Remove the copy, or the part that overlaps.",
  }));
}

async function contentColumns(connection: DuckDBConnection): Promise<string> {
  const rows = await rowsOf(connection, "describe lines");
  return rows
    .map((row) => String(row["column_name"]))
    .filter((name) => !["source_file", "cur_version", "folder_period", "snapshot", "incomplete"].includes(name))
    .map((name) => `"${name}" := "${name}"`)
    .join(", ");
}

/** One line id for the same hour, account, usage type and principal with two amounts: two versions of one line, of which the first is kept. */
async function conflictingLines(connection: DuckDBConnection): Promise<BillFinding[]> {
  const key = "period, line_item_id, usage_start, account_id, line_item_type, usage_type, iam_principal, resource_id";
  await connection.run(
    `create temp table versions as select *, case when line_item_id is null then 1 else row_number() over (partition by ${key} order by source_file, unblended_cost, usage_amount) end as version from lines`,
  );
  const rows = await rowsOf(
    connection,
    "select period, source_file, count(*) as n, cast(sum(unblended_cost) as varchar) as usd, min(line_item_id) as sample from versions where version > 1 group by 1, 2 order by 1, 2",
  );
  await connection.run("create or replace temp table lines as select * exclude (version) from versions where version = 1");
  await connection.run("drop table versions");
  return rows.map((row) => ({
    code: "conflicting_line",
    severity: "error",
    place: String(row["source_file"]),
    message: `billing: ${row["source_file"]}: ${row["n"]} line(s) of ${row["period"]} repeat the id of another line with another amount and are left out ($${row["usd"]}), first ${row["sample"]}`,
    hint: "Two versions of the month lie side by side: give only the newest delivery, with its manifest.",
  }));
}

async function otherCurrencies(connection: DuckDBConnection, rates: ExchangeRates): Promise<BillFinding[]> {
  const rows = await rowsOf(
    connection,
    "select period, currency_code, count(*) as n, cast(sum(unblended_cost) as varchar) as amount from lines where currency_code <> 'USD' group by 1, 2 order by 1, 2",
  );
  return rows.map((row) =>
    otherCurrency(String(row["period"]), String(row["currency_code"]), Number(row["n"]), String(row["amount"]), rates),
  );
}

async function negativeLines(connection: DuckDBConnection): Promise<BillFinding[]> {
  const rows = await rowsOf(
    connection,
    `select period, count(*) as n, cast(sum(unblended_cost) as varchar) as usd, min(line_item_id) as sample from lines
     where line_item_type in ('Usage', 'DiscountedUsage') and (unblended_cost < 0 or usage_amount < 0) group by 1 order by 1`,
  );
  return rows.map((row) => negativeUsage(String(row["period"]), String(row["sample"]), Number(row["n"]), String(row["usd"])));
}

async function monthly(connection: DuckDBConnection): Promise<BillFinding[]> {
  const rows = await rowsOf(
    connection,
    `select period, coalesce(payer_account_id, '') as payer, count(*) as n from lines where line_item_type in ('Usage', 'DiscountedUsage')
     group by 1, 2 having count(*) = count(*) filter (where usage_end > usage_start + interval 1 day) order by 1, 2`,
  );
  return rows.map((row) => monthlyLines(String(row["period"]), String(row["payer"]), Number(row["n"])));
}

/** What the usage grammar does not know: each wording once, with its dollars. */
async function unknownWords(connection: DuckDBConnection): Promise<BillFinding[]> {
  const words = [
    "product_code",
    "product_name",
    "usage_type",
    "operation",
    "pricing_unit",
    "description",
    "billing_entity",
    "line_item_type",
  ];
  const rows = await rowsOf(
    connection,
    `select ${words.map((name) => `coalesce(${name}, '') as ${name}`).join(", ")}, cast(sum(unblended_cost) as varchar) as usd from lines where currency_code = 'USD' group by ${words.map((_, index) => index + 1).join(", ")} order by ${words.map((_, index) => index + 1).join(", ")}`,
  );
  const unknown = new Map<string, bigint>();
  for (const row of rows) {
    const { charge_kind: kind, what } = classifyWords(row);
    if (kind !== "unclassified") continue;
    const name = `${row["usage_type"] || "(no usage type)"}\n${what}`;
    unknown.set(name, (unknown.get(name) ?? 0n) + parseUsd(String(row["usd"])));
  }
  return [...unknown].map(([name, amount]) => {
    const [usageType = "", what = ""] = name.split("\n");
    return billFinding(
      "unclassified_lines",
      "note",
      usageType,
      `$${formatUsd(amount)} are unclassified because the grammar does not know the ${what}`,
      "The dollars are in the line unclassified; report the usage type, or add it to src/billing/grammar.data.json.",
    );
  });
}
