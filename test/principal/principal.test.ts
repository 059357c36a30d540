import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePrincipal } from "../../src/principal/parse-principal.ts";
import { principalKey, roleKey } from "../../src/principal/principal-key.ts";

const A = "111122223333";
const SSO = "AWSReservedSSO_BedrockDevelopers_0123456789abcdef";

describe("every identity shape", () => {
  test.each([
    // arn, type, name, session, person
    [`arn:aws:iam::${A}:user/carol`, "user", "carol", null, "carol"],
    [`arn:aws:iam::${A}:user/data/science/carol`, "user", "carol", null, "carol"],
    [`arn:aws:iam::${A}:user/svc-reports`, "user", "svc-reports", null, null],
    [`arn:aws:iam::${A}:user/deploy-bot`, "user", "deploy-bot", null, null],
    [`arn:aws:iam::${A}:user/botha`, "user", "botha", null, "botha"],
    [`arn:aws:iam::${A}:user/BedrockAPIKey-ab12`, "api-key", "BedrockAPIKey-ab12", null, null],
    [`arn:aws:iam::${A}:root`, "root", "root", null, null],
    [
      `arn:aws:sts::${A}:assumed-role/doc-summarizer-lambda/doc-summarizer`,
      "role",
      "doc-summarizer-lambda",
      "doc-summarizer",
      null,
    ],
    [`arn:aws:sts::${A}:assumed-role/Batch/i-0123456789abcdef0`, "role", "Batch", "i-0123456789abcdef0", null],
    [
      `arn:aws:sts::${A}:assumed-role/BedrockFederated/Bob@Example.com`,
      "role",
      "BedrockFederated",
      "Bob@Example.com",
      "Bob@Example.com",
    ],
    [`arn:aws:sts::${A}:assumed-role/Batch/run of ann@example.com`, "role", "Batch", "run of ann@example.com", null],
    [`arn:aws:sts::${A}:assumed-role/Batch/ann@example.com/2`, "role", "Batch", "ann@example.com/2", "ann@example.com/2"],
    [`arn:aws:sts::${A}:assumed-role/Batch/ann@example.com run`, "role", "Batch", "ann@example.com run", null],
    [`arn:aws:sts::${A}:assumed-role/Batch/ann@localhost`, "role", "Batch", "ann@localhost", null],
    [`arn:aws:sts::${A}:assumed-role/PLAYGROUNDACCESS/erin`, "role", "PLAYGROUNDACCESS", "erin", null],
    [
      `arn:aws:sts::${A}:assumed-role/${SSO}/alice@example.com`,
      "sso",
      "BedrockDevelopers",
      "alice@example.com",
      "alice@example.com",
    ],
    [`arn:aws:sts::${A}:assumed-role/${SSO}/alice`, "sso", "BedrockDevelopers", "alice", "alice"],
    [`arn:aws:sts::${A}:assumed-role/AWSReservedSSO_Data_Team_0123456789abcdef/a@b.co`, "sso", "Data_Team", "a@b.co", "a@b.co"],
    [`arn:aws:sts::${A}:assumed-role/AWSReservedSSO_Fake/a@b.co`, "role", "AWSReservedSSO_Fake", "a@b.co", "a@b.co"],
    [`arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/eu-west-1/${SSO}`, "sso", "BedrockDevelopers", null, null],
    [`arn:aws:iam::${A}:role/path/Reports`, "role", "Reports", null, null],
    [`arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`, "service", "AWSServiceRoleForX", null, null],
    [`arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/session`, "service", "AWSServiceRoleForX", "session", null],
    [`arn:aws:sts::${A}:federated-user/dave`, "federated", "dave", null, "dave"],
  ])("%s", (arn, type, name, sessionName, person) => {
    expect(parsePrincipal(arn)).toEqual({ arn, accountId: A, type, name, sessionName, person });
  });

  test("other partitions, and accounts that begin with zero", () => {
    expect(parsePrincipal("arn:aws-us-gov:sts::012345678901:assumed-role/GovApp/session-1")).toMatchObject({
      type: "role",
      accountId: "012345678901",
      name: "GovApp",
    });
    expect(parsePrincipal(`arn:aws-cn:iam::${A}:user/li`)).toMatchObject({ type: "user", name: "li" });
  });

  test.each([undefined, null, ""])("no identity (%s)", (arn) => {
    expect(parsePrincipal(arn)).toEqual({
      arn: null,
      accountId: null,
      type: "unknown",
      name: null,
      sessionName: null,
      person: null,
    });
  });

  test.each([
    "alice",
    "arn:aws:iam::1:user/x",
    `arn:aws:iam::${A}:user/`,
    `arn:aws:iam::${A}:user`,
    `arn:aws:iam::${A}:user/path/`,
    `arn:aws:iam::${A}:rolex`,
    `arn:aws:sts::${A}:federated-user/`,
    `arn:aws:sts::${A}:assumed-role`,
    `arn:aws:sts::${A}:root`,
    `arn:aws:iam::${A}:group/x`,
    `arn:aws:sts::${A}:assumed-role/`,
    `arn:aws:s3:::bucket/key`,
    `arn:aws:iam::${A}:user`,
  ])("malformed %s is unknown, the ARN as given", (arn) => {
    expect(parsePrincipal(arn)).toEqual({ arn, accountId: null, type: "unknown", name: null, sessionName: null, person: null });
    expect(principalKey(arn)).toBe(arn);
  });

  test("where session names are not trusted, only Identity Center's name a person", () => {
    const options = { trustSessionNames: false };
    expect(parsePrincipal(`arn:aws:sts::${A}:assumed-role/BedrockFederated/bob@example.com`, options)).toMatchObject({
      sessionName: "bob@example.com",
      person: null,
    });
    expect(parsePrincipal(`arn:aws:sts::${A}:assumed-role/${SSO}/alice@example.com`, options).person).toBe("alice@example.com");
    expect(parsePrincipal(`arn:aws:iam::${A}:user/carol`, options).person).toBe("carol");
  });
});

describe("one form for log and bill", () => {
  test.each([
    [`arn:aws:sts::${A}:assumed-role/Reports/i-1`, `arn:aws:sts::${A}:assumed-role/Reports/i-1`],
    [`arn:aws:sts::${A}:assumed-role/Reports`, `arn:aws:sts::${A}:assumed-role/Reports`],
    [`arn:aws:iam::${A}:role/some/path/Reports`, `arn:aws:sts::${A}:assumed-role/Reports`],
    [`arn:aws:iam::${A}:role/Reports`, `arn:aws:sts::${A}:assumed-role/Reports`],
    [`arn:aws:iam::${A}:user/some/path/carol`, `arn:aws:iam::${A}:user/carol`],
    [`arn:aws:sts::${A}:federated-user/dave`, `arn:aws:sts::${A}:federated-user/dave`],
    [`arn:aws:iam::${A}:root`, `arn:aws:iam::${A}:root`],
    [`arn:aws-us-gov:iam::${A}:role/p/GovApp`, `arn:aws-us-gov:sts::${A}:assumed-role/GovApp`],
    ["", null],
    [undefined, null],
  ])("%s", (arn, key) => {
    expect(principalKey(arn)).toBe(key);
  });

  test("case counts, and so does the account", () => {
    expect(principalKey(`arn:aws:iam::${A}:user/Carol`)).not.toBe(principalKey(`arn:aws:iam::${A}:user/carol`));
    expect(principalKey(`arn:aws:iam::${A}:user/carol`)).not.toBe(principalKey("arn:aws:iam::444455556666:user/carol"));
  });

  test("the role's own key is the session's key without the session", () => {
    const role = `arn:aws:iam::${A}:role/p/Reports`;
    expect(roleKey(`arn:aws:sts::${A}:assumed-role/Reports/i-1`)).toBe(principalKey(role));
    expect(roleKey(role)).toBe(principalKey(role));
    expect(roleKey(`arn:aws:iam::${A}:user/carol`)).toBe(`arn:aws:iam::${A}:user/carol`);
    expect(roleKey(undefined)).toBeNull();
    expect(roleKey("alice")).toBe("alice");
  });
});

const name = fc.stringMatching(/^[\w+=,.@-]{1,30}$/);
const path = fc.array(name, { maxLength: 3 }).map((parts) => parts.map((part) => `${part}/`).join(""));
const arn = fc.oneof(
  fc.tuple(path, name).map(([p, n]) => `arn:aws:iam::${A}:user/${p}${n}`),
  fc.tuple(path, name).map(([p, n]) => `arn:aws:iam::${A}:role/${p}${n}`),
  fc.tuple(name, name).map(([r, s]) => `arn:aws:sts::${A}:assumed-role/${r}/${s}`),
  name.map((n) => `arn:aws:sts::${A}:federated-user/${n}`),
  fc.string(),
);

test("the key is its own key, and says the same of who it is", () => {
  fc.assert(
    fc.property(arn, (given) => {
      const key = principalKey(given);
      expect(principalKey(key)).toBe(key);
      expect(roleKey(roleKey(given))).toBe(roleKey(given));
      const { arn: _given, type: given_, ...before } = parsePrincipal(given);
      const { arn: _key, type: after_, ...after } = parsePrincipal(key);
      if (given !== "") expect({ ...after, type: after_ }).toEqual({ ...before, type: given_ });
    }),
    { numRuns: 2000 },
  );
});

test("a role's path never changes the key", () => {
  fc.assert(
    fc.property(path, name, (p, n) => {
      expect(principalKey(`arn:aws:iam::${A}:role/${p}${n}`)).toBe(`arn:aws:sts::${A}:assumed-role/${n}`);
    }),
  );
});
