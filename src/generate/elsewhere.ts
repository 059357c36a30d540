import { formatUsd } from "../money.ts";
import { DAY_MS, HOUR_MS, isoOf } from "../time.ts";
import type { BillLine } from "./bill-line.ts";
import type { Day } from "./calendar.ts";
import type { Caller } from "./call.ts";
import { accounts } from "./company.ts";
import type { Directory } from "./directory.ts";
import type { LoggedCall } from "./log-objects.ts";
import { batchLine, kiroLine } from "./other-lines.ts";
import { costOf } from "./tally.ts";
import type { TruthElsewhere } from "./truth.ts";

/** What the company does that no invocation log has: calls of the mantle endpoint, a batch inference job and Kiro; and who stands behind its gateway. */
export interface Elsewhere {
  mantleCalls: number;
  gatewayCalls: number;
  gatewayUsd: bigint;
  readonly kiro: { credits: number; usd: bigint };
  batchUsd: bigint;
}

export const emptyElsewhere = (): Elsewhere => ({
  mantleCalls: 0,
  gatewayCalls: 0,
  gatewayUsd: 0n,
  kiro: { credits: 0, usd: 0n },
  batchUsd: 0n,
});

/** Workdays on which the mantle endpoint is called, the batch job runs and CloudTrail tells whom the gateway works for. */
const [GATEWAY_DAY, BATCH_DAY, MANTLE_DAY] = [3, 5, 9];
const GATEWAY = "chat-assist";
const GATEWAY_PEOPLE = 3;
const MOST_GATEWAY_CALLS = 200;
const MANTLE_CALLS = 60;
const KIRO_USERS = 40;
const KIRO_DAYS = 5;
/** Users below this number used 150 credits more than their plan has. */
const KIRO_OVER = 5;
const STORE = "d-9067example";
const JOB = { id: "a1b2c3d4e5f6", records: 400, failed: 3, input: 2_500, output: 300, model: "amazon.nova-lite-v1:0" } as const;

/** Works for a batch job alone. */
const jobRole: Caller = {
  index: -1,
  arn: `arn:aws:iam::${accounts.prod.id}:role/nightly-batch`,
  accountId: accounts.prod.id,
  person: undefined,
  team: undefined,
  tags: {},
};

interface File {
  readonly key: string;
  readonly text: string;
}

const userId = (index: number): string => `0a1b2c3d-00a1-70cd-1caf-${String(index + 1).padStart(12, "0")}`;
const userMail = (directory: Directory, index: number): string =>
  directory.teams.flatMap(({ developers }) => developers)[index]?.caller.person ?? `writer-${index + 1}@example.com`;
const gatewayOf = ({ services }: Directory): Caller | undefined =>
  services.find(({ service }) => service.name === GATEWAY)?.caller;

/** A day's lines of batch inference and Kiro. */
export function elsewhereLines(seen: Elsewhere, day: Day, monthStart: number): BillLine[] {
  const lines: BillLine[] = [];
  if (day.workday === BATCH_DAY) {
    const succeeded = JOB.records - JOB.failed;
    lines.push(
      batchLine(day.start + 4 * HOUR_MS, jobRole, "input", succeeded * JOB.input),
      batchLine(day.start + 4 * HOUR_MS, jobRole, "output", succeeded * JOB.output),
    );
    for (const { amount } of lines) seen.batchUsd += amount;
  }
  if (day.start === monthStart)
    for (let user = 0; user < KIRO_USERS; user += 1) {
      const mine = [
        kiroLine(monthStart, userId(user), "Pro", 1),
        ...(user < KIRO_OVER ? [kiroLine(monthStart, userId(user), "Credits", 150)] : []),
      ];
      for (const { amount } of mine) seen.kiro.usd += amount;
      lines.push(...mine);
    }
  return lines;
}

/** A day's objects of CloudTrail, batch inference and Kiro, below folders of these names. */
export function elsewhereFiles(
  seen: Elsewhere,
  { day, directory, readable }: { readonly day: Day; readonly directory: Directory; readonly readable: readonly LoggedCall[] },
): File[] {
  const files: File[] = [];
  const gateway = gatewayOf(directory);
  const events: object[] = [];
  if (gateway && day.workday === MANTLE_DAY)
    for (let index = 0; index < MANTLE_CALLS; index += 1) {
      events.push(mantleEvent(day, gateway, index));
      seen.mantleCalls += 1;
    }
  if (gateway && day.workday === GATEWAY_DAY)
    for (const [index, logged] of readable
      .filter(({ call }) => call.caller.arn === gateway.arn)
      .slice(0, MOST_GATEWAY_CALLS)
      .entries()) {
      events.push(gatewayEvent(gateway, logged, userId(index % GATEWAY_PEOPLE)));
      seen.gatewayCalls += 1;
      seen.gatewayUsd += costOf(logged.call).estimated;
    }
  if (gateway && events.length > 0) {
    const stamp = day.date.replaceAll("-", "");
    const folder = `trail/AWSLogs/${gateway.accountId}/CloudTrail/us-east-1/${day.date.replaceAll("-", "/")}`;
    files.push({
      key: `${folder}/${gateway.accountId}_CloudTrail_us-east-1_${stamp}T2355Z_planted000000000.json.gz`,
      text: JSON.stringify({ Records: events }),
    });
  }
  if (day.workday === BATCH_DAY) files.push(...batchFiles(day));
  if (day.workday !== undefined && day.workday < KIRO_DAYS) files.push(kiroReport(seen, day, directory));
  return files;
}

/** What was planted, as truth.json has it. */
export const elsewhereTruth = ({ mantleCalls, gatewayCalls, gatewayUsd, kiro, batchUsd }: Elsewhere): TruthElsewhere => ({
  mantle_calls: mantleCalls,
  batch: {
    job: JOB.id,
    records: JOB.records,
    failed: JOB.failed,
    tokens: (JOB.records - JOB.failed) * (JOB.input + JOB.output),
    usd: formatUsd(batchUsd),
  },
  kiro: { users: KIRO_USERS, credits: kiro.credits, usd: formatUsd(kiro.usd) },
  gateway: { calls: gatewayCalls, people: Math.min(gatewayCalls, GATEWAY_PEOPLE), usd: formatUsd(gatewayUsd) },
});

const event = (id: string, caller: Caller, time: number, more: object): object => ({
  eventVersion: "1.11",
  eventTime: isoOf(time).replace(/\.\d+Z$/, "Z"),
  awsRegion: "us-east-1",
  eventSource: "bedrock.amazonaws.com",
  userIdentity: { type: "AssumedRole", arn: caller.arn, accountId: caller.accountId },
  recipientAccountId: caller.accountId,
  requestID: id,
  eventID: `event-${id}`,
  eventCategory: "Management",
  userAgent: "Boto3/1.44.8 md/Botocore#1.44.8",
  ...more,
});

const mantleEvent = (day: Day, caller: Caller, index: number): object =>
  event(`mantle-${index}`, caller, day.start + 11 * HOUR_MS + index * 45_000, {
    eventSource: "bedrock-mantle.amazonaws.com",
    eventName: "CreateInference",
    eventCategory: "Data",
    requestParameters: { model: "openai.gpt-oss-120b", stream: true },
  });

const gatewayEvent = (caller: Caller, { call, requestId }: LoggedCall, user: string): object =>
  event(requestId, caller, call.time, {
    eventName: "Converse",
    awsRegion: call.target.region,
    requestParameters: { modelId: call.target.modelId },
    userIdentity: {
      type: "AssumedRole",
      arn: caller.arn,
      accountId: caller.accountId,
      onBehalfOf: { userId: user, identityStoreArn: `arn:aws:identitystore::${caller.accountId}:identitystore/${STORE}` },
    },
  });

function batchFiles(day: Day): File[] {
  const answers = Array.from({ length: JOB.records }, (_, index) =>
    JSON.stringify({
      recordId: String(index).padStart(11, "0"),
      modelInput: { messages: [] },
      ...(index < JOB.failed
        ? { error: { errorCode: 400, errorMessage: "bad request" } }
        : { modelOutput: { usage: { inputTokens: JOB.input, outputTokens: JOB.output, totalTokens: JOB.input + JOB.output } } }),
    }),
  );
  const succeeded = JOB.records - JOB.failed;
  const end = isoOf(day.start + 5 * HOUR_MS);
  return [
    { key: `batch/${JOB.id}/reviews.jsonl.out`, text: `${answers.join("\n")}\n` },
    {
      key: `batch/${JOB.id}/manifest.json.out`,
      text: JSON.stringify({
        totalRecordCount: JOB.records,
        processedRecordCount: JOB.records,
        successRecordCount: succeeded,
        errorRecordCount: JOB.failed,
        inputTokenCount: succeeded * JOB.input,
        outputTokenCount: succeeded * JOB.output,
      }),
    },
    {
      key: `batch/jobs/${JOB.id}.json`,
      text: JSON.stringify({
        jobArn: `arn:aws:bedrock:us-east-1:${jobRole.accountId}:model-invocation-job/${JOB.id}`,
        jobName: "nightly-reviews",
        modelId: JOB.model,
        roleArn: jobRole.arn,
        status: "Completed",
        submitTime: isoOf(day.start + 2 * HOUR_MS),
        endTime: end,
      }),
    },
  ];
}

const REPORT_HEADER =
  "Date,UserId,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages,New_User,User_Email,Usage_Limit,auto_messages";

function kiroReport(seen: Elsewhere, day: Day, directory: Directory): File {
  const rows = Array.from({ length: KIRO_USERS }, (_, user) => {
    // Whoever pays for more than a plan has, used 230 credits a day of 1,000 a month.
    const credits = user < KIRO_OVER ? 230 : 20 + user;
    const over = user < KIRO_OVER ? 30 : 0;
    seen.kiro.credits += credits;
    const cells = [
      ...[day.date, `${STORE}.${userId(user)}`, "KIRO_IDE", 2, credits, "10000.0", over, true],
      ...[`arn:aws:codewhisperer:us-east-1:${accounts.dev.id}:profile/EXAMPLEPROF1`, "PRO", 12],
      ...[false, userMail(directory, user), 1000, 12],
    ];
    return cells.join(",");
  });
  const stamp = isoOf(day.start + DAY_MS)
    .slice(0, 10)
    .replaceAll("-", "");
  return {
    key: `kiro/AWSLogs/${accounts.dev.id}/KiroLogs/user_report/us-east-1/${day.date.replaceAll("-", "/")}/00/KIRO_IDE_${accounts.dev.id}_user_report_${stamp}0000.csv`,
    text: `${[REPORT_HEADER, ...rows].join("\n")}\n`,
  };
}
