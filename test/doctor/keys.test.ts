import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { jsonError } from "../aws/stub-service.ts";
import { examined, only } from "./examine.ts";
import { ACCOUNT_DECIDES, aKey, type Changes, keyArn, StubAccount, xml } from "./stub-account.ts";

let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());
const examine = (changes?: Changes, config?: StrataConfig) => examined(account, changes, config);

const OWN_KEY = parseConfig(
  `sources: { logs: [s3://acme-logs/bedrock], cur: [s3://acme-bills/cur] }\ndeploy: { kms_keys: ["${keyArn()}"] }`,
);

describe("a key of the account's own", () => {
  const named = `key/${keyArn()}`;

  it("is in order where its policy lets the account decrypt and Bedrock encrypt", async () => {
    const diagnosis = await examine(aKey(), OWN_KEY);
    expect(diagnosis.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(only(diagnosis, named)).toMatchObject({
      title: "Key of acme-bills, acme-logs",
      found: "its policy lets account 111122223333 decrypt and bedrock.amazonaws.com encrypt",
    });
    expect(account.operations.filter((name) => name === "GetKeyPolicy")).toHaveLength(1);
  });

  const table: readonly (readonly [string, Changes, string, RegExp, RegExp])[] = [
    [
      "without Bedrock, which the command adds to what is there",
      aKey({ statements: [ACCOUNT_DECIDES] }),
      "fail",
      /bedrock\.amazonaws\.com may not encrypt, so no logs are delivered/,
      /aws kms put-key-policy --key-id arn:aws:kms:us-east-1:111122223333:key\/0a1b --policy-name default --policy '.*"Enable IAM User Permissions".*"kms:GenerateDataKey".*"aws:SourceAccount":"111122223333"/,
    ],
    [
      "that trusts other roles only",
      aKey({
        statements: [
          { ...ACCOUNT_DECIDES, Principal: { AWS: "arn:aws:iam::111122223333:role/security" }, Action: ["kms:Decrypt"] },
        ],
      }),
      "fail",
      /no role of account 111122223333 may decrypt; bedrock\.amazonaws\.com may not encrypt/,
      /"Action":"kms:Decrypt".*"kms:GenerateDataKey"/,
    ],
    ["that is switched off", aKey({ state: "Disabled" }), "fail", /is Disabled: nothing/, /aws kms enable-key --key-id arn/],
    [
      "that is about to go",
      aKey({ state: "PendingDeletion" }),
      "fail",
      /is PendingDeletion/,
      /cancel-key-deletion.*\n.*enable-key/,
    ],
    [
      "that may not be looked at",
      { ...aKey(), DescribeKey: jsonError("AccessDeniedException", "no", 400) },
      "unknown",
      /no permission for kms:DescribeKey/,
      /Allow kms:DescribeKey.*\n.*aws kms get-key-policy --key-id arn:aws:kms:us-east-1:111122223333:key\/0a1b --policy-name default/,
    ],
    [
      "whose policy may not be read",
      { ...aKey(), GetKeyPolicy: jsonError("AccessDeniedException", "no", 400) },
      "unknown",
      /no permission for kms:GetKeyPolicy/,
      /Allow kms:GetKeyPolicy.*\n.*aws kms get-key-policy/,
    ],
  ];
  it.each(table)("%s", async (_, changes, status, text, fix) => {
    const check = only(await examine(changes, OWN_KEY), named);
    expect(check?.status).toBe(status);
    expect(check?.found).toMatch(text);
    expect(check?.fix.join("\n")).toMatch(fix);
  });

  it("that a role of the stack is named in needs no more", async () => {
    const statements = [
      { Effect: "Allow", Principal: { AWS: ["arn:aws:iam::111122223333:role/strata-dev-IngestRole"] }, Action: "kms:Decrypt" },
      { Effect: "Allow", Principal: { Service: ["bedrock.amazonaws.com"] }, Action: "kms:GenerateDataKey" },
    ];
    expect(only(await examine(aKey({ statements }), OWN_KEY), named)?.status).toBe("ok");
  });

  it("of another account is told by the statements that it must hold", async () => {
    const other = { ...aKey({ account: "999900001111" }), GetKeyPolicy: jsonError("AccessDeniedException", "no", 400) };
    const check = only(await examine(other, OWN_KEY), `key/${keyArn("999900001111")}`);
    expect(check).toMatchObject({ status: "unknown", found: expect.stringContaining("belongs to account 999900001111") });
    expect(check?.fix.join("\n")).toMatch(/"AWS":"arn:aws:iam::111122223333:root".*\n.*"bedrock\.amazonaws\.com"/);
  });

  it("named by an alias is told by its ARN, which is what strata.yml takes", async () => {
    const alias = "arn:aws:kms:us-east-1:111122223333:alias/logs";
    const changes = {
      ...aKey(),
      GetBucketEncryption: xml(String(Object(aKey()["GetBucketEncryption"]).body).replace(/.*\?>/, "").replace(keyArn(), alias)),
    };
    expect(only(await examine(changes), "encryption/acme-logs")?.fix[0]).toContain(`Add "${keyArn()}" to deploy.kms_keys`);
    expect(only(await examine(changes, OWN_KEY), "encryption/acme-logs")?.status).toBe("ok");
  });
});
