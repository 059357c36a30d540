import type { KeyFacts, PolicyDocument } from "../doctor/account-view.ts";
import type { Answer } from "../doctor/answer.ts";
import { ask } from "./account-ask.ts";
import type { ClientsFor } from "./account-clients.ts";
import { isPolicy } from "./account-policy.ts";

/** The client is no dependency: only accounts with keys of their own need it, and doctor says how to add it. */
const PACKAGE = "@aws-sdk/client-kms";

/** What is used of that package (KMS API reference: DescribeKey, GetKeyPolicy). */
interface Kms {
  readonly KMSClient: new (
    config: ReturnType<ClientsFor>,
  ) => { send(command: object): Promise<Readonly<Record<string, unknown>>> };
  readonly DescribeKeyCommand: new (input: { KeyId: string }) => object;
  readonly GetKeyPolicyCommand: new (input: { KeyId: string; PolicyName: string }) => object;
}

export type LoadKms = () => Promise<unknown>;

const load: LoadKms = () => import(PACKAGE);

/** The key behind an id, an ARN or an alias, and who may use it. A key's own policy can only be read in the key's account. */
export function accountKey(clients: ClientsFor, key: string, region: string, loadKms: LoadKms = load): Promise<Answer<KeyFacts>> {
  return ask("kms:DescribeKey", key, async () => {
    const kms = kmsOf(await loadKms());
    const { KMSClient, DescribeKeyCommand, GetKeyPolicyCommand } = kms;
    const client = new KMSClient(clients(/^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? region));
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key }));
    const arn = textAt(KeyMetadata, "Arn") ?? key;
    const policy = await ask("kms:GetKeyPolicy", arn, async () => {
      const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }));
      return policyOf(Policy);
    });
    return { arn, state: textAt(KeyMetadata, "KeyState") ?? "unknown", policy };
  });
}

function kmsOf(module: unknown): Kms {
  if (isKms(module)) return module;
  throw new Error(`${PACKAGE} is installed, but is not the client that is needed`);
}

const isKms = (module: unknown): module is Kms =>
  typeof module === "object" &&
  module !== null &&
  ["KMSClient", "DescribeKeyCommand", "GetKeyPolicyCommand"].every((name) => typeof Reflect.get(module, name) === "function");

function textAt(value: unknown, name: string): string | undefined {
  const found = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "string" && found !== "" ? found : undefined;
}

function policyOf(text: unknown): PolicyDocument | null {
  const document: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  return isPolicy(document) ? document : null;
}
