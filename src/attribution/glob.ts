/** A matcher for exact text in which `*` stands for any characters. */
export function glob(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const expression = new RegExp(`^${pattern.split("*").map(literal).join("[\\s\\S]*")}$`);
  return (text) => expression.test(text);
}

/** Matches when one of the patterns does. */
export function anyGlob(patterns: readonly string[]): (text: string) => boolean {
  const matchers = patterns.map(glob);
  return (text) => matchers.some((matches) => matches(text));
}

const literal = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
