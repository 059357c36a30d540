/** A packaged template of the Serverless Framework. */
export interface FrameworkTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
  readonly [section: string]: unknown;
}

/** The framework's own bucket for packages, which a plain template has no use for. */
const OWN = /^ServerlessDeploymentBucket/;

/**
 * The same stack without the framework: code comes from a bucket and a folder that are parameters. A file is named by its content, so that an
 * update changes the functions whose code changed and no others.
 * @param fileOf name of a function's zip, by its logical id → the file's name in the folder
 */
export function plainTemplate(template: FrameworkTemplate, fileOf: (zip: string) => string): object {
  const resources = Object.entries(template.Resources)
    .filter(([name]) => !OWN.test(name))
    .map(([name, resource]) => [name, resource.Type === "AWS::Lambda::Function" ? withCode(resource, fileOf) : resource]);
  const { AWSTemplateFormatVersion, ...rest } = template;
  return {
    AWSTemplateFormatVersion,
    ...rest,
    Description: "Strata: cost and usage analytics for Amazon Bedrock.",
    Parameters: {
      ArtifactBucket: { Type: "String", Description: "Bucket in this region that holds the zip files" },
      ArtifactPrefix: {
        Type: "String",
        Default: "",
        Description: "Folder of the zip files in that bucket, with a slash at its end; empty for none",
        AllowedPattern: "^$|^.*/$",
      },
    },
    Resources: Object.fromEntries(resources),
    Outputs: Object.fromEntries(Object.entries(template.Outputs).filter(([name]) => !OWN.test(name))),
  };
}

function withCode<R extends { readonly Properties: Readonly<Record<string, unknown>> }>(
  resource: R,
  fileOf: (zip: string) => string,
): R {
  const { S3Key }: { S3Key?: string } = Object(resource.Properties["Code"]);
  const file = fileOf(S3Key?.slice(S3Key.lastIndexOf("/") + 1) ?? "");
  return {
    ...resource,
    Properties: {
      ...resource.Properties,
      Code: { S3Bucket: { Ref: "ArtifactBucket" }, S3Key: { "Fn::Sub": `\${ArtifactPrefix}${file}` } },
    },
  };
}
