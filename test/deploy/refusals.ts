import { join } from "node:path";
import { checkTemplate } from "../../src/template/check-template.ts";
import { askRuler, installRuler } from "../patterns/ruler.ts";
import { REGION } from "./clients.ts";
import type { Template } from "./stack.ts";
import { CACHE } from "./world.ts";

/** What AWS would refuse of a template that the emulator takes: the rules of its services, and event patterns by AWS's own matcher. */
export function refusals(template: Template, stage: string): string[] {
  const cache = join(CACHE, "event-ruler");
  const missing = installRuler(cache);
  if (missing !== undefined) throw new Error(`event-ruler: ${missing}`);
  const patterns = Object.entries(template.Resources).flatMap(([name, { Properties }]) =>
    Properties["EventPattern"] === undefined ? [] : [{ name, pattern: JSON.stringify(Properties["EventPattern"]), events: [] }],
  );
  const answers = askRuler(cache, patterns);
  return [
    ...checkTemplate(template, { stage, region: REGION }).map(({ message }) => message),
    ...patterns.flatMap(({ name }, index) => {
      const refused = answers[index]?.refused;
      return refused ? [`${name}: ${refused}`] : [];
    }),
  ];
}
