import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowsService, deniesReaders, withStatement } from "../../src/doctor/bucket-policy.ts";
import { ago, quoted } from "../../src/doctor/check.ts";
import { selectedColumns } from "../../src/doctor/needed-columns.ts";
import { covers, nameOf, placeOf } from "../../src/doctor/place.ts";

describe("commands that doctor prints", () => {
  it("give a shell back the very value, whatever is in it", () => {
    const texts = fc
      .sample(fc.string({ unit: "grapheme", maxLength: 40 }), { numRuns: 300, seed: 6 })
      .concat("it's", '{"a":"b c"}', "$(id)", "`id`", "!!", "a\\b", "", "-x")
      .map((text) => text.replaceAll("\0", ""));
    const script = `printf '%s\\0' ${texts.map(quoted).join(" ")}`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(texts);
  });

  it.each([
    [0, "0 minutes"],
    [60_000, "1 minute"],
    [119 * 60_000, "119 minutes"],
    [26 * 3_600_000, "26 hours"],
    [4 * 86_400_000, "4 days"],
    [-5_000, "0 minutes"],
  ])("say %i ms as %s", (millis, text) => {
    expect(ago(millis)).toBe(text);
  });
});

describe("a bucket policy", () => {
  const bedrock = { Effect: "Allow", Principal: { Service: ["bedrock.amazonaws.com"] }, Action: "s3:PutObject" };
  it.each([
    ["names the action", bedrock, true],
    ["has a pattern in another case", { ...bedrock, Action: ["S3:put*"] }, true],
    ["allows everybody", { ...bedrock, Principal: "*" }, true],
    ["names another service", { ...bedrock, Principal: { Service: "logs.amazonaws.com" } }, false],
    ["names another action", { ...bedrock, Action: "s3:PutObjectAcl" }, false],
    ["denies it", { ...bedrock, Effect: "Deny" }, false],
    ["has no principal", { Effect: "Allow", Action: "s3:*" }, false],
  ])("that %s is read as such", (_, statement, allowed) => {
    expect(allowsService({ Statement: [statement] }, "bedrock.amazonaws.com", "s3:PutObject")).toBe(allowed);
  });

  it("keeps all it had when a statement is added", () => {
    const before = { Version: "2008-10-17", Id: "mine", Statement: [{ Sid: "a" }, { Sid: "b" }] };
    expect(withStatement(before, { Sid: "c" })).toEqual({ ...before, Statement: [...before.Statement, { Sid: "c" }] });
    expect(withStatement(null, { Sid: "c" })).toEqual({ Version: "2012-10-17", Statement: [{ Sid: "c" }] });
  });

  it("that denies all without TLS keeps no reader out", () => {
    const deny = { Sid: "Tls", Effect: "Deny", Principal: "*", Action: "s3:*" };
    expect(deniesReaders({ Statement: [{ ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } }] })).toEqual([]);
    expect(deniesReaders({ Statement: [deny] })).toEqual(["Tls"]);
    expect(deniesReaders({ Statement: [{ ...deny, Principal: { AWS: "arn:aws:iam::111122223333:root" } }] })).toEqual([]);
  });
});

it.each([
  ["SELECT a, b FROM COST_AND_USAGE_REPORT", ["a", "b"]],
  ['select\n  A,\n  "b" as c\nfrom COST_AND_USAGE_REPORT where x = 1', ["a", "c"]],
  ["SELECT * FROM COST_AND_USAGE_REPORT", null],
])("the columns of %j are %j", (query, columns) => {
  const selected = selectedColumns(query);
  expect(selected === null ? null : [...selected]).toEqual(columns);
});

it.each([
  ["s3://b", "s3://b/x/", true],
  ["s3://b/x", "s3://b/x", true],
  ["s3://b/x", "s3://b/x-old", false],
  ["s3://b/x/y", "s3://b/x", false],
  ["s3://b/x", "s3://c/x", false],
])("%s reads %s: %s", (outer, inner, does) => {
  const [a, b] = [placeOf(outer), placeOf(inner)];
  expect(a && b && covers(a, b)).toBe(does);
  expect(a && nameOf(a)).toBe(outer);
  expect(placeOf("./folder")).toBeUndefined();
});
