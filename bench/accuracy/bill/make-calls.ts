import type { Call, Caller } from "./call.ts";
import { isLong, type ModelFacts, type ModelName, modelFacts, type Tokens } from "./price-facts.ts";
import { Random } from "./random.ts";
import type { MonthShape, Plant } from "./shape.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const ACCOUNTS = ["111122223333", "004444555566"] as const;
export const PAYER = "999900001111";
export const REGION = "us-east-1";

/** Day of the month on which each discrepancy is planted, so that none hides another. Plain days lie between them. */
export const PLANT_DAY: Readonly<Record<Plant, number>> = {
  dark: 4,
  lost: 6,
  unbilled: 8,
  ttl: 10,
  tier: 12,
  flex: 14,
  quantity: 16,
  excess: 18,
  unknown: 20,
  midnight: 22,
  late: 27,
};

const user = (account: string, name: string): Caller => {
  const arn = `arn:aws:iam::${account}:user/${name}`;
  return { arn, roleArn: arn };
};
const session = (account: string, role: string, name: string, path = "/"): Caller => ({
  arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  roleArn: `arn:aws:iam::${account}:role${path}${role}`,
});

const CALLERS = new Map<string, readonly [Caller, ...Caller[]]>(
  ACCOUNTS.map((account) => [
    account,
    [
      user(account, "dana"),
      user(account, "BedrockAPIKey-7x2p"),
      session(account, "AWSReservedSSO_Developers_0a1b2c3d4e5f6071", "lee@example.org", "/aws-reserved/sso.amazonaws.com/"),
      session(account, "ticket-router", "ticket-router", "/service-role/"),
      session(account, "Analyst", "noor@example.org"),
    ],
  ]),
);

const PROFILE_IDS = ["pr0f1le00aaa", "pr0f1le00bbb"] as const;
/** What the application profiles stand for. */
export const PROFILE_MODEL: ModelName = "sonnet46";
export const profileArn = (account: string, id: string): string =>
  `arn:aws:bedrock:${REGION}:${account}:application-inference-profile/${id}`;
export const profileArns = (): string[] => ACCOUNTS.flatMap((account) => PROFILE_IDS.map((id) => profileArn(account, id)));

export function makeCalls(shape: MonthShape): Call[] {
  const random = new Random(shape.seed + 17);
  const start = Date.parse(`${shape.month}-01T00:00:00Z`);
  const days = shape.days ?? new Date(Date.UTC(Number(shape.month.slice(0, 4)), Number(shape.month.slice(5)), 0)).getUTCDate();
  const models = modelsOf(shape);
  const calls = Array.from({ length: shape.calls }, () => {
    const time = start + random.int(0, days * 24 - 1) * HOUR + random.int(0, 3599) * 1000;
    return plainCall(random, models, time);
  });
  // Each plant has some calls of its own, so that it has a size worth finding.
  for (const plant of shape.plants) {
    const day = start + (PLANT_DAY[plant] - 1) * DAY;
    for (let n = 0; n < 6; n += 1) {
      const time = day + random.int(1, 22) * HOUR + random.int(0, 3599) * 1000;
      calls.push(plantedCall(random, plant, time));
    }
  }
  return calls
    .map((call) => withPlant(call, shape, start))
    .map((call) => ({ ...call, team: shape.tags ? teamOf(call, start) : null }))
    .sort((a, b) => a.time - b.time);
}

/** Models that this month's bill words: as AWS words Claude, or as Marketplace does. */
const modelsOf = (shape: MonthShape): readonly [ModelName, ...ModelName[]] =>
  shape.claudeByAws
    ? ["opus48", "sonnet5", "sonnet46", "novaLite", "novaPro", "novaMicro", "nova2Lite", "llama33", "gptOss", "deepseek"]
    : [
        "opus48",
        "sonnet5",
        "sonnet46",
        "haiku45",
        "sonnet45",
        "opus41",
        "haiku3",
        "novaLite",
        "novaPro",
        "novaMicro",
        "nova2Lite",
        "llama33",
        "gptOss",
        "deepseek",
      ];

function plainCall(random: Random, models: readonly [ModelName, ...ModelName[]], time: number): Call {
  const model = random.pick(models);
  const facts = modelFacts(model);
  const account = random.pick(ACCOUNTS);
  const metadataOnly = random.next() < 0.15;
  const tokens = tokensOf(random, facts, !metadataOnly);
  const profile = model === PROFILE_MODEL && random.next() < 0.4 ? profileArn(account, random.pick(PROFILE_IDS)) : null;
  const failed = random.next() < 0.04;
  const callers = CALLERS.get(account) ?? [user(account, "dana")];
  return {
    time,
    billedTime: time,
    requestId: requestId(random),
    account,
    region: REGION,
    caller: random.pick(callers),
    model,
    routing: profile === null ? random.pick(facts.routings) : "global",
    tokens: failed ? NONE : tokens,
    long: !failed && isLong(facts, tokens),
    profile,
    metadataOnly,
    streamed: random.next() < 0.4,
    loggedTier: "on-demand",
    billedTier: "on-demand",
    failed,
    logged: true,
    billed: !failed,
    extraInput: 0,
    plant: null,
    team: null,
  };
}

/** The session that is tagged for each job anew. */
export const TAGGED_ANEW = "/ticket-router";

/** By caller: one moves on the 16th, one session is tagged for each job anew, and one has no tag at all. */
function teamOf({ caller, billedTime, requestId: id }: Call, start: number): string | null {
  if (caller.arn.includes("BedrockAPIKey")) return null;
  if (caller.arn.endsWith("/dana")) return billedTime < start + 15 * DAY ? "red" : "blue";
  if (caller.arn.endsWith(TAGGED_ANEW)) return id < "8" ? "green" : "blue";
  return caller.arn.includes("Developers") ? "red" : "green";
}

const NONE: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

function tokensOf(random: Random, facts: ModelFacts, longWrites: boolean): Tokens {
  const has = (index: number): boolean => facts.rates[index] !== "";
  const cached = has(2) && random.next() < 0.6;
  const huge = facts.longAbove !== undefined && random.next() < 0.3;
  return {
    input: huge ? random.int(200_001, 400_000) : random.int(20, 60_000),
    output: random.int(5, 6_000),
    cacheRead: cached ? random.int(0, huge ? 300_000 : 90_000) : 0,
    cacheWrite5m: cached && has(3) ? random.int(0, 20_000) : 0,
    cacheWrite1h: cached && has(4) && longWrites ? random.int(0, 20_000) : 0,
  };
}

const requestId = (random: Random): string => [8, 4, 4, 4, 12].map((length) => random.hex(length)).join("-");

/** A call that shows one discrepancy: same account and caller, so that groups stay clear. */
function plantedCall(random: Random, plant: Plant, time: number): Call {
  const byTier = plant === "tier" || plant === "flex";
  const cached = plant === "ttl";
  const models: readonly [ModelName] = [byTier ? "novaLite" : cached ? "haiku45" : "novaPro"];
  const base = plainCall(random, models, time);
  const [account] = ACCOUNTS;
  return {
    ...base,
    account,
    caller: user(account, "dana"),
    routing: byTier || !cached ? "in-region" : "global",
    tokens: {
      ...NONE,
      input: random.int(200_000, 400_000),
      output: random.int(20_000, 40_000),
      cacheWrite5m: cached ? random.int(50_000, 90_000) : 0,
    },
    long: false,
    failed: false,
    billed: true,
    metadataOnly: cached,
    plant,
  };
}

/** What the plant changes; `dark` and `late` also take the plain calls of their time. */
function withPlant(call: Call, shape: MonthShape, start: number): Call {
  const day = Math.floor((call.time - start) / DAY) + 1;
  if (shape.plants.includes("late") && day >= PLANT_DAY.late) return { ...call, billed: false, plant: "late" };
  if (shape.plants.includes("dark") && day === PLANT_DAY.dark) return { ...call, logged: false, plant: "dark" };
  switch (call.plant) {
    case "lost":
      return { ...call, logged: false };
    case "unbilled":
      return { ...call, billed: false };
    case "tier":
      return { ...call, billedTier: "priority" };
    case "flex":
      return { ...call, loggedTier: "flex", billedTier: "flex" };
    case "midnight": {
      const midnight = start + day * DAY;
      return {
        ...call,
        time: midnight - 1000 * (1 + (call.tokens.output % 40)),
        billedTime: midnight + 1000 * (1 + (call.tokens.output % 9)),
      };
    }
    case "quantity":
      // A twentieth of a percent: less than the tolerance of 0.1 %.
      return { ...call, extraInput: Math.floor(call.tokens.input / 2000) };
    default:
      return call;
  }
}
