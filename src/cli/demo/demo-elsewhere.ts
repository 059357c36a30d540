import type { Truth } from "../../generate/truth.ts";
import { type PicoUsd, parseUsd } from "../../money.ts";
import type { Row, Warehouse } from "../../ports.ts";
import { type Check, sameCount, sameUsd } from "./demo-same.ts";

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
const dollars = (rows: readonly Row[], name: string): PicoUsd =>
  rows.reduce((sum, row) => sum + parseUsd(String(row[name] ?? "0")), 0n);

/** Mantle calls, the batch job, Kiro and the gateway, each with its dollars. */
export function elsewhereChecks({ bill, elsewhere: planted }: Truth, found: FoundElsewhere): Check[] {
  const explained = (by: string): readonly Row[] => found.explained.filter((row) => row["explanation"] === by);
  const behalf = found.identities.filter((row) => row["person_source"] === "on_behalf_of");
  const { batch, kiro, gateway } = planted;
  return [
    sameCount("mantle calls", planted.mantle_calls, number(explained("mantle_calls"), "calls")),
    sameUsd("  billed", parseUsd(bill.mantle_usd), dollars(explained("mantle_calls"), "billed_cost")),
    sameCount("batch records", batch.records, number(found.jobs, "records")),
    sameCount("  tokens", batch.tokens, number(found.jobs, "input_tokens") + number(found.jobs, "output_tokens")),
    sameUsd("  billed", parseUsd(batch.usd), dollars(explained("batch_jobs"), "billed_cost")),
    sameCount("Kiro users", kiro.users, new Set(found.kiro.map((row) => row["user_id"])).size),
    sameCount("  credits", kiro.credits, number(found.kiro, "credits")),
    sameUsd("  billed", parseUsd(kiro.usd), dollars(found.kiro, "billed_cost")),
    sameCount("gateway calls for people", gateway.calls, number(behalf, "calls")),
    sameCount("  people", gateway.people, number(behalf, "people")),
    sameUsd("  estimated", parseUsd(gateway.usd), dollars(behalf, "estimated_cost")),
  ];
}
