/**
 * Counts, shares and thousands as people read them, wherever they are printed; dollars: `inDollars` in money.ts. The minus sign is ASCII's, so that a
 * figure from a terminal, a message, CSV or JSON can be pasted into a sheet or a query. Only HTML pages set a typographic one (U+2212,
 * `report/html/figures.ts`), and what is downloaded from them has ASCII's again.
 */

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 1234567 → `1,234,567`: whole numbers, to the last digit. */
export const thousands = (value: number | bigint): string => WHOLE.format(value);

/** `1 team`, `2,000 teams` */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${thousands(value)} ${value === 1 ? one : many}`;

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
  return thousands(Math.round(value));
}
