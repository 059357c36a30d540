/** How much of an estimate rests on guesses: dollars of calls that are priced with an assumption (`price_status` estimated). */
import { percent } from "../figures.ts";
import type { PicoUsd } from "../money.ts";

/** 0 to 1, to six digits; 0 when nothing was spent. */
export const guessedShare = (guessed: PicoUsd, estimated: PicoUsd): number =>
  estimated === 0n ? 0 : Number((guessed * 1_000_000n) / estimated) / 1e6;

/** `44.1 % of it guessed`; undefined when nothing is. Neither all nor nothing by rounding alone. */
export function guessedText(guessed: PicoUsd, estimated: PicoUsd): string | undefined {
  if (guessed <= 0n || estimated <= 0n) return undefined;
  if (guessed >= estimated) return "all of it guessed";
  const share = guessedShare(guessed, estimated);
  if (share < 0.001) return "under 0.1 % of it guessed";
  return `${share > 0.999 ? "over 99.9 %" : percent(share, 1)} of it guessed`;
}
