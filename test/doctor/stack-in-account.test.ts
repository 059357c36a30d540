import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { s3Error } from "../aws/stub-service.ts";
import { examined, only } from "./examine.ts";
import { aDatabase, type Changes, json, StubAccount, UNTOUCHED, xml } from "./stub-account.ts";

let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());
const examine = (changes?: Changes, config?: StrataConfig) => examined(account, changes, config);

describe("what a stack meets in the account", () => {
  it("says that Lake Formation governs new tables, and is content where the stack grants", async () => {
    const governed = { GetDatabase: aDatabase(false) };
    const check = only(await examine(governed), "lake-formation");
    expect(check).toMatchObject({ status: "fail", found: expect.stringContaining("would be refused whatever IAM allows") });
    expect(check?.fix.join()).toContain("deploy.lake_formation: true");
    const granting = parseConfig("sources: { logs: [s3://acme-logs/bedrock] }\ndeploy: { lake_formation: true }");
    expect(only(await examine(governed, granting), "lake-formation")?.status).toBe("ok");
    expect(only(await examine(), "lake-formation")?.status).toBe("ok");
  });

  it("says that a bucket is another account's than the functions expect", async () => {
    const foreign: Changes = {
      HeadBucket: ({ headers }) =>
        headers["x-amz-expected-bucket-owner"] === "444455556666" || headers["x-amz-expected-bucket-owner"] === undefined
          ? { headers: { "x-amz-bucket-region": "us-east-1" } }
          : s3Error("AccessDenied", 403),
    };
    expect(only(await examine(foreign), "owner/acme-logs")).toMatchObject({
      status: "fail",
      found: expect.stringContaining("another account than 111122223333"),
    });
    const named = parseConfig(
      'sources: { logs: [s3://acme-logs/bedrock] }\ndeploy: { bucket_owners: { acme-logs: "444455556666" } }',
    );
    expect(only(await examine(foreign, named), "owner/acme-logs")?.status).toBe("ok");
    expect(only(await examine(), "owner/acme-logs")?.status).toBe("ok");
  });

  it("looks at the buckets and queues of further sources as at those of logs", async () => {
    const sources =
      "sources: { logs: [s3://acme-logs/bedrock], cur: [s3://acme-bills/cur], telemetry: [s3://acme-otel], cloudtrail: [s3://acme-trail/AWSLogs], batch: [s3://acme-batch/out], kiro: [s3://acme-kiro, ./here] }";
    const found = await examine(
      { GetBucketNotificationConfiguration: xml("<NotificationConfiguration/>") },
      parseConfig(sources),
    );
    for (const bucket of ["acme-otel", "acme-trail", "acme-batch", "acme-kiro"]) {
      expect(only(found, `events/${bucket}`)).toMatchObject({ group: "sources", status: "fail" });
      expect(only(found, `events/${bucket}`)?.fix.join()).toContain(`--bucket ${bucket} `);
      expect(only(found, `bucket/${bucket}`)?.status).toBe("ok");
    }
    expect(only(found, "events/acme-bills")?.group).toBe("bill");
    const stuck = await examine(
      { GetQueueAttributes: json({ Attributes: { ApproximateNumberOfMessages: "2" } }) },
      parseConfig(sources),
    );
    for (const name of ["telemetry", "sources"])
      expect(only(stuck, `queue/${name}-dead`)).toMatchObject({
        status: "fail",
        fix: expect.arrayContaining([`aws logs tail /aws/lambda/strata-dev-${name} --region us-east-1 --since 1d`]),
      });
    expect(only(await examine(), "queue/sources-dead")).toBeUndefined();
  });

  it("names what an earlier or half-made stack left, and how to remove it", async () => {
    const { HeadBucket: _, GetQueueUrl: __, ...untouched } = UNTOUCHED;
    const check = only(await examine(untouched), "leftovers");
    expect(check?.found).toContain("strata-dev-data-111122223333-us-east-1");
    expect(check?.found).toContain("strata-dev-failed-runs");
    expect(check?.fix.join("\n")).toMatch(
      /aws sqs delete-queue .*strata-dev-failed-runs\n[\s\S]*aws s3api delete-bucket .*strata-dev-data-/,
    );
    expect(only(await examine(UNTOUCHED), "leftovers")).toBeUndefined();
    expect(only(await examine(), "leftovers")).toBeUndefined();
  });
});
