import { columns, type Table } from "./column.ts";

/** The order of attribution.person_order. */
export const identitySources = {
  name: "identity_sources",
  meaning: "What can name the person of a call, in the order that holds.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["name", "varchar", "As in person_source of call_identities."],
    ["place", "bigint", "Of several sources the one with the smallest place names the person."],
    ["trust", "varchar", "vouched: AWS says so. configured: strata.yml says so. claimed: rests on what a caller writes himself."],
    ["metadata_key", "varchar", "Key of request metadata that names a person; of the source metadata only."],
  ]),
} as const satisfies Table;

/** Names of user ids in IAM Identity Center, from a file. */
export const identityUsers = {
  name: "identity_users",
  meaning:
    "Users of IAM Identity Center by name, from the files of sources.identity_users. Read the view identity_people instead.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["user_id", "varchar", "User id, without the identity store."],
    ["person", "varchar", "E-mail address, lower case, or user name."],
  ]),
} as const satisfies Table;
