import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  paginateListEntitiesForPolicy,
} from "@aws-sdk/client-iam";
import { InputError } from "../errors.ts";
import type { PolicyApi } from "../ports.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

export interface IamDenialsOptions extends ClientOptions {
  /** ARN of the managed policy that denies; the stack makes it, and nothing here can change what it says. */
  readonly policy: string;
  readonly client?: IAMClient;
}

/** What IAM says when there is nothing to detach: the policy is not attached, or the principal is gone. */
const GONE = "NoSuchEntityException";
/** AWS owns the principal (roles of Identity Center, service-linked roles); the API refuses to change it. */
const PROTECTED = "UnmodifiableEntityException";
/** Ten managed policies on one principal (IAM quotas); the SDK uses this name for rates elsewhere. */
const FULL = "LimitExceededException";

/** Attaches and detaches one policy of the stack's own account, and does nothing else. */
export class IamDenials implements PolicyApi {
  readonly #policy: string;
  readonly #client: IAMClient;

  constructor(options: IamDenialsOptions) {
    this.#policy = options.policy;
    this.#client = options.client ?? new IAMClient(clientConfig(options));
  }

  async denied(): Promise<readonly string[]> {
    const [, partition = "aws", , , account = ""] = this.#policy.split(":");
    const found: string[] = [];
    try {
      for await (const page of paginateListEntitiesForPolicy({ client: this.#client }, { PolicyArn: this.#policy })) {
        for (const { RoleName } of page.PolicyRoles ?? []) found.push(`arn:${partition}:iam::${account}:role/${RoleName}`);
        for (const { UserName } of page.PolicyUsers ?? []) found.push(`arn:${partition}:iam::${account}:user/${UserName}`);
      }
    } catch (error) {
      throw awsError("iam", `listing who is denied by ${this.#policy}`, this.#policy, error);
    }
    return found;
  }

  async deny(principal: string): Promise<void> {
    const { user, name } = this.#own(principal);
    try {
      if (user) await this.#client.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: this.#policy }));
      else await this.#client.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: this.#policy }));
    } catch (error) {
      throw refusal(principal, error) ?? awsError("iam", `denying ${principal} premium models`, principal, error);
    }
  }

  async release(principal: string): Promise<void> {
    const { user, name } = this.#own(principal);
    try {
      if (user) await this.#client.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn: this.#policy }));
      else await this.#client.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: this.#policy }));
    } catch (error) {
      if (nameOf(error) === GONE) return;
      throw refusal(principal, error) ?? awsError("iam", `releasing ${principal}`, principal, error);
    }
  }

  /** Kind and name without the path: names are unique in an account. @throws InputError for a principal of another account */
  #own(principal: string): { readonly user: boolean; readonly name: string } {
    const [, , , , account, entity = ""] = principal.split(":");
    if (account !== this.#policy.split(":")[4])
      throw new InputError(principal, `iam: ${principal} belongs to another account than the stack`, {
        hint: "A stack denies principals of its own account. Let a gateway of that account read current/budget-status.json.",
      });
    return { user: entity.startsWith("user/"), name: entity.slice(entity.lastIndexOf("/") + 1) };
  }
}

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : "");

function refusal(principal: string, thrown: unknown): InputError | undefined {
  const name = nameOf(thrown);
  if (name === GONE)
    return new InputError(principal, `iam: there is no ${principal}`, {
      hint: "Take it out of alerts.enforcement.principals, or correct the ARN.",
      cause: thrown,
    });
  if (name === PROTECTED)
    return new InputError(principal, `iam: ${principal} belongs to AWS and cannot be changed`, {
      hint: "Roles of IAM Identity Center take policies through their permission set only: list the role that people assume from there, or use a gateway.",
      cause: thrown,
    });
  if (name === FULL)
    return new InputError(principal, `iam: ${principal} has as many policies as IAM allows`, {
      hint: "Detach one, or ask for a higher quota (managed policies attached to a role or user).",
      cause: thrown,
    });
  return undefined;
}
