import { columns, type Table } from "./column.ts";

/** The rule table and the other sources of attribution as strata.yml orders them. */
export const attributionSources = {
  name: "attribution_sources",
  meaning:
    "Each way of naming a team with its place in the order and how much it is worth; the configuration that made the figures.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["name", "varchar", "As in attribution_source: rule:<name>, resource_tag, principal_tag and so on."],
    ["kind", "varchar", "rule, resource_tag, principal_tag, user_attribute, cost_category, members, metadata or account."],
    ["place", "bigint", "Of several sources the one with the smallest place names the team."],
    ["trust", "varchar", "vouched: AWS says so. configured: strata.yml says so. claimed: rests on what a caller writes himself."],
  ]),
} as const satisfies Table;
