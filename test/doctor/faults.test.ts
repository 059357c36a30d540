import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doctorText } from "../../src/cli/doctor/doctor-text.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { jsonError, s3Error } from "../aws/stub-service.ts";
import { examined, only } from "./examine.ts";
import { type Changes, StubAccount, xmlError } from "./stub-account.ts";

let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());
const examine = (changes?: Changes, config?: StrataConfig) => examined(account, changes, config);

describe("faults", () => {
  const faults: readonly (readonly [string, Changes, string, string, RegExp, RegExp])[] = [
    [
      "a bucket that is not there",
      { HeadBucket: { status: 404 } },
      "bucket/acme-logs",
      "fail",
      /there is no bucket acme-logs/,
      /Correct its name/,
    ],
    [
      "a bucket that may not be seen",
      { HeadBucket: { status: 403 } },
      "bucket/acme-logs",
      "unknown",
      /no permission for s3:ListBucket on acme-logs/,
      /Allow s3:ListBucket/,
    ],
    [
      "no permission for logging",
      { GetModelInvocationLoggingConfiguration: jsonError("AccessDeniedException", "not authorized", 403) },
      "logging/us-east-1",
      "unknown",
      /no permission for bedrock:GetModelInvocationLoggingConfiguration/,
      /Allow bedrock:GetModelInvocationLoggingConfiguration/,
    ],
    [
      "no permission for notifications",
      { GetBucketNotificationConfiguration: s3Error("AccessDenied", 403) },
      "events/acme-logs",
      "unknown",
      /s3:GetBucketNotification/,
      /Allow/,
    ],
    [
      "no permission for exports",
      { ListExports: jsonError("AccessDeniedException", "no", 400) },
      "export",
      "unknown",
      /bcm-data-exports:ListExports/,
      /Allow/,
    ],
    [
      "a member account that may not see tags",
      { ListCostAllocationTags: jsonError("AccessDeniedException", "no", 400) },
      "cost-tags",
      "unknown",
      /ce:ListCostAllocationTags/,
      /Allow/,
    ],
    [
      "no permission for quotas",
      { GetAccountSettings: jsonError("AccessDeniedException", "no", 403) },
      "concurrency",
      "unknown",
      /lambda:GetAccountSettings/,
      /Allow/,
    ],
    [
      "throttling",
      { ListExports: jsonError("ThrottlingException", "slow down", 400) },
      "export",
      "unknown",
      /refused the rate of requests/,
      /tried again/,
    ],
    [
      "a service that fails",
      { GetWorkGroup: jsonError("InternalServerException", "oops", 500) },
      "workgroup",
      "unknown",
      /the service failed/,
      /AWS Health/,
    ],
    [
      "a bucket of another region",
      { GetBucketPolicy: s3Error("PermanentRedirect", 301) },
      "policy/acme-logs",
      "unknown",
      /another region/,
      /AWS_REGION/,
    ],
  ];
  it.each(faults)("%s costs one check and no more", async (_, changes, id, status, text, hint) => {
    const diagnosis = await examine(changes);
    const check = only(diagnosis, id);
    expect(check?.status).toBe(status);
    expect(check?.found).toMatch(text);
    expect(check?.fix.join(" ")).toMatch(hint);
    expect(only(diagnosis, "identity")?.status).toBe("ok");
  });

  it("asks nothing more when the credentials have expired", async () => {
    const diagnosis = await examine({ GetCallerIdentity: xmlError("ExpiredToken", 403) });
    expect(diagnosis).toMatchObject({ status: "fail", account: null, counts: { fail: 1, warn: 0, unknown: 0, ok: 0 } });
    expect(diagnosis.checks[0]).toMatchObject({
      found: expect.stringContaining("the credentials have expired"),
      fix: [expect.stringContaining("aws sso login")],
    });
    expect(account.operations).toEqual(["GetCallerIdentity"]);
  });

  it("leaves what it could not ask apart from what is in order", async () => {
    const text = doctorText(await examine({ GetAccountSettings: jsonError("AccessDeniedException", "no", 403) }));
    expect(text).toMatch(
      /Could not be asked\n {2}\? {2}Lambda concurrency in us-east-1: no permission for lambda:GetAccountSettings/,
    );
    expect(text).toContain("1 question without an answer");
  });
});
