import { columns, type Table } from "./column.ts";

/** What the bill and strata.yml say of a principal or a resource beside what its records said when they were read. */
export const learnedOwners = {
  name: "learned_owners",
  meaning:
    "What tags on the bill and strata.yml say about each principal and each resource, for stretches of days that do not overlap; completes the attribution of invocations.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["kind", "varchar", "principal or resource."],
    ["id", "varchar", "ARN as it appears in the log or on the bill."],
    ["from_day", "varchar", "First UTC day, YYYY-MM-DD."],
    ["to_day", "varchar", "Last UTC day, included."],
    ["person", "varchar", "The human behind the principal."],
    ["team", "varchar", "Team; null when nobody knows, or when several tag sets on one day disagree."],
    ["cost_center", "varchar", "Cost center."],
    ["environment", "varchar", "Environment."],
    ["feature", "varchar", "Feature or application."],
    ["attribution_source", "varchar", "What named the team; split where the bill has several tag sets on one day."],
    ["place", "bigint", "Place of that source in attribution_sources."],
    [
      "vendor",
      "varchar",
      "Model maker of an application inference profile, as billed; null for others, as the columns that follow.",
    ],
    ["model_family", "varchar", "Model family."],
    ["model", "varchar", "Model."],
    ["model_tier", "varchar", "premium, standard or fast."],
    ["input_rate", "varchar", "Billed USD for an input token, exact decimal."],
    ["output_rate", "varchar", "Billed USD for an output token, exact decimal."],
    ["cache_read_rate", "varchar", "Billed USD for a token read from the cache, exact decimal."],
    ["cache_write_5m_rate", "varchar", "Billed USD for a token written to the 5-minute cache, exact decimal."],
    ["cache_write_1h_rate", "varchar", "Billed USD for a token written to the 1-hour cache, exact decimal."],
  ]),
} as const satisfies Table;
