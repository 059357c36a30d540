import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { StrataConfig } from "../config/strata-config.ts";
import { UsageError } from "../errors.ts";
import { foldAddress } from "../fold-address.ts";
import { textOf } from "../invocation/utf16.ts";
import { splitUserId } from "../principal/user-id.ts";

/** The table's one object. */
export const IDENTITY_USERS_KEY = "identity_users/identity_users.jsonl";

/** A user id of IAM Identity Center and who it is. */
export interface IdentityUser {
  readonly user_id: string;
  readonly person: string;
}

export const identityUsersText = (users: readonly IdentityUser[]): string =>
  users.map((user) => `${JSON.stringify(user)}\n`).join("");

/** Names from the files of sources.identity_users, which are meant from where strata.yml is. @throws UsageError */
export const configuredUsers = ({ sources }: StrataConfig, file = "strata.yml"): IdentityUser[] =>
  identityUsers(sources.identity_users.map((path) => resolve(dirname(file), path)));

/**
 * Names of users: what `aws identitystore list-users` prints, or a map of user id to e-mail address. An id may have its identity store before it.
 * @throws UsageError when a file is neither
 */
export function identityUsers(files: readonly string[]): IdentityUser[] {
  const people = new Map<string, string>();
  for (const file of files) for (const [id, person] of usersIn(file)) people.set(splitUserId(id).userId, person);
  return [...people].map(([user_id, person]) => ({ user_id, person })).sort((a, b) => (a.user_id < b.user_id ? -1 : 1));
}

function usersIn(file: string): [string, string][] {
  const wrong = (why: string, cause?: unknown): UsageError =>
    new UsageError(`sources.identity_users: ${file} ${why}`, {
      hint: 'Write there what aws identitystore list-users prints, or {"<user id>": "<e-mail address>"}.',
      cause,
    });
  let document: unknown;
  try {
    document = JSON.parse(textOf(readFileSync(file)));
  } catch (cause) {
    throw wrong("cannot be read as JSON", cause);
  }
  if (!isObject(document)) throw wrong("is not a JSON object");
  const users = document["Users"];
  if (Array.isArray(users))
    return users.flatMap((user: unknown): [string, string][] => {
      if (!isObject(user) || typeof user["UserId"] !== "string") return [];
      const person = addressOf(user["Emails"]) ?? user["UserName"];
      return typeof person === "string" && person !== "" ? [[user["UserId"], foldAddress(person)]] : [];
    });
  return Object.entries(document).map(([id, person]) => {
    if (typeof person !== "string" || person === "") throw wrong(`names no text for ${id.slice(0, 64)}`);
    return [id, foldAddress(person)];
  });
}

/** The primary address, else the first. */
function addressOf(emails: unknown): string | undefined {
  const list = (Array.isArray(emails) ? emails : []).filter(isObject);
  const chosen = list.find(({ Primary }) => Primary === true) ?? list[0];
  return typeof chosen?.["Value"] === "string" ? chosen["Value"] : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
