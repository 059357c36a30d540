/** An ARN that names what was called. */
export interface ModelArn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** What stands before the first slash, for example `application-inference-profile`. */
  readonly kind: string;
  /** What stands after it. */
  readonly id: string;
}

const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]*|aws):([a-z-]+)\/(.+)$/;

/** Undefined for text that is not an ARN of the form `arn:partition:service:region:account:kind/id`. */
export function parseModelArn(text: string): ModelArn | undefined {
  const match = ARN.exec(text);
  if (!match) return undefined;
  const [, partition = "", service = "", region = "", account = "", kind = "", id = ""] = match;
  return { partition, service, region, account, kind, id };
}
