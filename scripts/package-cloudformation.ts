/**
 * `npm run package:cfn -- --stage prod [--region …]`: the stack as a plain CloudFormation template with its zip files in dist/cloudformation/, for
 * Terraform, CDK, StackSets and pipelines that do not use the Serverless Framework. Needs no account.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkTemplate } from "../src/template/check-template.ts";
import { plainTemplate } from "./plain-template.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { stage: { type: "string", default: "prod" }, region: { type: "string", default: "us-east-1" } },
});
const { stage, region } = values;

mkdirSync(join(root, ".cache"), { recursive: true });
const folder = mkdtempSync(join(root, ".cache/cloudformation-"));
const out = join(root, "dist/cloudformation");
const environment = {
  ...process.env,
  STRATA_WORK_FOLDER: `${folder.slice(root.length + 1)}-work`,
  SLS_NOTIFICATIONS_MODE: "off",
};
const { status } = spawnSync(
  join(root, "node_modules/.bin/serverless"),
  ["package", "--package", folder, "--stage", stage, "--region", region],
  { cwd: root, stdio: "inherit", env: environment },
);
rmSync(join(root, environment.STRATA_WORK_FOLDER), { recursive: true, force: true });
if (status !== 0) process.exit(status ?? 1);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const files = new Set<string>();
const template = plainTemplate(
  JSON.parse(readFileSync(join(folder, "cloudformation-template-update-stack.json"), "utf8")),
  (zip) => {
    const bytes = readFileSync(join(folder, zip));
    const name = `${zip.replace(/\.zip$/, "")}-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.zip`;
    copyFileSync(join(folder, zip), join(out, name));
    files.add(name);
    return name;
  },
);
rmSync(folder, { recursive: true, force: true });
const text = JSON.stringify(template, null, 1);
const refusals = checkTemplate(JSON.parse(text), { stage, region });
for (const { message, hint } of refusals) console.error(`${message}. ${hint}`);
writeFileSync(join(out, "template.json"), `${text}\n`);
writeFileSync(
  join(out, "README.md"),
  `# Strata, stage ${stage}, region ${region}

Made by \`npm run package:cfn\` from strata.yml. Stage, sources and everything under \`deploy\` are fixed in the template; make it again when they change.

    aws s3 cp . s3://ARTIFACT-BUCKET/strata/ --recursive --exclude '*' --include '*.zip'
    aws cloudformation deploy --template-file template.json --stack-name strata-${stage} --region ${region} \\
      --s3-bucket ARTIFACT-BUCKET --capabilities CAPABILITY_IAM \\
      --parameter-overrides ArtifactBucket=ARTIFACT-BUCKET ArtifactPrefix=strata/

Terraform: \`aws_cloudformation_stack\` with \`template_url\` of the uploaded template, the two parameters, and \`capabilities = ["CAPABILITY_IAM"]\`.
CDK: \`new cloudformation_include.CfnInclude(this, "Strata", { templateFile: "template.json", parameters: { ArtifactBucket, ArtifactPrefix } })\`.

Files: ${[...files].join(", ")}.
`,
);
console.log(`dist/cloudformation: template.json (${text.length} bytes), ${files.size} zip files, README.md`);
process.exitCode = refusals.length === 0 ? 0 : 1;
