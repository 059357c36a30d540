import { columns, type Table } from "./column.ts";

/** Kiro's daily user reports. Credits are Kiro's own unit: never tokens, never dollars of Bedrock. */
export const kiroUsage = {
  name: "kiro_usage",
  meaning:
    "One row per person, client and day of Kiro's user reports, and one more for each model with messages, as delivered; repeated ones stay. Read the view kiro_days instead.",
  format: "parquet",
  partitions: columns([["dt", "date", "UTC day of the report's rows."]]),
  columns: columns([
    ["user_id", "varchar", "User id in IAM Identity Center, without the identity store."],
    ["identity_store", "varchar", "Identity store, d-…, where the report names it."],
    ["person", "varchar", "E-mail address, lower case, where the report names it."],
    ["client", "varchar", "KIRO_IDE, KIRO_CLI or PLUGIN."],
    ["account_id", "varchar", "Account of the profile."],
    ["profile_arn", "varchar", "Kiro profile."],
    ["plan", "varchar", "Subscription tier, for example PRO_MAX, however it was written."],
    ["model", "varchar", "Model that the messages went to; null in the row of the person, client and day."],
    ["messages", "bigint", "Messages: of the model, else in all."],
    ["conversations", "bigint", "Chat conversations; null in rows of a model, as what follows."],
    ["credits", "decimal(38,12)", "Credits used."],
    ["overage_credits", "decimal(38,12)", "Of them, beyond the plan."],
    ["overage_cap", "decimal(38,12)", "Credits beyond the plan that are allowed."],
    [
      "overage_enabled",
      "boolean",
      "Whether use beyond the plan is allowed; where not, the person is stopped and nothing is billed.",
    ],
    ["usage_limit", "decimal(38,12)", "Credits of the plan, where the report tells (since September 2026)."],
    ["is_new", "boolean", "Whether the person is new."],
    ["source_object", "varchar", "Object it was read from."],
    ["source_item", "bigint", "Row in that object, from 1."],
  ]),
} as const satisfies Table;
