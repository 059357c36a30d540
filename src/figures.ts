/** Shares and counts as people read them, wherever they are printed. Dollars: `inDollars` in money.ts. */

/** 0.1234 → `12.3 %`; below ten per cent two decimals, none where they are zero. @param places decimals, always so many */
export function percent(share: number, places?: number): string {
  if (places !== undefined) return `${(share * 100).toFixed(places)} %`;
  const text = (share * 100).toFixed(Math.abs(share) < 0.1 && share !== 0 ? 2 : 1);
  return `${text.replace(/\.0+$/, "")} %`;
}

/** 1234567 → `1.23 M`; below ten thousand exact. */
export function shortCount(value: number): string {
  if (Math.abs(value) >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (Math.abs(value) >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return Math.round(value).toLocaleString("en-US");
}
