import type { Truth } from "../generate/truth.ts";
import { formatUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import type { Check } from "./demo-check.ts";

/** What no log has, as the product found it. */
export interface FoundElsewhere {
  readonly explained: readonly Row[];
  readonly jobs: readonly Row[];
  readonly kiro: readonly Row[];
  readonly identities: readonly Row[];
}

export async function loadElsewhere(warehouse: Warehouse): Promise<FoundElsewhere> {
  const rows = async (name: string): Promise<readonly Row[]> => (await warehouse.query(`saved/${name}`)).rows;
  return {
    explained: await rows("unlogged_explained"),
    jobs: await rows("batch_spend"),
    kiro: await rows("kiro_people"),
    identities: await rows("identity_sources"),
  };
}

const number = (rows: readonly Row[], name: string): number => rows.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
const dollars = (rows: readonly Row[], name: string): string =>
  formatUsd(rows.reduce((sum, row) => sum + parseUsd(String(row[name] ?? "0")), 0n));

/** Mantle calls, the batch job, Kiro and the gateway, each with its dollars. */
export function elsewhereChecks({ bill, elsewhere: planted }: Truth, found: FoundElsewhere): Check[] {
  const usd = (what: string, a: string, b: string): Check => ({
    what,
    planted: `$${a}`,
    found: `$${b}`,
    holds: parseUsd(a) === parseUsd(b),
  });
  const count = (what: string, a: number, b: number): Check => ({
    what,
    planted: a.toLocaleString("en-US"),
    found: b.toLocaleString("en-US"),
    holds: a === b,
  });
  const explained = (by: string): readonly Row[] => found.explained.filter((row) => row["explanation"] === by);
  const behalf = found.identities.filter((row) => row["person_source"] === "on_behalf_of");
  const { batch, kiro, gateway } = planted;
  return [
    count("mantle calls", planted.mantle_calls, number(explained("mantle_calls"), "calls")),
    usd("  billed", bill.mantle_usd, dollars(explained("mantle_calls"), "billed_cost")),
    count("batch records", batch.records, number(found.jobs, "records")),
    count("  tokens", batch.tokens, number(found.jobs, "input_tokens") + number(found.jobs, "output_tokens")),
    usd("  billed", batch.usd, dollars(explained("batch_jobs"), "billed_cost")),
    count("Kiro users", kiro.users, new Set(found.kiro.map((row) => row["user_id"])).size),
    count("  credits", kiro.credits, number(found.kiro, "credits")),
    usd("  billed", kiro.usd, dollars(found.kiro, "billed_cost")),
    count("gateway calls for people", gateway.calls, number(behalf, "calls")),
    count("  people", gateway.people, number(behalf, "people")),
    usd("  estimated", gateway.usd, dollars(behalf, "estimated_cost")),
  ];
}
