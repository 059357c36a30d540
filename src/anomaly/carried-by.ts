import type { Contributor, Contributors } from "./contributors.ts";
import type { Incident } from "./lifecycle.ts";

/** From this share on one part of a scope is what carries an incident. */
const CARRIES = 0.8;

export interface Carrier extends Contributor {
  readonly scope: "person" | "team" | "account" | "region";
}

const largest = (scope: Carrier["scope"], [first]: readonly Contributor[]): Carrier | undefined =>
  first && first.share >= CARRIES ? { scope, ...first } : undefined;

/** The narrowest part of a wide scope that carries the incident: who is looked for first. Undefined where the scope is narrow itself, or nobody stands out. */
export function carriedBy({ scope }: Pick<Incident, "scope">, of: Contributors): Carrier | undefined {
  if (scope === "person" || scope === "principal" || scope === "source") return undefined;
  const person = largest("person", of.people);
  if (person || scope === "team" || scope === "model") return person;
  return largest("team", of.teams) ?? (scope === "account" ? undefined : largest("account", of.accounts));
}

/** The region in which it is, where that is one. */
export const regionOf = (of: Contributors): Carrier | undefined => largest("region", of.regions);
