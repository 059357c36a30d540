import { splitPrincipalArn } from "./principal-arn.ts";

/**
 * The one form in which principals of the log and of the bill are compared: `<ARN>` without path, and roles in the form
 * `arn:<partition>:sts::<account>:assumed-role/<role>[/<session>]` whether they were written as iam role or as sts assumed-role. Case and
 * partition are kept. Idempotent. Text that is no identity ARN is its own key; no ARN has none.
 */
export function principalKey(arn: string | null | undefined): string | null {
  if (arn === undefined || arn === null || arn === "") return null;
  const parts = splitPrincipalArn(arn);
  if (parts === undefined) return arn;
  const { partition, accountId, kind, name, sessionName } = parts;
  switch (kind) {
    case "root":
      return `arn:${partition}:iam::${accountId}:root`;
    case "user":
      return `arn:${partition}:iam::${accountId}:user/${name}`;
    case "federated-user":
      return `arn:${partition}:sts::${accountId}:federated-user/${name}`;
    case "role":
    case "service": {
      const role = `arn:${partition}:sts::${accountId}:assumed-role/${name}`;
      return sessionName === null ? role : `${role}/${sessionName}`;
    }
    default:
      return kind satisfies never;
  }
}

/** The key without the session: what a bill that names only the role is compared with. The key itself for everything else. */
export function roleKey(arn: string | null | undefined): string | null {
  const key = principalKey(arn);
  const parts = key === null ? undefined : splitPrincipalArn(key);
  if (key === null || parts === undefined || parts.sessionName === null) return key;
  return key.slice(0, key.length - parts.sessionName.length - 1);
}
