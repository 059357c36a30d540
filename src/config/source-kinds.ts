/** What can name the team of a call or of a billed line, in the order that holds without `attribution.order`. */
export const SOURCE_KINDS = [
  "rule",
  "resource_tag",
  "principal_tag",
  "user_attribute",
  "cost_category",
  "members",
  "metadata",
  "account",
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
