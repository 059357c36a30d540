import { columns, type Table } from "./column.ts";

/** What is learned about a principal after ingest: from strata.yml, an identity file, or iamPrincipal tags on the bill. */
export const principals = {
  name: "principals",
  meaning: "One row per principal with what is known about it now; completes the attribution of invocations.",
  format: "parquet",
  partitions: [],
  columns: columns([
    ["principal_arn", "varchar", "IAM identity as it appears in the log or on the bill."],
    ["account_id", "varchar", "Account in the ARN."],
    ["principal_type", "varchar", "user, role, sso, federated, api-key, root, service or unknown."],
    ["principal_name", "varchar", "User name, role name or permission set."],
    ["session_name", "varchar", "Role session name."],
    ["person", "varchar", "The human behind the principal."],
    ["team", "varchar", "Team; null when nobody knows."],
    ["cost_center", "varchar", "Cost center."],
    ["environment", "varchar", "Environment."],
    ["attribution_source", "varchar", "Where the team comes from: rule:<name>, members or bill."],
  ]),
} as const satisfies Table;
