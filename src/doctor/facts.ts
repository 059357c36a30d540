import { FURTHER_SOURCES } from "../config/further-sources.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type {
  AccountView,
  BillExport,
  BucketFacts,
  Catalog,
  Concurrency,
  CostTag,
  FunctionRuns,
  Identity,
  KeyFacts,
  LoggingTarget,
  Place,
  Subscriptions,
  Workgroup,
} from "./account-view.ts";
import { type Answer, answered, type Unanswered } from "./answer.ts";
import { nameOf, placeOf, targetPlace } from "./place.ts";

export interface Question {
  readonly config: StrataConfig;
  readonly stage: string;
  /** Regions in which Bedrock is called. */
  readonly regions: readonly string[];
  /** Milliseconds. */
  readonly now: number;
}

export interface RegionFacts {
  readonly region: string;
  readonly logging: Answer<LoggingTarget | null>;
  /** Newest log object, where there is a target in S3 and the account is known. */
  readonly lastDelivery: Answer<number | null> | null;
}

export interface StackFacts {
  readonly status: Answer<string | null>;
  readonly workgroup: Answer<Workgroup | null>;
  readonly catalog: Answer<Catalog | null>;
  readonly queues: ReadonlyMap<string, Answer<number | null>>;
  readonly topics: ReadonlyMap<string, Answer<Subscriptions | null>>;
  readonly runs: ReadonlyMap<string, Answer<FunctionRuns | null>>;
  readonly newTables: Answer<"open" | "governed" | null>;
  /** Buckets of that stage's names that are there although the stack is not; empty where it is. */
  readonly leftBuckets: readonly string[];
  readonly lastEvent: Answer<number | null> | null;
  readonly lastAlert: Answer<number | null> | null;
}

export interface OwnerFacts {
  /** deploy.bucket_owners, else the account itself. */
  readonly expected: string;
  readonly holds: Answer<boolean>;
}

/** Everything that was asked, as it was answered. Checks are functions of this and nothing else. */
export interface AccountFacts extends Question {
  /** Region of the stack. */
  readonly home: string;
  readonly identity: Answer<Identity>;
  readonly perRegion: readonly RegionFacts[];
  /** Buckets that hold logs, bills or further sources, by name. */
  readonly buckets: ReadonlyMap<string, BucketFacts>;
  /** Whether each of them that can be seen is the account's that the functions expect, by name. */
  readonly owners: ReadonlyMap<string, OwnerFacts>;
  /** Keys of customers that encrypt those buckets, by the name that the bucket gives. */
  readonly keys: ReadonlyMap<string, Answer<KeyFacts>>;
  readonly exports: Answer<readonly BillExport[]>;
  readonly tags: Answer<readonly CostTag[]>;
  readonly concurrency: Answer<Concurrency>;
  /** What shows whether a stack of this stage is there. */
  readonly stack: StackFacts;
}

export const TIERS = ["info", "warning", "critical", "budget", "data"] as const;
/** What is given up on waits in these; the last ones are there where such places are read. */
const QUEUES = ["ingest-dead", "events-dead", "alerts-dead", "failed-runs"] as const;
const queuesOf = (config: StrataConfig): string[] => {
  const beside = besidePlaces({ config }).map(({ source }) =>
    source === "sources.telemetry" ? "telemetry-dead" : "sources-dead",
  );
  return [...QUEUES, ...new Set(beside)];
};
const FUNCTIONS = ["detect"] as const;

/** Asks everything that the checks need; questions that do not depend on each other at the same time. */
export async function collectFacts(view: AccountView, question: Question): Promise<AccountFacts> {
  const identity = await view.identity();
  // Without credentials every question has the same answer; asking it thirty times takes a minute of retries.
  if (!identity.ok && identity.reason === "credentials") return nothingKnown(view, question, identity);
  const [exports, tags, concurrency, loggings, stack] = await Promise.all([
    view.exports(),
    view.costTags(),
    view.concurrency(),
    Promise.all(question.regions.map(async (region) => ({ region, logging: await view.logging(region) }))),
    stackFacts(view, question, answered(identity)?.account),
  ]);
  const account = answered(identity)?.account;
  const perRegion = await Promise.all(
    loggings.map(async ({ region, logging }): Promise<RegionFacts> => {
      const target = answered(logging)?.s3Config;
      const lastDelivery = target && account !== undefined ? await view.lastDelivery(targetPlace(target), account, region) : null;
      return { region, logging, lastDelivery };
    }),
  );
  const names = bucketNames(question, perRegion, exports);
  const buckets = new Map(await Promise.all(names.map(async (name) => [name, await view.bucket(name)] as const)));
  const [keys, owners] = await Promise.all([
    keysOf(view, [...buckets.values()]),
    ownersOf(view, [...buckets.values()], question, account),
  ]);
  return { ...question, home: view.region, identity, perRegion, buckets, owners, keys, exports, tags, concurrency, stack };
}

const nothingKnown = (view: AccountView, question: Question, why: Unanswered): AccountFacts => ({
  ...question,
  home: view.region,
  identity: why,
  perRegion: question.regions.map((region) => ({ region, logging: why, lastDelivery: null })),
  buckets: new Map(),
  owners: new Map(),
  keys: new Map(),
  exports: why,
  tags: why,
  concurrency: why,
  stack: {
    status: why,
    workgroup: why,
    catalog: why,
    newTables: why,
    leftBuckets: [],
    queues: new Map(),
    topics: new Map(),
    runs: new Map(),
    lastEvent: null,
    lastAlert: null,
  },
});

async function stackFacts(view: AccountView, { stage, config }: Question, account: string | undefined): Promise<StackFacts> {
  const own = `strata-${stage}`;
  const each = async <T>(names: readonly string[], ask: (name: string) => Promise<Answer<T>>) =>
    new Map(await Promise.all(names.map(async (name) => [name, await ask(`${own}-${name}`)] as const)));
  const [status, workgroup, catalog, newTables] = await Promise.all([
    view.stackStatus(own),
    view.workgroup(own),
    view.catalog(`strata_${stage}`),
    view.newTables(`strata_${stage}`),
  ]);
  const leftBuckets = isGone(status) && account !== undefined ? await bucketsOf(view, own, account) : [];
  const place = placeOf(answered(catalog)?.location ?? "");
  const [queues, topics, runs, lastEvent, lastAlert] = await Promise.all([
    each(queuesOf(config), (name) => view.waiting(name)),
    each(TIERS, (name) => view.subscriptions(name)),
    each(FUNCTIONS, (name) => view.lastRun(name)),
    place ? view.lastWritten(place.bucket, "events") : null,
    place ? view.lastWritten(place.bucket, "alerts") : null,
  ]);
  return { status, workgroup, catalog, newTables, leftBuckets, queues, topics, runs, lastEvent, lastAlert };
}

/** Nothing of the stack serves: it was never made, was removed, or its first deployment failed. */
export const isGone = (status: Answer<string | null>): boolean =>
  status.ok && (status.value === null || /^(DELETE_COMPLETE|ROLLBACK_COMPLETE|ROLLBACK_FAILED)$/.test(status.value));

/** The stack's buckets by the names that infra/buckets.yml gives them. */
async function bucketsOf(view: AccountView, own: string, account: string): Promise<string[]> {
  const names = ["data", "reports", "results"].map((kind) => `${own}-${kind}-${account}-${view.region}`);
  const there = await Promise.all(names.map((name) => view.bucketExists(name)));
  return names.filter((_, index) => {
    const answer = there[index];
    return answer?.ok === true && answer.value;
  });
}

async function ownersOf(
  view: AccountView,
  buckets: readonly BucketFacts[],
  { config }: Question,
  account: string | undefined,
): Promise<Map<string, OwnerFacts>> {
  const named = new Map(Object.entries(config.deploy.bucket_owners));
  const asked = buckets.map(async ({ bucket, region }) => {
    const expected = named.get(bucket) ?? account;
    if (!region.ok || expected === undefined) return [];
    return [[bucket, { expected, holds: await view.ownedBy(bucket, expected) }] as const];
  });
  return new Map((await Promise.all(asked)).flat());
}

/** A key is asked about once, whichever buckets use it. */
async function keysOf(view: AccountView, buckets: readonly BucketFacts[]): Promise<Map<string, Answer<KeyFacts>>> {
  const used = new Map(
    buckets.flatMap(({ encryption, region }) => {
      const key = answered(encryption)?.key ?? null;
      return key === null ? [] : [[key, answered(region) ?? view.region] as const];
    }),
  );
  return new Map(await Promise.all([...used].map(async ([key, region]) => [key, await view.key(key, region)] as const)));
}

/** Where logs lie: what Bedrock writes to and what strata.yml names. */
export function logPlaces({ config, perRegion }: Pick<AccountFacts, "config" | "perRegion">): Place[] {
  const targets = perRegion.flatMap(({ logging }) => answered(logging)?.s3Config ?? []).map(targetPlace);
  return distinct([...targets, ...config.sources.logs.flatMap((location) => placeOf(location) ?? [])]);
}

/** Where bills lie: what strata.yml names. */
export const billPlaces = ({ config }: Pick<AccountFacts, "config">): Place[] =>
  distinct(config.sources.cur.flatMap((location) => placeOf(location) ?? []));

/** Where telemetry, CloudTrail, batch output and Kiro's reports lie, each with its name in strata.yml. */
export const besidePlaces = ({ config }: Pick<AccountFacts, "config">): { readonly source: string; readonly place: Place }[] =>
  (["telemetry", ...FURTHER_SOURCES] as const).flatMap((source) =>
    config.sources[source].flatMap((location) => {
      const place = placeOf(location);
      return place === undefined ? [] : [{ source: `sources.${source}`, place }];
    }),
  );

function bucketNames({ config }: Question, perRegion: readonly RegionFacts[], exports: Answer<readonly BillExport[]>): string[] {
  const bills = billPlaces({ config });
  const beside = besidePlaces({ config }).map(({ place }) => place);
  const named = [...logPlaces({ config, perRegion }), ...bills, ...beside].map(({ bucket }) => bucket);
  const exported = bills.length > 0 ? [] : (answered(exports) ?? []).map(({ bucket }) => bucket);
  return [...new Set([...named, ...exported])].sort();
}

const distinct = (places: readonly Place[]): Place[] => [...new Map(places.map((place) => [nameOf(place), place])).values()];
