import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { KeyFacts, PolicyDocument } from "../doctor/account-view.ts";
import type { Answer } from "../doctor/answer.ts";
import { ask } from "./account-ask.ts";
import type { ClientsFor } from "./account-clients.ts";
import { isPolicy } from "./account-policy.ts";

/** The key behind an id, an ARN or an alias, and who may use it. A key's own policy can only be read in the key's account. */
export function accountKey(clients: ClientsFor, key: string, region: string): Promise<Answer<KeyFacts>> {
  return ask("kms:DescribeKey", key, async () => {
    const client = new KMSClient(clients(/^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? region));
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key }));
    const arn = KeyMetadata?.Arn ?? key;
    const policy = await ask("kms:GetKeyPolicy", arn, async () => {
      const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }));
      return policyOf(Policy);
    });
    return { arn, state: KeyMetadata?.KeyState ?? "unknown", policy };
  });
}

function policyOf(text: string | undefined): PolicyDocument | null {
  const document: unknown = text === undefined ? undefined : JSON.parse(text);
  return isPolicy(document) ? document : null;
}
