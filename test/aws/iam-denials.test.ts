import { IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IamDenials } from "../../src/aws/iam-denials.ts";
import { StrataError } from "../../src/errors.ts";
import { IamStub } from "./iam-stub.ts";
import { clientFor, StubService } from "./stub-service.ts";

const POLICY = "arn:aws:iam::111122223333:policy/strata-denial";
const ROLE = "arn:aws:iam::111122223333:role/apps/Dev";
const USER = "arn:aws:iam::111122223333:user/ann";

let service: StubService;
let iam: IamStub;
let denials: IamDenials;
beforeAll(async () => {
  service = await StubService.start();
});
afterAll(() => service.stop());
beforeEach(() => {
  iam = new IamStub();
  service.on(iam.answer);
  denials = new IamDenials({ policy: POLICY, client: new IAMClient({ ...clientFor(service.endpoint), maxAttempts: 1 }) });
});

describe("IamDenials", () => {
  it("attaches the stack's policy to roles and users, by name without the path, and detaches it", async () => {
    await denials.deny(ROLE);
    await denials.deny(USER);
    expect(await denials.denied()).toEqual(["arn:aws:iam::111122223333:role/Dev", USER]);
    await denials.release(ROLE);
    await denials.release(USER);
    expect(await denials.denied()).toEqual([]);
    expect(iam.calls).toEqual([
      "AttachRolePolicy role/Dev",
      "AttachUserPolicy user/ann",
      "DetachRolePolicy role/Dev",
      "DetachUserPolicy user/ann",
    ]);
    expect(
      service.requests
        .filter(({ body }) => body.includes("Attach"))
        .every(({ body }) => new URLSearchParams(body).get("PolicyArn") === POLICY),
    ).toBe(true);
  });

  it("may be repeated: releasing who is not denied, or who is gone, is no error", async () => {
    await denials.deny(ROLE);
    await denials.deny(ROLE);
    await denials.release(ROLE);
    await denials.release(ROLE);
    expect(iam.attached.size).toBe(0);
  });

  it("reads every page of who is denied", async () => {
    iam.page = 2;
    for (const name of ["a", "b", "c", "d", "e"]) iam.attached.add(`role/${name}`);
    expect(await denials.denied()).toHaveLength(5);
  });

  it.each([
    ["NoSuchEntity", "iam: there is no", "alerts.enforcement.principals"],
    ["UnmodifiableEntity", "belongs to AWS", "Identity Center"],
    ["LimitExceeded", "has as many policies as IAM allows", "quota"],
    ["AccessDenied", "access is denied", "allow it"],
    ["ServiceFailure", "ServiceFailure", "--debug"],
  ])("says what %s means and what to do", async (code, message, hint) => {
    iam.refuses.set("role/Dev", code);
    const error = await denials.deny(ROLE).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StrataError);
    expect((error as StrataError).message).toContain(message);
    expect((error as StrataError).hint).toContain(hint);
    expect((error as StrataError).message).toContain(ROLE);
  });

  it("refuses a principal of another account without a call", async () => {
    await expect(denials.deny("arn:aws:iam::999900001111:role/Dev")).rejects.toThrow("another account");
    expect(iam.calls).toEqual([]);
  });
});
