import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doctorText } from "../../src/cli/doctor/doctor-text.ts";
import { defaultConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { READ_ACTIONS } from "../../src/doctor/read-policy.ts";
import { ROOT } from "../pipeline/run-strata.ts";
import { examined, only } from "./examine.ts";
import { type Changes, logging, StubAccount, UNTOUCHED } from "./stub-account.ts";

let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());
const examine = (changes?: Changes, config?: StrataConfig) => examined(account, changes, config);

describe("strata doctor", () => {
  it("finds nothing to do where everything is in order", async () => {
    const diagnosis = await examine();
    expect(diagnosis.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(diagnosis).toMatchObject({ account: "111122223333", status: "ok", region: "us-east-1", stage: "dev" });
    expect(diagnosis.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        "identity",
        "logging/us-east-1",
        "export/principals",
        "cost-tags",
        "concurrency",
        "last-event",
        "last-alert",
        "run/detect",
      ]),
    );
    expect(only(diagnosis, "last-event")?.found).toBe("in the hour from 2026-11-20 11:00 UTC");
    expect(only(diagnosis, "delivery/us-east-1")?.found).toBe("12 minutes ago");
    expect(only(diagnosis, "last-alert")?.found).toBe("26 hours ago");
    expect(doctorText(diagnosis)).toContain("Everything is in order.");
  });

  it("says that text delivery is not needed, and what its absence costs", async () => {
    expect(only(await examine(), "logging/us-east-1")?.found).toMatch(
      /text delivery is off, which is enough.*split of cache writes/,
    );
    const on = await examine({
      GetModelInvocationLoggingConfiguration: logging({
        s3Config: { bucketName: "acme-logs", keyPrefix: "bedrock" },
        textDataDeliveryEnabled: true,
      }),
    });
    expect(only(on, "logging/us-east-1")).toMatchObject({ status: "ok", found: expect.stringContaining("Strata does not need") });
  });

  it("leads from an untouched account to a deployment, in working order", async () => {
    const diagnosis = await examine(UNTOUCHED, defaultConfig());
    const todo = diagnosis.checks.filter(({ status }) => status === "fail" || status === "warn");
    expect(todo.map(({ id, status }) => `${status} ${id}`)).toEqual([
      "fail logging/us-east-1",
      "fail export",
      "warn cost-tags",
      "warn stack",
    ]);
    expect(todo[0]?.fix[0]).toBe(
      `aws bedrock put-model-invocation-logging-configuration --region us-east-1 --logging-config '{"textDataDeliveryEnabled":false,"imageDataDeliveryEnabled":false,"embeddingDataDeliveryEnabled":false,"s3Config":{"bucketName":"YOUR-LOG-BUCKET","keyPrefix":"bedrock"}}'`,
    );
    expect(todo[1]?.fix[0]).toMatch(
      /^aws bcm-data-exports create-export --region us-east-1 --export '\{.*"INCLUDE_IAM_PRINCIPAL_DATA":"TRUE"/,
    );
    expect(todo[3]?.fix).toContain("npx serverless deploy --stage dev --region us-east-1");
    const text = doctorText(diagnosis);
    expect(text.indexOf("Invocation logging")).toBeLessThan(text.indexOf("Stack strata-dev"));
    expect(text).toContain("2 failures, 2 warnings. Doctor changes nothing");
  });

  it("only ever reads: by the commands in the source, and by the requests that arrive", async () => {
    const sources = readdirSync(join(ROOT, "src", "aws")).filter((name) => name.startsWith("account-"));
    const commands = sources.flatMap((name) =>
      [...readFileSync(join(ROOT, "src", "aws", name), "utf8").matchAll(/\bnew (\w+)Command\(/g)].map(
        ([, command = ""]) => command,
      ),
    );
    expect([...new Set(commands)].sort()).toEqual([
      "DescribeKey",
      "DescribeStacks",
      "GetAccountSettings",
      "GetBucketEncryption",
      "GetBucketNotificationConfiguration",
      "GetBucketPolicy",
      "GetCallerIdentity",
      "GetDatabase",
      "GetExport",
      "GetKeyPolicy",
      "GetMetricData",
      "GetModelInvocationLoggingConfiguration",
      "GetQueueAttributes",
      "GetQueueUrl",
      "GetTable",
      "GetTopicAttributes",
      "GetWorkGroup",
      "HeadBucket",
      "ListCostAllocationTags",
      "ListExports",
      "ListInferenceProfiles",
      "ListObjectsV2",
      "ListTagsForResource",
    ]);
    const actions = sources.flatMap((name) =>
      [...readFileSync(join(ROOT, "src", "aws", name), "utf8").matchAll(/\bask(?:Optional)?\(\s*"([\w:-]+)"/g)].map(
        ([, action = ""]) => action,
      ),
    );
    // Attributes of a queue take its address first, in the same question.
    expect([...new Set([...actions, "sqs:GetQueueUrl"])].sort()).toEqual([...READ_ACTIONS].sort());
    await examine();
    expect(account.operations.length).toBeGreaterThan(20);
    expect(account.operations.filter((name) => !/^(Get|List|Head|Describe)[A-Z]/.test(name))).toEqual([]);
  });
});
