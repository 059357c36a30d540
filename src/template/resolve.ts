import { isRecord, partitionOf, type Resource, suffixOf, type Target, type Template } from "./template.ts";

/** Stands for the account; every account id is as long. */
const ACCOUNT = "123456789012";
/** CloudFormation ends names that it makes up with so many characters. */
const GENERATED = "ABCDEFGHIJKLM";
const KEY_ID = "00000000-0000-4000-8000-000000000000";

/** What names a resource of a type, and what `Ref` gives where it is not that name. */
const NAMES: Readonly<Record<string, { readonly name: string; readonly service: string; readonly path?: string }>> = {
  "AWS::Athena::WorkGroup": { name: "Name", service: "athena", path: "workgroup/" },
  "AWS::CloudWatch::Dashboard": { name: "DashboardName", service: "cloudwatch", path: "dashboard/" },
  "AWS::Events::EventBus": { name: "Name", service: "events", path: "event-bus/" },
  "AWS::Events::Rule": { name: "Name", service: "events", path: "rule/" },
  "AWS::IAM::ManagedPolicy": { name: "ManagedPolicyName", service: "iam", path: "policy/" },
  "AWS::IAM::Role": { name: "RoleName", service: "iam", path: "role/" },
  "AWS::Lambda::Function": { name: "FunctionName", service: "lambda", path: "function:" },
  "AWS::Logs::LogGroup": { name: "LogGroupName", service: "logs", path: "log-group:" },
  "AWS::S3::Bucket": { name: "BucketName", service: "s3" },
  "AWS::SNS::Topic": { name: "TopicName", service: "sns" },
  "AWS::SQS::Queue": { name: "QueueName", service: "sqs" },
};

/**
 * Values as CloudFormation would fill them in, with an account of the right length, so that what services measure can be measured. Names that
 * CloudFormation makes up are as long as they can get.
 */
export class Resolver {
  readonly #template: Template;
  readonly #target: Target;
  readonly #pseudo: Readonly<Record<string, string>>;

  constructor(template: Template, target: Target) {
    this.#template = template;
    this.#target = target;
    const stack = `strata-${target.stage}`;
    const partition = partitionOf(target.region);
    this.#pseudo = {
      "AWS::AccountId": ACCOUNT,
      "AWS::Region": target.region,
      "AWS::Partition": partition,
      "AWS::URLSuffix": suffixOf(target.region),
      "AWS::StackName": stack,
      "AWS::StackId": `arn:${partition}:cloudformation:${target.region}:${ACCOUNT}:stack/${stack}/${KEY_ID}`,
    };
  }

  value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item)).filter((item) => item !== undefined);
    if (!isRecord(value)) return value;
    const [[name, argument] = ["", undefined], ...more] = Object.entries(value);
    if (more.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) return this.#function(name, argument);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, this.value(inner)] as const)
        .filter(([, inner]) => inner !== undefined),
    );
  }

  text(value: unknown): string {
    const resolved = this.value(value);
    return typeof resolved === "string" ? resolved : (JSON.stringify(resolved) ?? "");
  }

  #function(name: string, argument: unknown): unknown {
    if (name === "Ref") return argument === "AWS::NoValue" ? undefined : this.#ref(String(argument));
    if (name === "Fn::GetAtt") {
      const [resource = "", attribute = ""] = Array.isArray(argument) ? argument.map(String) : String(argument).split(/\.(.*)/s);
      return this.#attribute(resource, attribute);
    }
    if (name === "Fn::Sub") return this.#sub(argument);
    if (name === "Fn::Join" && Array.isArray(argument)) {
      const parts = this.value(argument[1]);
      return Array.isArray(parts) ? parts.map((part) => this.text(part)).join(String(argument[0])) : "";
    }
    if (name === "Fn::If" && Array.isArray(argument)) {
      const branches = argument.slice(1).map((branch) => this.value(branch));
      // Of two, the one that takes more room.
      return branches.sort((a, b) => (JSON.stringify(b) ?? "").length - (JSON.stringify(a) ?? "").length)[0];
    }
    return `<${name}>`;
  }

  #sub(argument: unknown): string {
    const [text, variables] = Array.isArray(argument) ? [String(argument[0]), argument[1]] : [String(argument), {}];
    return text.replace(/\$\{([^}]+)\}/g, (_, inner: string) => {
      if (inner.startsWith("!")) return `\${${inner.slice(1)}}`;
      if (isRecord(variables) && inner in variables) return this.text(variables[inner]);
      const [resource = "", attribute] = inner.split(/\.(.*)/s);
      return attribute === undefined ? this.text({ Ref: inner }) : this.text({ "Fn::GetAtt": [resource, attribute] });
    });
  }

  #ref(name: string): unknown {
    const pseudo = this.#pseudo[name];
    if (pseudo !== undefined) return pseudo;
    const resource = this.#template.Resources[name];
    if (resource === undefined) return this.#template.Parameters?.[name]?.Default ?? name;
    if (["AWS::SNS::Topic", "AWS::IAM::ManagedPolicy"].includes(resource.Type)) return this.#arn(name, resource);
    if (resource.Type === "AWS::SQS::Queue")
      return `https://sqs.${this.#target.region}.${suffixOf(this.#target.region)}/${ACCOUNT}/${this.name(name, resource)}`;
    return this.name(name, resource);
  }

  #attribute(name: string, attribute: string): string {
    const resource = this.#template.Resources[name];
    if (resource === undefined) return `${name}.${attribute}`;
    if (attribute.endsWith("Arn")) return this.#arn(name, resource);
    return this.name(name, resource);
  }

  /** A resource's physical name. */
  name(logical: string, resource: Resource): string {
    if (resource.Type === "AWS::KMS::Key") return KEY_ID;
    const named = resource.Properties?.[NAMES[resource.Type]?.name ?? ""];
    return named === undefined ? `strata-${this.#target.stage}-${logical}-${GENERATED}`.slice(-64) : this.text(named);
  }

  #arn(logical: string, resource: Resource): string {
    const { region } = this.#target;
    const partition = partitionOf(region);
    const name = this.name(logical, resource);
    if (resource.Type === "AWS::KMS::Key") return `arn:${partition}:kms:${region}:${ACCOUNT}:key/${name}`;
    const { service, path = "" } = NAMES[resource.Type] ?? { service: "service" };
    if (service === "s3") return `arn:${partition}:s3:::${name}`;
    return `arn:${partition}:${service}:${service === "iam" ? "" : region}:${ACCOUNT}:${path}${name}`;
  }
}
