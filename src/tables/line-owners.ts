import { columns, type Table } from "./column.ts";

/** Who pays for a billed line by what stands on it. Written by reconciliation from the rule table. */
export const lineOwners = {
  name: "line_owners",
  meaning:
    "Each set of facts that occurs on lines of the bill with the attribution that the rule table gives it, for stretches of days.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    [
      "line_key",
      "varchar",
      "Account, principal, resource, tags and cost categories of the line in one text, as in billed_charges.",
    ],
    ["usage_type", "varchar", "Usage type; * where no rule looks at it, as the next two."],
    ["model", "varchar", "Model."],
    ["region", "varchar", "Region that is billed."],
    ["from_day", "varchar", "First UTC day of usage, YYYY-MM-DD."],
    ["to_day", "varchar", "Last UTC day, included."],
    ["person", "varchar", "The human behind the principal."],
    ["team", "varchar", "Team; null when nothing on the line names one."],
    ["cost_center", "varchar", "Cost center."],
    ["environment", "varchar", "Environment."],
    ["feature", "varchar", "Feature or application."],
    ["attribution_source", "varchar", "What named the team."],
    ["place", "bigint", "Place of that source in attribution_sources."],
    [
      "tag_set",
      "varchar",
      "Tags and cost categories on the line that attribution looks at, in one text; null when there are none.",
    ],
  ]),
} as const satisfies Table;
