/** A CloudFormation template, as far as it matters here. Values are whatever JSON holds. */
export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Where a template is going. */
export interface Target {
  readonly stage: string;
  readonly region: string;
}

/** What a service would refuse. */
export interface Refusal {
  /** Id of the rule in service-rules.data.json. */
  readonly rule: string;
  /** Logical id, or `the template`. */
  readonly resource: string;
  /** What is there and what may be, with numbers. */
  readonly message: string;
  readonly hint: string;
  /** Where AWS says so. */
  readonly source: string;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** arn:aws, arn:aws-cn or arn:aws-us-gov, by the region's name (IAM User Guide, "Amazon Resource Names"). */
export const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** Domain of the partition's endpoints. */
export const suffixOf = (region: string): string => (region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com");
