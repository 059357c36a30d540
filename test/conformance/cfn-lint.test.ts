import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FULL } from "../functions/full-config.ts";
import { packaged } from "../functions/packaged.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

/** Where a stack may be deployed: a region of each kind that Bedrock is used in. */
const REGIONS = ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1"];
/** Rules that are broken on purpose, each with its reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  W3005: "the Serverless Framework names a role in DependsOn beside the GetAtt that implies it",
};

/** What cfn-lint finds against the schemas of the resources, as `E3012 Resources/…: …`. */
function findings(template: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.env["CFN_LINT"] ?? "cfn-lint",
    ["--format", "json", "--ignore-checks", ...Object.keys(ACCEPTED), "--regions", ...REGIONS, "--template", template],
    { encoding: "utf8" },
  );
  if (!stdout.trim().startsWith("[")) throw new Error(`cfn-lint gave no report: ${stderr.slice(0, 500)}`);
  const found: { Rule: { Id: string }; Message: string; Location: { Path?: readonly unknown[] } }[] = JSON.parse(stdout);
  return found.map(({ Rule, Message, Location }) => `${Rule.Id} ${(Location.Path ?? []).join("/")}: ${Message}`);
}

describe("cfn-lint finds nothing", () => {
  it.each([
    ["in the stack with default settings", undefined],
    ["in the stack with full settings", FULL],
  ])("%s", async (_, config) => {
    expect(findings(join((await packaged(config)).folder, "cloudformation-template-update-stack.json"))).toEqual([]);
  });

  it.each(["source-account/template.yml", "organization/member.yml", "organization/archive.yml"])("in examples/%s", (path) => {
    expect(findings(join(EXAMPLES, path))).toEqual([]);
  });
});
