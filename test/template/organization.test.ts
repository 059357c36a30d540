import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { checkTemplate } from "../../src/template/check-template.ts";
import type { Template } from "../../src/template/template.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples/organization");
const FUNCTIONS = ["Ref", "Condition", "Sub", "GetAtt", "If", "Equals", "Not"];

/** A template with the short forms (`!Ref`) as CloudFormation reads them. */
function template(name: string): Template {
  const customTags = FUNCTIONS.flatMap((short) => {
    const key = short === "Ref" || short === "Condition" ? short : `Fn::${short}`;
    const scalar = { tag: `!${short}`, resolve: (text: string) => ({ [key]: text }) };
    const seq = {
      tag: `!${short}`,
      collection: "seq" as const,
      resolve: (value: { toJSON(): unknown }) => ({ [key]: value.toJSON() }),
    };
    return [scalar, seq];
  });
  const document = parseDocument(readFileSync(join(EXAMPLES, name), "utf8"), { customTags });
  expect(document.errors).toEqual([]);
  return JSON.parse(JSON.stringify(document.toJS())) as Template;
}

const member = template("member.yml");
const archive = template("archive.yml");

interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

describe("the roll-out to an organization", () => {
  it.each([
    ["member.yml", member],
    ["archive.yml", archive],
  ])("%s holds every service rule", (_, it) => {
    expect(checkTemplate(it, { stage: "test", region: "us-east-1" })).toEqual([]);
  });

  it("replicates with what the archive allows, and with no more", () => {
    const policies = member.Resources["Replicate"]?.Properties?.["Policies"] as { PolicyDocument: { Statement: Statement[] } }[];
    const asked = policies[0]?.PolicyDocument.Statement.find(({ Resource }) =>
      JSON.stringify(Resource).includes("ArchiveBucket"),
    );
    const document = archive.Resources["ArchivePolicy"]?.Properties?.["PolicyDocument"] as { Statement: Statement[] };
    const allowed = document.Statement.find(({ Sid }) => Sid === "MembersReplicate");
    expect(asked?.Action).toEqual(allowed?.Action);
    expect(allowed?.Condition).toEqual({ StringEquals: { "aws:PrincipalOrgID": { Ref: "OrganizationId" } } });
  });

  it("the archive takes versions, since S3 replicates to versioned buckets only", () => {
    const properties = archive.Resources["Archive"]?.Properties;
    expect(properties?.["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
    expect(member.Resources["LogBucket"]?.Properties?.["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
  });

  it("tells the central bus once of an object: from the archive where there is one, from the member otherwise", () => {
    for (const name of ["NewLogObjects", "SendEvents", "NotSent", "NotSentPolicy"])
      expect(member.Resources[name], name).toMatchObject({ Condition: "Direct" });
    expect(archive.Resources["NewLogObjects"]).not.toHaveProperty("Condition");
  });
});
