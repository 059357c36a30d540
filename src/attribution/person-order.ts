import type { AttributionConfig } from "../config/attribution.ts";
import { PERSON_SOURCES } from "../config/person-sources.ts";
import type { RowOf } from "../tables/column.ts";
import type { identitySources } from "../tables/identity-sources.ts";

/** Sources of a person in the order that holds; those that `attribution.person_order` leaves out name nobody. */
export const personOrder = (config: AttributionConfig): RowOf<typeof identitySources>[] =>
  config.person_order.map((name, place) => ({
    name,
    place,
    trust: PERSON_SOURCES.find(([known]) => known === name)?.[1] ?? null,
    metadata_key: name === "metadata" ? config.metadata_keys.person : null,
  }));
