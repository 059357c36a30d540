import type { Caller, Target } from "./call.ts";
import { accounts, type Stream, servingRegions, type Team, teams } from "./company.ts";
import { createRandom } from "./random.ts";
import { rates } from "./rates.ts";
import { type Service, services } from "./services.ts";

export type Activity = "light" | "moderate" | "heavy";

export interface Developer {
  readonly caller: Caller;
  readonly activity: Activity;
  /** Relative share of the team's calls. */
  readonly weight: number;
}

export interface StaffedTeam {
  readonly team: Team;
  readonly developers: readonly Developer[];
  readonly streams: readonly { readonly stream: Stream; readonly target: Target }[];
}

export interface RunningService {
  readonly service: Service;
  readonly caller: Caller;
  readonly targets: readonly Target[];
}

export interface Directory {
  readonly teams: readonly StaffedTeam[];
  readonly services: readonly RunningService[];
  readonly callers: readonly Caller[];
  /** Application profile and provisioned model ARNs with the model they stand for. */
  readonly profiles: ReadonlyMap<string, string>;
}

/** Six light users, three moderate, one heavy. */
const PATTERN: readonly Activity[] = [
  "light",
  "moderate",
  "light",
  "light",
  "heavy",
  "light",
  "moderate",
  "light",
  "moderate",
  "light",
];
const weights: Readonly<Record<Activity, number>> = { light: 2, moderate: 11, heavy: 52 };

const GIVEN = [
  "alice",
  "bao",
  "carmen",
  "dario",
  "elif",
  "femi",
  "greta",
  "hiro",
  "ines",
  "jonas",
  "kavya",
  "liam",
  "mei",
  "nadia",
  "omar",
  "petra",
  "quentin",
  "rosa",
  "sven",
  "tomoko",
  "uma",
  "viktor",
  "wanda",
  "xavier",
  "yara",
];
const FAMILY = [
  "abe",
  "berg",
  "costa",
  "diaz",
  "eriksen",
  "fischer",
  "gupta",
  "haddad",
  "ito",
  "jansen",
  "keller",
  "lopez",
  "moreau",
  "novak",
  "okafor",
  "patel",
  "quist",
  "rossi",
  "silva",
  "tanaka",
];

/** Who works at the company at this scale. The same seed hires the same people. */
export function staff(seed: number, scale: number): Directory {
  const random = createRandom(seed, "staff");
  const people = Math.max(40, Math.round(500 * Math.min(scale, 4)));
  const callers: Caller[] = [];
  const targets: { count: number } = { count: 0 };
  const profiles = new Map<string, string>();
  const hire = (caller: Omit<Caller, "index">): Caller => {
    const hired = { index: callers.length, ...caller };
    callers.push(hired);
    return hired;
  };

  let hired = 0;
  const staffed = teams.map((team): StaffedTeam => {
    const account = accounts[team.account].id;
    const suffix = createRandom(seed, "permission-set", team.role, account).hex(16);
    const role = team.federated ? team.role : `AWSReservedSSO_${team.role}_${suffix}`;
    const size = Math.max(4, Math.round(people * team.headcount));
    const developers = Array.from({ length: size }, (): Developer => {
      const activity = PATTERN[hired % PATTERN.length] ?? "light";
      const given = GIVEN[hired % GIVEN.length] ?? "";
      const family = FAMILY[Math.floor(hired / GIVEN.length) % FAMILY.length] ?? "";
      const again = Math.floor(hired / (GIVEN.length * FAMILY.length));
      hired += 1;
      const person = `${given}.${family}${again > 0 ? again + 1 : ""}@${team.attribution === "members" ? `${team.name}.` : ""}example.com`;
      const caller = hire({
        arn: `arn:aws:sts::${account}:assumed-role/${role}/${person}`,
        accountId: account,
        person,
        team: team.name,
        tags: { team: team.name, "cost-center": team.costCenter },
      });
      return { caller, activity, weight: weights[activity] * (0.85 + 0.3 * random.next()) };
    });
    const streams = team.streams.map((stream) => ({ stream, target: streamTarget(team, stream, targets, profiles) }));
    return { team, developers, streams };
  });

  const running = services.map((service): RunningService => {
    const account = accounts[service.account].id;
    const domain = service.principal.startsWith("user/") ? "iam" : "sts";
    const arn = `arn:aws:${domain}::${account}:${service.principal}`;
    const known = callers.find((caller) => caller.arn === arn);
    const caller = known ?? hire({ arn, accountId: account, person: undefined, team: service.team, tags: {} });
    return { service, caller, targets: service.shapes.map((shape) => serviceTarget(service, shape, targets, profiles)) };
  });
  return { teams: staffed, services: running, callers, profiles };
}

const profileArn = (region: string, account: string, id: string): string =>
  `arn:aws:bedrock:${region}:${account}:inference-profile/${id}`;

const serves = (id: string, region: string): readonly string[] => servingRegions.get(id.split(".")[0] ?? "") ?? [region];

/** `us.anthropic.claude-haiku-4-5-20251001-v1:0` → `claude-haiku-4-5-20251001`, as Anthropic's own bodies write it. */
const bodyModel = (id: string): string => id.replace(/^.*anthropic\./, "").replace(/-v\d+:\d+$/, "");

function streamTarget(team: Team, stream: Stream, targets: { count: number }, profiles: Map<string, string>): Target {
  const account = accounts[team.account].id;
  const systemProfile = profileArn(team.region, account, stream.id);
  const application = `arn:aws:bedrock:${team.region}:${account}:application-inference-profile/ab12cd34ef56`;
  if (stream.addressing === "application-profile") profiles.set(application, stream.id);
  const logged = { "profile-id": stream.id, plain: stream.id, "profile-arn": systemProfile, "application-profile": application }[
    stream.addressing
  ];
  return {
    index: targets.count++,
    accountId: account,
    region: team.region,
    model: rates[stream.model],
    routing: stream.routing,
    modelId: logged,
    bodyModel: bodyModel(stream.id),
    resourceId: { "profile-id": systemProfile, plain: "", "profile-arn": systemProfile, "application-profile": application }[
      stream.addressing
    ],
    resourceTags: stream.addressing === "application-profile" ? { app: "assistant" } : {},
    shape: stream.shape,
    bodies: team.bodies ?? true,
    serves: stream.routing === "in-region" ? [] : serves(stream.id, team.region),
    metadata:
      team.attribution === "metadata"
        ? { team: team.name, cost_center: team.costCenter, feature: "assistant", environment: "dev" }
        : undefined,
  };
}

function serviceTarget(
  service: Service,
  shape: Target["shape"],
  targets: { count: number },
  profiles: Map<string, string>,
): Target {
  const account = accounts[service.account].id;
  const arn = `arn:aws:bedrock:${service.region}:${account}`;
  const profile = profileArn(service.region, account, service.id);
  let modelId = service.id;
  if (service.addressing === "profile-arn") modelId = profile;
  if (service.addressing === "provisioned") modelId = `${arn}:provisioned-model/${service.id}`;
  if (service.addressing === "imported") modelId = `${arn}:imported-model/${service.id}`;
  if (service.addressing === "provisioned") profiles.set(modelId, "meta.llama3-70b-instruct-v1:0");
  return {
    index: targets.count++,
    accountId: account,
    region: service.region,
    model: service.model && rates[service.model],
    routing: service.routing,
    modelId,
    bodyModel: bodyModel(service.id),
    resourceId: service.addressing.startsWith("profile") ? profile : "",
    resourceTags: {},
    shape,
    bodies: true,
    serves: service.routing === "in-region" ? [] : serves(service.id, service.region),
    metadata: service.metadata,
  };
}
