import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import type { Check } from "../../src/doctor/check.ts";
import { runHere, useEndpoint } from "./run-here.ts";
import { StubAccount, UNTOUCHED, xmlError } from "./stub-account.ts";

const work = mkdtempSync(join(tmpdir(), "strata-doctor-"));
let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
  useEndpoint(account.endpoint);
  // Away from any strata.yml.
  process.chdir(work);
});
afterAll(() => account.stop());

describe("strata doctor", () => {
  it("ends with 1 and the steps where something fails", async () => {
    account.with(UNTOUCHED);
    const run = await runHere(["doctor"]);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining("Asking the account: 111122223333")]);
    expect(run.stdout).toContain("To do, in this order\n   1. fail  Invocation logging in us-east-1: it is off");
    expect(run.stdout).toContain("$ aws bedrock put-model-invocation-logging-configuration --region us-east-1");
  });

  it("prints every check as JSON, of several regions", async () => {
    account.with(UNTOUCHED);
    const run = await runHere(["doctor", "--json", "--stage", "prod", "--region", "us-east-1", "eu-west-1"]);
    const diagnosis: { regions: string[]; stage: string; checks: Check[] } = JSON.parse(run.stdout);
    expect(diagnosis).toMatchObject({ regions: ["us-east-1", "eu-west-1"], stage: "prod", status: "fail" });
    expect(diagnosis.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["logging/us-east-1", "logging/eu-west-1", "stack"]),
    );
    for (const check of diagnosis.checks)
      expect(Object.keys(check).sort()).toEqual(["fix", "found", "group", "id", "status", "title"]);
  });

  it("ends with 1 and one step where the credentials have expired", async () => {
    account.with({ GetCallerIdentity: xmlError("ExpiredToken", 403) });
    const run = await runHere(["doctor"]);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/1\. fail {2}Credentials: .*the credentials have expired[\s\S]*aws sso login/);
  });

  it.each([
    [["doctor", "--region", "Frankfurt"], '--region: "Frankfurt" is not a region'],
    [["doctor", "--stage", "My Stage"], '--stage: "My Stage" is not a stage'],
    [["doctor", "--config", "none.yml"], "none.yml cannot be read"],
  ])("strata %j ends with 2 and a sentence", async (args, message) => {
    const run = await runHere(args);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("strata doctor --policy", () => {
  it("prints what an administrator has to allow, and asks nothing", async () => {
    account.with();
    const run = await runHere(["doctor", "--policy"]);
    const [statement] = JSON.parse(run.stdout).Statement;
    expect(statement.Action.every((action: string) => /:(Get|List|Describe)/.test(action))).toBe(true);
    expect([run.code, account.operations]).toEqual([0, []]);
  });
});

describe("strata init", () => {
  it("writes a template without asking anybody, and never a second time", async () => {
    const out = join(work, "template.yml");
    account.with();
    const first = await runHere(["init", "--out", out]);
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining("every section as a comment")]);
    expect(account.operations).toEqual([]);
    writeFileSync(out, "# mine\n");
    const second = await runHere(["init", "--out", out]);
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("exists already and is left as it is")]);
    expect(readFileSync(out, "utf8")).toBe("# mine\n");
  });

  it("fills in what doctor finds", async () => {
    const out = join(work, "found.yml");
    account.with();
    const run = await runHere(["init", "--from-doctor", "--out", out]);
    expect([run.code, run.stdout]).toEqual([
      0,
      expect.stringContaining("1 log places, 1 bill places, 1 inference profiles, 1 teams as comments"),
    ]);
    expect(loadConfig(out).sources).toMatchObject({ logs: ["s3://acme-logs/bedrock"], cur: ["s3://acme-bills/cur/strata-cur"] });
  });

  it("writes the template where the account cannot be asked, and says why", async () => {
    const out = join(work, "expired.yml");
    account.with({ GetCallerIdentity: xmlError("ExpiredToken", 403) });
    const run = await runHere(["init", "--from-doctor", "--out", out]);
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining("the credentials have expired")]);
    expect(loadConfig(out).sources.logs).toEqual([]);
  });

  it("makes the folder of --out, as its example shows it, and says so where it cannot", async () => {
    const made = await runHere(["init", "--out", "config/strata.yml"]);
    expect([made.code, existsSync(join(work, "config", "strata.yml"))]).toEqual([0, true]);
    const run = await runHere(["init", "--out", "config/strata.yml/strata.yml"]);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining("config/strata.yml/strata.yml cannot be written")]);
  });
});
