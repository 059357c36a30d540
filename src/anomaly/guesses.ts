import { BUDGET_RULES } from "../config/budget-rules.ts";
import { formatUsd } from "../money.ts";
import { guessedShare, guessedText } from "../pricing/guessed.ts";
import type { Contributors } from "./contributors.ts";

type Guessed = Pick<Contributors, "guessed" | "dollars">;

/** `, 44.1 % of it guessed` behind the dollars of an alert; nothing where every price is certain. A budget says it of what counts, in how bad it is. */
export function guessClause(rule: string, { guessed, dollars }: Guessed): string {
  const text = rule in BUDGET_RULES ? undefined : guessedText(guessed, dollars);
  return text === undefined ? "" : `, ${text}`;
}

/** The same as facts of a message and of the alert's row. */
export const guessFacts = (rule: string, { guessed, dollars }: Guessed): [string, string | number][] =>
  rule in BUDGET_RULES || guessed === 0n
    ? []
    : [
        ["guessed_usd", formatUsd(guessed)],
        ["guessed_share", guessedShare(guessed, dollars)],
      ];
