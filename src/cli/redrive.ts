import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { SqsQueue } from "../aws/sqs-queue.ts";
import { numberOption } from "./options.ts";
import { progress } from "./progress.ts";

interface Options {
  queue: string;
  rate?: string;
  status?: boolean;
  wait?: boolean;
}

const LOOK_EVERY_MS = 5000;

export function redriveCommand(program: Command, done: (code: number) => void): void {
  program
    .command("redrive")
    .description("send what ingest gave up on back to its queue, after the cause is removed")
    .requiredOption("--queue <url>", "the dead-letter queue")
    .option("--rate <n>", "messages a second at most; SQS decides without it")
    .option("--status", "only say how many messages there are and how the last redrive went")
    .option("--wait", "stay until every message is sent back")
    .addHelpText(
      "after",
      `
Examples:
  $ strata redrive --queue https://sqs.us-east-1.amazonaws.com/111122223333/strata-ingest-dlq --status
  $ strata redrive --queue https://sqs.us-east-1.amazonaws.com/111122223333/strata-ingest-dlq --wait`,
    )
    .action(async (options: Options) => done(await run(options)));
}

async function run({ queue: url, rate, status, wait }: Options): Promise<number> {
  const queue = new SqsQueue({ url });
  const { waiting, inFlight } = await queue.counts();
  if (status) {
    const last = await queue.redriveState();
    console.log(`${waiting} messages wait, ${inFlight} are in flight`);
    if (last)
      console.log(`last redrive: ${last.status}, ${last.moved} messages sent back${last.failure ? `: ${last.failure}` : ""}`);
    return waiting + inFlight > 0 ? 1 : 0;
  }
  if (waiting === 0) {
    console.log("The dead-letter queue is empty.");
    return 0;
  }
  await queue.redrive(rate === undefined ? undefined : Math.round(numberOption("--rate", rate)));
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
