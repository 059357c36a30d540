import type { AccountView } from "./account-view.ts";
import { answered } from "./answer.ts";
import { chooseExport, exportPlace } from "./checks/bill.ts";
import { type AccountFacts, billPlaces, logPlaces } from "./facts.ts";
import type { KnownAccount } from "./first-config.ts";
import { knownProfiles, teamsInTags } from "./known-profiles.ts";
import { nameOf } from "./place.ts";

/** What init can write down of an account that doctor has looked at. Whatever could not be asked is left out. */
export async function knownAccount(view: AccountView, facts: AccountFacts): Promise<KnownAccount> {
  const places = logPlaces(facts);
  const [accounts, profiles] = await Promise.all([
    Promise.all(places.map((place) => view.logAccounts(place))),
    Promise.all(facts.regions.map((region) => view.profiles(region))),
  ]);
  const bill = chooseExport(answered(facts.exports) ?? [], billPlaces(facts));
  const known = profiles.flatMap((answer) => answered(answer) ?? []);
  const keys = [...facts.buckets.values()].flatMap(({ encryption }) => {
    const key = answered(encryption)?.key ?? null;
    const asked = key === null ? undefined : facts.keys.get(key);
    return (asked && answered(asked)?.arn) ?? key ?? [];
  });
  const own = answered(facts.identity)?.account;
  return {
    accounts: [...new Set([...(own === undefined ? [] : [own]), ...accounts.flatMap((answer) => answered(answer) ?? [])])].sort(),
    logs: places.map(nameOf),
    cur: bill ? [nameOf(exportPlace(bill))] : [],
    // The schema takes ARNs only; a bare key id of the bucket is doctor's to report.
    kmsKeys: [...new Set(keys.filter((key) => /^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(key)))].sort(),
    profiles: knownProfiles(known),
    teams: teamsInTags(known, facts.config.attribution.tags.team),
  };
}
