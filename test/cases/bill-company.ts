import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BillLine, billLine, csv } from "../billing/ledger.ts";

/** Ten million pico-dollars a token keep quantity times rate exact. */
export interface TokenLine {
  readonly account: string;
  readonly usd: number;
  /** Thousands of tokens; a dollar is a thousand of them unless said otherwise. */
  readonly thousands?: number;
  readonly principal?: string;
  readonly at?: string;
  readonly more?: BillLine;
}

const hourAfter = (at: string): string => new Date(Date.parse(at) + 3_600_000).toISOString().replace(".000", "");

/** A line of Nova Lite input tokens. Without a principal the line names none. */
export const tokens = ({
  account,
  usd,
  thousands = usd * 1000,
  principal = "",
  at = "2026-10-05T14:00:00Z",
  more = {},
}: TokenLine): BillLine =>
  billLine({
    line_item_usage_account_id: account,
    line_item_iam_principal: principal,
    line_item_usage_amount: String(thousands),
    line_item_unblended_rate: String(usd / thousands),
    line_item_unblended_cost: String(usd),
    line_item_usage_start_date: at,
    line_item_usage_end_date: hourAfter(at),
    ...more,
  });

/** A line without tokens, of an hour: guardrail text units unless said otherwise. */
export const other = (account: string, usd: number, more: BillLine = {}): BillLine =>
  billLine({
    line_item_usage_account_id: account,
    line_item_iam_principal: "",
    line_item_usage_type: "USE1-Guardrail-ContentPolicyUnitsConsumed",
    pricing_unit: "1K TextUnits",
    line_item_usage_amount: "1",
    line_item_unblended_rate: String(usd),
    line_item_unblended_cost: String(usd),
    ...more,
  });

/** A credit, refund, discount or tax that names nothing but its account unless said otherwise. */
export const adjustment = (account: string, type: string, usd: number, more: BillLine = {}): BillLine =>
  billLine({
    line_item_usage_account_id: account,
    line_item_iam_principal: "",
    line_item_line_item_type: type,
    line_item_usage_type: "",
    line_item_operation: "",
    line_item_usage_amount: "1",
    line_item_unblended_rate: "",
    line_item_unblended_cost: String(usd),
    pricing_unit: "",
    product_region_code: "",
    ...more,
  });

export interface LoggedCall {
  readonly account: string;
  readonly principal: string;
  readonly thousands: number;
  readonly at?: string;
  readonly model?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

let serial = 0;
const record = ({
  account,
  principal,
  thousands,
  at = "2026-10-05T14:10:00Z",
  model = "amazon.nova-lite-v1:0",
  metadata,
}: LoggedCall) =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: at,
    accountId: account,
    region: "us-east-1",
    requestId: `0f000000-0000-4000-8000-${String(++serial).padStart(12, "0")}`,
    operation: "Converse",
    modelId: model,
    input: { inputContentType: "application/json", inputTokenCount: thousands * 1000 },
    output: { outputContentType: "application/json", outputTokenCount: 0 },
    identity: { arn: principal },
    ...(metadata ? { requestMetadata: metadata } : {}),
  });

/** Writes logs, bill and configuration into a temporary folder, as input of `runCase`. */
export function company(given: {
  readonly bill: readonly BillLine[];
  readonly calls: readonly LoggedCall[];
  readonly config?: string;
}) {
  const folder = mkdtempSync(join(tmpdir(), "strata-company-"));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    logs: [write("log.jsonl", given.calls.map((call) => `${record(call)}\n`).join(""))],
    cur: [write("cur.csv", csv(given.bill, COLUMNS))],
    ...(given.config === undefined ? {} : { config: write("strata.yml", given.config) }),
  };
}

const COLUMNS = [...Object.keys(billLine()), "line_item_resource_id", "cost_category", "bill_invoice_id"];
