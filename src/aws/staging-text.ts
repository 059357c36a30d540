import { type Delivery, deliveredAt } from "../billing/find-exports.ts";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import type { Row } from "../ports.ts";
import { curLineItems } from "../tables/cur-line-items.ts";
import { KIRO_PRODUCT_CODES, kiroBillLines } from "../tables/kiro-bill-lines.ts";
import { curExpressions, quote, saysBedrock } from "./cur-expressions.ts";
import type { FileColumns } from "./cur-file-columns.ts";
import type { S3Store } from "./s3-store.ts";

/** One delivery with the external table over its files. */
export interface Source {
  readonly delivery: Delivery;
  /** As the files have them. */
  readonly fileColumns: FileColumns;
  /** In the words of CUR 2.0, whatever form the files have. */
  readonly columns: FileColumns;
  /** Expressions over the files that give them; undefined where the files have them as they are. */
  readonly translation?: ReadonlyMap<string, string> | undefined;
  /** A part of the delivery is damaged and left out. */
  readonly incomplete: boolean;
  /** Name of the external table over its files. */
  readonly table: string;
}

const names = curLineItems.columns.map(({ name }) => name);

/** Every line of every source in the columns of cur_line_items. */
function sourceLines(sources: readonly Source[], store: Pick<S3Store, "name">): string {
  const selects = sources.map(({ delivery, columns, table, translation, incomplete }) => {
    const at = deliveredAt(delivery);
    const expressions = new Map([
      ...curExpressions(columns),
      ["cur_version", quote(delivery.version)],
      ["incomplete", String(incomplete)],
      ["source_file", `regexp_extract("$path", '[^/]+$')`],
      ["delivered_at", at === null ? "cast(null as timestamp(3))" : `timestamp ${quote(at.slice(0, 23).replace("T", " "))}`],
    ]);
    const list = names.map((name) => `${expressions.get(name) ?? "null"} as ${name}`).join(",\n    ");
    const paths = delivery.files.map((key) => quote(`${store.name}/${key}`)).join(", ");
    return `  select\n    ${list},\n    ${quote(delivery.writtenAt)} as written_at\n  from ${translated(table, translation)}\n  where "$path" in (${paths})`;
  });
  return selects.join("\n  union all\n");
}

function translated(table: string, expressions: ReadonlyMap<string, string> | undefined): string {
  if (expressions === undefined) return `"${table}"`;
  const list = [...expressions].map(([name, expression]) => `${expression} as "${name}"`).join(", ");
  return `(select ${list}, "$path" from "${table}") t`;
}

/** Whether lines are a payer's whole and closed month: each usage line has an invoice. */
const IS_CLOSED =
  "(max(invoice_id) is not null and count_if(coalesce(incomplete, false)) = 0 and count_if(line_item_type = 'Usage' and invoice_id is null) = 0)";

/** Payers of damaged deliveries whose staged month is closed, with what stays of them. */
export const keptText = (period: string, damaged: readonly Source[], store: Pick<S3Store, "name">): string => `with lines as (
${sourceLines(damaged, store)}
)
select coalesce(payer_account_id, '') as payer, max(cur_version) as version
from ${curLineItems.name}
where period = ${quote(period)}
  and coalesce(payer_account_id, '') in (select coalesce(payer_account_id, '') from lines)
group by 1
having ${IS_CLOSED}
order by 1`;

/** How many lines say that they are Bedrock's and have no cost or no time that can be read. */
export const lostText = (sources: readonly Source[], store: Pick<S3Store, "name">): string => `with lines as (
${sourceLines(sources, store)}
)
select
  count_if(unblended_cost is null) as costs,
  count_if(unblended_cost is not null and usage_start is null) as times
from lines
where ${saysBedrock()}`;

export function lostLines(period: string, row: Row | undefined): BillFinding[] {
  const lost = (name: string, column: string): BillFinding[] =>
    Number(row?.[name] ?? 0) === 0
      ? []
      : [
          billFinding(
            name === "costs" ? "bad_number" : "bad_timestamp",
            "error",
            period,
            `${row?.[name]} line(s) are left out because ${column} cannot be read`,
            "Look at the delivery; the next one replaces it.",
          ),
        ];
  return [...lost("costs", "line_item_unblended_cost"), ...lost("times", "line_item_usage_start_date")];
}

/** Every Bedrock line once. Also run on Trino, over files. */
export function stagingText(period: string, sources: readonly Source[], store: Pick<S3Store, "name">): string {
  return `with lines as (
${sourceLines(sources, store)}
),
codes as (
  select distinct product_code
  from lines
  where ${saysBedrock()} and product_code <> 'AWSMarketplace'
),
deliveries as (
  -- The newest delivery of each payer, whether it holds Bedrock lines or not.
  select payer, cur_version, delivered_at, incomplete
  from (
    select
      coalesce(payer_account_id, '') as payer,
      cur_version,
      delivered_at,
      incomplete,
      row_number() over (partition by coalesce(payer_account_id, '') order by max(written_at) desc, cur_version desc) as place
    from lines
    group by 1, 2, 3, 4
  ) d
  where place = 1
),
staged as (
  select coalesce(payer_account_id, '') as payer, max(delivered_at) as delivered_at, ${IS_CLOSED} as is_closed
  from ${curLineItems.name}
  where period = ${quote(period)}
  group by 1
),
kept as (
  -- Staged lines that no newer delivery speaks for, and those of a closed month whose newest delivery is damaged.
  select s.payer
  from staged s
  left join deliveries d
    on d.payer = s.payer
  where d.payer is null or s.delivered_at > d.delivered_at or (s.is_closed and d.incomplete)
),
bedrock as (
  select
    l.*,
    case
      when l.line_item_id is null then 1
      else row_number() over (
        partition by l.cur_version, l.line_item_id, l.usage_start, l.account_id, l.line_item_type, l.usage_type, l.iam_principal, l.resource_id
        order by l.source_file, l.unblended_cost, l.usage_amount
      )
    end as copy
  from lines l
  join deliveries d
    on d.payer = coalesce(l.payer_account_id, '')
    and d.cur_version = l.cur_version
  where (${saysBedrock()} or l.product_code in (select product_code from codes))
    and l.unblended_cost is not null and l.usage_start is not null
    and coalesce(l.payer_account_id, '') not in (select payer from kept)
)
select ${names.join(", ")}, ${quote(period)} as period
from bedrock
where copy = 1
union all
select ${names.join(", ")}, period
from ${curLineItems.name}
where period = ${quote(period)}
  and coalesce(payer_account_id, '') in (select payer from kept)`;
}

const kiroNames = kiroBillLines.columns.map(({ name }) => name);
const isKiro = `product_code in (${KIRO_PRODUCT_CODES.map(quote).join(", ")})`;

/** Every line of Kiro and Amazon Q once, of the newest delivery of each payer; what is staged of other payers stays. */
export function kiroText(period: string, sources: readonly Source[], store: Pick<S3Store, "name">): string {
  const list = kiroBillLines.columns.map(({ name, type }) => `cast(${name} as ${type}) as ${name}`).join(",\n  ");
  return `with lines as (
${sourceLines(sources, store)}
),
newest as (
  select payer, cur_version
  from (
    select
      coalesce(payer_account_id, '') as payer,
      cur_version,
      row_number() over (partition by coalesce(payer_account_id, '') order by max(written_at) desc, cur_version desc) as place
    from lines
    group by 1, 2
  ) d
  where place = 1
),
kiro as (
  select
    l.*,
    case
      when l.line_item_id is null then 1
      else row_number() over (
        partition by l.cur_version, l.line_item_id, l.usage_start, l.account_id, l.line_item_type, l.usage_type, l.resource_id
        order by l.source_file, l.unblended_cost, l.usage_amount
      )
    end as copy
  from lines l
  join newest n
    on n.payer = coalesce(l.payer_account_id, '')
    and n.cur_version = l.cur_version
  where ${isKiro} and l.unblended_cost is not null and l.usage_start is not null
)
select
  ${list},
  ${quote(period)} as period
from kiro
where copy = 1
union all
select ${kiroNames.join(", ")}, period
from ${kiroBillLines.name}
where period = ${quote(period)}
  and coalesce(payer_account_id, '') not in (select payer from newest)`;
}
