import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { USABLE_KEY, VERSION_KEY } from "../../src/aws/glue-tables.ts";
import { json, jsonError, type StubAnswer, StubService } from "../aws/stub-service.ts";

/** What the Serverless Framework hands to a plugin, as far as ours uses it. */
const serverless = {
  service: { custom: { database: "strata_prod" }, provider: { region: "eu-central-1" } },
  classes: { Error },
};
interface Plugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
}

let stub: StubService;
let answer: StubAnswer;
beforeAll(async () => {
  stub = await StubService.start();
});
beforeEach(() => {
  stub.on(() => answer);
  vi.stubEnv("AWS_ENDPOINT_URL_GLUE", stub.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(() => {
  vi.unstubAllEnvs();
  stub.stop();
});

const table = (usable: string): StubAnswer =>
  json({ Table: { Name: "invocation_records", Parameters: { [VERSION_KEY]: "99", [USABLE_KEY]: usable } } });

async function beforeDeploying(): Promise<void> {
  const StrataPackage = createRequire(import.meta.url)("../../infra/plugin.cjs");
  const { hooks }: Plugin = new StrataPackage(serverless);
  await hooks["before:deploy:deploy"]?.();
}

it("asks the catalog of the stage before a deployment changes anything, and goes on where it can be used, is not there, or may not be asked", async () => {
  for (const fine of [table("1"), jsonError("EntityNotFoundException", "none"), jsonError("AccessDeniedException", "no")]) {
    answer = fine;
    await expect(beforeDeploying()).resolves.toBeUndefined();
    expect(stub.requests.at(-1)?.operation).toBe("GetTable");
  }
});

it("refuses to go back to a release that cannot use the tables, with the reason and what to do", async () => {
  answer = table("50");
  await expect(beforeDeploying()).rejects.toThrow(
    /strata_prod\.invocation_records has catalog version 99; this release knows .*Deploy a release that knows version 50/s,
  );
});
