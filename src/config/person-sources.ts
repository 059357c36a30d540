/** What can name the person of a call, in the order that holds without `attribution.person_order`, each with what it is worth. */
export const PERSON_SOURCES = [
  ["configured", "configured", "A rule of strata.yml: somebody wrote it down for this case."],
  ["on_behalf_of", "vouched", "CloudTrail's onBehalfOf: IAM Identity Center signed it."],
  ["sso_session", "vouched", "Session name of an Identity Center role, which Identity Center sets itself."],
  ["iam_user", "vouched", "IAM user or federated user."],
  ["session_name", "claimed", "Session name of any other role: whoever assumes it chooses it, unless its trust policy pins it."],
  [
    "principal_tag",
    "vouched",
    "Tag of the principal on the bill, or a user attribute: whoever administers IAM set it. Behind the session name, since a shared role has one owner and many users.",
  ],
  ["telemetry", "claimed", "E-mail address that the client sends."],
  [
    "device",
    "claimed",
    "Whom sources.identity_users names for that installation of Claude Code, else the one person that was seen on it. A device itself is nobody.",
  ],
  ["metadata", "claimed", "Request metadata (attribution.metadata_keys.person): whoever calls can write anything."],
] as const;
export const PERSON_SOURCE_NAMES = PERSON_SOURCES.map(([name]) => name);
