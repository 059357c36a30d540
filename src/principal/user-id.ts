/** User ids of IAM Identity Center: `d-9067example.0A1B…` and `0a1b…` are one user. */
export function splitUserId(text: string): { readonly userId: string; readonly store: string | null } {
  const [, store = null, userId = text] = /^(d-[a-z0-9]+)\.(.+)$/i.exec(text) ?? [];
  return { userId: userId.toLowerCase(), store: store?.toLowerCase() ?? null };
}
