/**
 * What a query costs: $5 per TiB scanned, rounded up to the MiB, at least 10 MiB; statements that define things are free
 * (Amazon Athena pricing, us-east-1, checked 2026-11). Other regions differ by some per cent; `pricePerTib` says what was used.
 */
export interface AthenaPrice {
  /** Pico-dollars for one TiB. */
  readonly pricePerTib: bigint;
}

export const DEFAULT_PRICE: AthenaPrice = { pricePerTib: 5_000_000_000_000n };

const MIB = 1024n * 1024n;
const MIB_PER_TIB = 1024n * 1024n;
const LEAST_MIB = 10n;

/** Pico-dollars, rounded up to the next one. @param free for DDL and for results that were reused */
export function scanCost(bytes: number, free: boolean, price: AthenaPrice = DEFAULT_PRICE): bigint {
  if (free) return 0n;
  const mib = (BigInt(bytes) + MIB - 1n) / MIB;
  const billed = mib < LEAST_MIB ? LEAST_MIB : mib;
  return (billed * price.pricePerTib + MIB_PER_TIB - 1n) / MIB_PER_TIB;
}
