import { parseConfig } from "../../src/config/load.ts";
import type { Check } from "../../src/doctor/check.ts";
import { collectFacts } from "../../src/doctor/facts.ts";
import { type Diagnosis, diagnose } from "../../src/doctor/run-checks.ts";
import { type Changes, NOW, type StubAccount } from "./stub-account.ts";

const CONFIG = parseConfig("sources: { logs: [s3://acme-logs/bedrock], cur: [s3://acme-bills/cur] }");

/** What doctor says of an account, with what is changed in it. */
export const examined = async (account: StubAccount, changes: Changes = {}, config = CONFIG): Promise<Diagnosis> =>
  diagnose(await collectFacts(account.with(changes), { config, stage: "dev", regions: ["us-east-1"], now: NOW }));

export const only = (diagnosis: Diagnosis, id: string): Check | undefined => diagnosis.checks.find((check) => check.id === id);
