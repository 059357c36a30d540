import { UsageError } from "../../errors.ts";
import { parseDay } from "../../time.ts";

/** @throws UsageError unless the text is a positive number. */
export function numberOption(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new UsageError(`${name}: "${text}" is not a positive number`, { hint: `For example ${name} 1.` });
  return value;
}

/** @throws UsageError unless the text is one of the choices. */
export function oneOf<const T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined)
    throw new UsageError(`${name}: "${text}" is not known`, { hint: `Use one of ${choices.join(", ")}.` });
  return choice;
}

/** @throws UsageError unless the text is a day, or absent. */
export function dayOption(name: string, text: string | undefined): string | undefined {
  if (text === undefined || parseDay(text) !== undefined) return text;
  throw new UsageError(`${name}: "${text}" is not a day`, { hint: `Write it as YYYY-MM-DD, for example ${name} 2026-10-01.` });
}

/** @throws UsageError unless the text is a month. */
export function monthOption(name: string, text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new UsageError(`${name}: "${text}" is not a month`, { hint: `Write it as YYYY-MM, for example ${name} 2026-10.` });
}
