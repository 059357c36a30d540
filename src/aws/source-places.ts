import { placeOf } from "../doctor/place.ts";

/**
 * Whether an object lies at one of the places that strata.yml names. A bucket's own notifications may tell of all its objects: what is
 * not Strata's is left alone, as the event patterns and grants of the stack leave it alone. A prefix ends where it ends: `prod` is not `prod-eu`.
 * Where no place in S3 is named, everything is.
 */
export function sourcePlaces(locations: readonly string[]): (bucket: string, key: string) => boolean {
  const places = locations.flatMap((location) => placeOf(location) ?? []);
  return (bucket, key) => places.length === 0 || places.some((place) => place.bucket === bucket && key.startsWith(place.prefix));
}

/** The same for a source that is read only where strata.yml names a place in S3. */
export function namedPlaces(locations: readonly string[]): (bucket: string, key: string) => boolean {
  return locations.some((location) => placeOf(location)) ? sourcePlaces(locations) : () => false;
}
