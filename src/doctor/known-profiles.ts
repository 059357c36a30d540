import { labelOf } from "../attribution/facts.ts";
import type { InferenceProfile } from "./account-view.ts";

/**
 * What application inference profiles stand for: the system profile over the same models where there is one (it tells the routing), else the
 * model itself. Profiles over several models that no system profile has are left out: nothing is guessed.
 */
export function knownProfiles(profiles: readonly InferenceProfile[]): ReadonlyMap<string, string> {
  const systems = new Map(
    profiles.filter(({ type }) => type === "SYSTEM_DEFINED").map((profile) => [setOf(profile), profile.id]),
  );
  const known = new Map<string, string>();
  for (const profile of profiles) {
    if (profile.type !== "APPLICATION") continue;
    const models = new Set(profile.modelArns.map(modelId));
    const [only] = models;
    const meaning = systems.get(setOf(profile)) ?? (models.size === 1 ? only : undefined);
    if (meaning !== undefined && meaning !== "") known.set(profile.arn, meaning);
  }
  return known;
}

const setOf = ({ modelArns }: InferenceProfile): string => [...modelArns].sort().join("\n");

/** `arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0` → `amazon.nova-lite-v1:0`. */
const modelId = (arn: string): string => /:foundation-model\/(.+)$/.exec(arn)?.[1] ?? arn;

/** Teams that tags of application profiles name, with an example of each. */
export function teamsInTags(profiles: readonly InferenceProfile[], keys: readonly string[]): ReadonlyMap<string, string> {
  const teams = new Map<string, string>();
  for (const { tags, name } of profiles) {
    const labels = new Map(Object.entries(tags));
    const team = keys.map((key) => labelOf(labels, key)).find((value) => value !== null);
    if (team && !teams.has(team)) teams.set(team, name);
  }
  return new Map([...teams].sort(([a], [b]) => (a < b ? -1 : 1)));
}
