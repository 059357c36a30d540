export type Labels = ReadonlyMap<string, string>;

/**
 * What is known of a call or of a billed line when the question "who pays" is asked. A fact that one side cannot have is left out: a line has
 * no request metadata, a call no cost category.
 */
export interface Facts {
  /** UTC day of the call or of the line's usage. */
  readonly day: string;
  readonly accountId: string;
  readonly principalArn?: string | null;
  readonly principalName?: string | null;
  readonly sessionName?: string | null;
  readonly person?: string | null;
  /** The person was read off a session name that the caller chose. */
  readonly personIsClaimed?: boolean;
  /** ARNs and ids of what was used: model id as called, inference profile, resource on the bill. */
  readonly resources?: readonly string[];
  readonly inferenceProfile?: string | null;
  readonly usageType?: string | null;
  readonly model?: string | null;
  readonly region?: string | null;
  readonly metadata?: Labels | null;
  readonly resourceTags?: Labels | null;
  readonly principalTags?: Labels | null;
  readonly userAttributes?: Labels | null;
  readonly accountTags?: Labels | null;
  readonly costCategories?: Labels | null;
}

type TagFacts = Pick<Facts, "resourceTags" | "principalTags" | "userAttributes" | "accountTags" | "costCategories">;

/** Class prefixes in the bill's map `tags` (Data Exports User Guide), without regard to case; what has none of them is a tag of the resource. */
const CLASSES: ReadonlyMap<string, keyof TagFacts> = new Map([
  ["iamprincipal", "principalTags"],
  ["userattribute", "userAttributes"],
  ["accounttag", "accountTags"],
  ["account", "accountTags"],
  ["costcategory", "costCategories"],
  ["resourcetag", "resourceTags"],
  ["resource", "resourceTags"],
]);

/** The bill's three maps as one set of facts: `tags` by the class of each key, `resource_tags` without `user_` or `user:` before a key. */
export function tagFacts(maps: {
  readonly tags: Labels;
  readonly resourceTags: Labels;
  readonly costCategory: Labels;
}): TagFacts {
  const found = {
    resourceTags: new Map<string, string>(),
    principalTags: new Map<string, string>(),
    userAttributes: new Map<string, string>(),
    accountTags: new Map<string, string>(),
    costCategories: new Map(maps.costCategory),
  } satisfies Record<keyof TagFacts, Map<string, string>>;
  for (const [key, value] of maps.tags) {
    const { labels, name } = classOf(key);
    found[labels].set(labels === "resourceTags" ? withoutUser(name) : name, value);
  }
  for (const [key, value] of maps.resourceTags) found.resourceTags.set(withoutUser(key), value);
  return found;
}

/** Exports write `user_team` or `user:team` for a tag that the customer made (data exports of several owners differ). */
const withoutUser = (key: string): string => key.replace(/^user[_:]/, "");

/** `iamPrincipal/team` → principalTags, team. */
export function classOf(key: string): { readonly labels: keyof TagFacts; readonly name: string } {
  const slash = key.indexOf("/");
  const labels = slash < 0 ? undefined : CLASSES.get(plainKey(key.slice(0, slash)));
  return labels === undefined ? { labels: "resourceTags", name: key } : { labels, name: key.slice(slash + 1) };
}

/** The value of a key: written exactly so, else with other letter case or other signs between its words. Blank is none. */
export function labelOf(labels: Labels | null | undefined, key: string): string | null {
  if (labels === null || labels === undefined || labels.size === 0) return null;
  const exact = labels.get(key)?.trim();
  if (exact) return exact;
  const plain = plainKey(key);
  for (const [name, value] of labels) if (plainKey(name) === plain && value.trim() !== "") return value.trim();
  return null;
}

/** `Cost-Center`, `cost_center` and `CostCenter` are one key: AWS itself rewrites signs in keys of the bill. Keys of other scripts keep theirs. */
export const plainKey = (key: string): string => key.toLowerCase().replace(/[-_.\s]/g, "");
