import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { objectEvents } from "../aws/object-events.ts";
import { SqsQueue } from "../aws/sqs-queue.ts";
import { UsageError } from "../errors.ts";
import { classifyKey } from "../invocation/object-key.ts";
import { PROGRAM } from "../program.ts";
import { numberOption } from "./shared/options.ts";
import { progress } from "./shared/progress.ts";
import { optionalQueue, stageQueue } from "./shared/stage-places.ts";

interface Options {
  stage?: string;
  queue?: string;
  to?: string;
  rate?: string;
  status?: boolean;
  wait?: boolean;
}

const LOOK_EVERY_MS = 2000;

export function redriveCommand(program: Command, done: (code: number) => void): void {
  program
    .command("redrive")
    .option("--stage <stage>", "stage of the stack: all of its dead-letter queues")
    .option("--queue <url>", "one dead-letter queue instead; SQS knows where its messages came from")
    .option("--to <url>", "with --queue: ingest's queue, for messages that EventBridge could not hand over")
    .option("--rate <n>", "messages a second at most; SQS decides without it")
    .option("--status", "only say how many messages there are and how the last redrive went; exits with 1 if there are any")
    .option("--wait", "stay until every message is sent back")
    .addHelpText(
      "after",
      `
Examples:
  $ strata redrive --stage prod --status
  $ strata redrive --stage prod --wait
  $ strata redrive --queue https://sqs.us-east-1.amazonaws.com/111122223333/strata-prod-ingest-dead --wait`,
    )
    .action(async (options: Options) => done(await run(options)));
}

async function run(options: Options): Promise<number> {
  const queues = await queuesOf(options);
  const { dead, events } = queues;
  if (options.status) {
    let messages = 0;
    for (const queue of [...dead, ...(events === undefined ? [] : [events])]) messages += await status(queue);
    return messages > 0 ? 1 : 0;
  }
  const rate = options.rate === undefined ? undefined : Math.max(1, Math.round(numberOption("--rate", options.rate)));
  let failed = 0;
  for (const queue of dead) failed += await sendBack(queue, rate, options.wait === true);
  if (events !== undefined) await moveEvents(events, queues, rate);
  return failed > 0 ? 1 : 0;
}

interface Queues {
  /** Dead letters of ingest, of telemetry and of further sources, which SQS itself sends back. */
  readonly dead: readonly SqsQueue[];
  /** Events that EventBridge could not hand over: they came from no queue, so this command sends them where they were meant to go. */
  readonly events?: SqsQueue;
  readonly ingest?: SqsQueue;
  /** Queues that not every stack has, by the end of their names. */
  readonly others?: ReadonlyMap<string, SqsQueue>;
}

const OTHERS = ["telemetry", "sources"] as const;

async function queuesOf({ stage, queue, to }: Options): Promise<Queues> {
  if (stage !== undefined && queue === undefined && to === undefined) return ofStage(stage);
  if (queue === undefined || stage !== undefined)
    throw new UsageError(
      queue === undefined ? "redrive: which dead-letter queue?" : "redrive: --stage and --queue both name dead-letter queues",
      {
        hint: `Give the stage of the stack (${PROGRAM} redrive --stage prod), or the stack's output IngestDeadLettersUrl (${PROGRAM} redrive --queue https://sqs…).`,
      },
    );
  return to === undefined
    ? { dead: [new SqsQueue({ url: queue })] }
    : { dead: [], events: new SqsQueue({ url: queue }), ingest: new SqsQueue({ url: to }) };
}

async function ofStage(stage: string): Promise<Queues> {
  const dead = await stageQueue(stage, "ingest-dead");
  const given: SqsQueue[] = [];
  const others = new Map<string, SqsQueue>();
  for (const name of OTHERS) {
    const [queue, itsDead] = [await optionalQueue(stage, name), await optionalQueue(stage, `${name}-dead`)];
    if (queue !== undefined) others.set(name, queue);
    if (itsDead !== undefined) given.push(itsDead);
  }
  return {
    dead: [dead, ...given],
    events: await stageQueue(stage, "events-dead"),
    ingest: await stageQueue(stage, "ingest"),
    others,
  };
}

async function status(queue: SqsQueue): Promise<number> {
  const { waiting, inFlight, arn } = await queue.counts();
  console.log(`${arn.split(":").at(-1)}: ${waiting} messages wait, ${inFlight} are in flight`);
  const last = await queue.redriveState();
  if (last)
    console.log(`  last redrive: ${last.status}, ${last.moved} messages sent back${last.failure ? `: ${last.failure}` : ""}`);
  return waiting + inFlight;
}

async function sendBack(queue: SqsQueue, rate: number | undefined, wait: boolean): Promise<number> {
  const { waiting } = await queue.counts();
  if (waiting === 0) {
    console.log(`Nothing is waiting in ${queue.url.split("/").at(-1)}.`);
    return 0;
  }
  await queue.redrive(rate);
  if (!wait) {
    console.log(`SQS sends about ${waiting} messages back; --status says how far it is.`);
    return 0;
  }
  const sending = progress("Sending back");
  for (;;) {
    const state = await queue.redriveState();
    if (state && state.status !== "RUNNING") {
      sending.done(`${state.moved} messages (${state.status})`);
      if (state.failure) console.error(`strata: redrive: ${state.failure}`);
      return state.status === "COMPLETED" ? 0 : 1;
    }
    sending.update(`${state?.moved ?? 0} of about ${waiting}`);
    await setTimeout(LOOK_EVERY_MS);
  }
}

async function moveEvents(events: SqsQueue, { ingest, others }: Queues, rate: number | undefined): Promise<void> {
  const { waiting } = await events.counts();
  if (waiting === 0) return;
  const moving = progress("Sending events on");
  const route = (body: string, meantFor: string): SqsQueue | undefined => {
    const other = OTHERS.find((name) => meantFor.endsWith(`-${name}`));
    if (other !== undefined) return others?.get(other);
    return namesLogs(body) ? ingest : undefined;
  };
  const { moved, left } = await events.moveTo(route, {
    rate,
    onMoved: (count) => moving.update(`${count} of about ${waiting}`),
  });
  moving.done(`${moved} messages`);
  // The rule for bill manifests has the same dead-letter queue.
  if (left > 0)
    console.log(`${left} events stay: they name no log object. A bill that was announced so is read with its next delivery.`);
}

function namesLogs(body: string): boolean {
  try {
    return objectEvents(body).some(({ key }) => classifyKey(key).kind === "log");
  } catch {
    return false;
  }
}
