import { splitPrincipalArn } from "./principal-arn.ts";

export type PrincipalType = "user" | "role" | "sso" | "federated" | "api-key" | "root" | "service" | "unknown";

/** Who called, told from the identity ARN alone. */
export interface Principal {
  /** As logged; null when the record has none. */
  readonly arn: string | null;
  readonly accountId: string | null;
  readonly type: PrincipalType;
  /** User name, role name or permission set, without path. */
  readonly name: string | null;
  readonly sessionName: string | null;
  /** The human behind the principal; null for services and when nobody can know. */
  readonly person: string | null;
}

export interface PrincipalOptions {
  /**
   * Read the session name of a role as the person where it looks like an e-mail address. A caller may choose the session name of a
   * role freely unless its trust policy pins it (data-sources §1.5). Identity Center sets its session names itself and is always trusted.
   */
  readonly trustSessionNames?: boolean;
}

/** IAM Identity Center names its roles after the permission set and 16 hex digits. */
const SSO_ROLE = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;
const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/;
/** Long-term Bedrock API keys are IAM users of this name (Bedrock User Guide, IAM principal attribution). */
const API_KEY = /^BedrockAPIKey-/;
/** Users that stand for a program by the look of their name. */
const SERVICE_NAME =
  /^(?:svc|service|bot|ci|cd|app|lambda|github|gitlab|jenkins|terraform)[-_.]|[-_.](?:svc|service|bot|ci|app|lambda|key)$/i;

const UNKNOWN = { accountId: null, type: "unknown", name: null, sessionName: null, person: null } as const;

/** Every identity shape of data-sources §1.5; anything else is `unknown` with the ARN as given. Case is kept everywhere. */
export function parsePrincipal(arn: string | null | undefined, options: PrincipalOptions = {}): Principal {
  if (arn === undefined || arn === null || arn === "") return { arn: null, ...UNKNOWN };
  const parts = splitPrincipalArn(arn);
  if (parts === undefined) return { arn, ...UNKNOWN };
  const { accountId, kind, name, sessionName } = parts;
  const base = { arn, accountId, name, sessionName };
  switch (kind) {
    case "root":
      return { ...base, type: "root", person: null };
    case "user":
      if (API_KEY.test(name)) return { ...base, type: "api-key", person: null };
      return { ...base, type: "user", person: SERVICE_NAME.test(name) ? null : name };
    case "federated-user":
      return { ...base, type: "federated", person: name };
    case "service":
      return { ...base, type: "service", person: null };
    case "role":
      return rolePrincipal(base, options.trustSessionNames ?? true);
    default:
      return kind satisfies never;
  }
}

function rolePrincipal(
  base: { arn: string; accountId: string; name: string; sessionName: string | null },
  trust: boolean,
): Principal {
  const permissionSet = SSO_ROLE.exec(base.name)?.[1];
  if (permissionSet !== undefined) return { ...base, type: "sso", name: permissionSet, person: base.sessionName };
  const named = trust && base.sessionName !== null && EMAIL.test(base.sessionName);
  return { ...base, type: "role", person: named ? base.sessionName : null };
}
