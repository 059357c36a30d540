/** User ids of IAM Identity Center: `d-9067example.0A1B…` and `0a1b…` are one user. */
export function splitUserId(text: string): { readonly userId: string; readonly store: string | null } {
  const [, store = null, userId = text] = /^(d-[A-Za-z0-9]+)\.(.+)$/.exec(text) ?? [];
  return { userId: userId.toLowerCase(), store };
}
