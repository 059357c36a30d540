/** The parts of an identity ARN that log and bill have in common. */
export interface PrincipalArn {
  readonly partition: string;
  readonly accountId: string;
  readonly kind: "user" | "role" | "federated-user" | "root" | "service";
  /** Without path. */
  readonly name: string;
  readonly sessionName: string | null;
}

const ARN = /^arn:(aws[a-z-]*):(iam|sts):[a-z0-9-]*:(\d{12}):(.+)$/;
const SERVICE_ROLE_PATH = /^aws-service-role\//;

/** Splits `arn:<partition>:iam|sts::<account>:<resource>`; undefined for any other text. */
export function splitPrincipalArn(arn: string): PrincipalArn | undefined {
  const match = ARN.exec(arn);
  if (!match) return undefined;
  const [, partition = "", service, accountId = "", resource = ""] = match;
  const place = { partition, accountId };
  if (service === "iam" && resource === "root") return { ...place, kind: "root", name: "root", sessionName: null };
  const slash = resource.indexOf("/");
  const rest = resource.slice(slash + 1);
  if (slash === -1 || rest === "") return undefined;
  switch (`${service}:${resource.slice(0, slash)}`) {
    case "iam:user":
      return named(place, "user", rest);
    case "iam:role":
      return named(place, SERVICE_ROLE_PATH.test(rest) ? "service" : "role", rest);
    case "sts:federated-user":
      return { ...place, kind: "federated-user", name: rest, sessionName: null };
    case "sts:assumed-role":
      return assumed(place, rest);
    default:
      return undefined;
  }
}

/** IAM identities may have a path before the name; the name is what follows the last slash. */
function named(
  place: { partition: string; accountId: string },
  kind: "user" | "role" | "service",
  rest: string,
): PrincipalArn | undefined {
  const name = rest.slice(rest.lastIndexOf("/") + 1);
  return name === "" ? undefined : { ...place, kind, name, sessionName: null };
}

/** STS leaves the role's path out: role name, then the session. */
function assumed(place: { partition: string; accountId: string }, rest: string): PrincipalArn | undefined {
  const slash = rest.indexOf("/");
  const name = slash === -1 ? rest : rest.slice(0, slash);
  const session = slash === -1 ? "" : rest.slice(slash + 1);
  if (name === "") return undefined;
  const kind = name.startsWith("AWSServiceRoleFor") ? "service" : "role";
  return { ...place, kind, name, sessionName: session === "" ? null : session };
}
