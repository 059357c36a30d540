import { PROGRAM } from "../program.ts";
import { DAY_MS, dayOf } from "../time.ts";
import { answered } from "./answer.ts";
import { quoted } from "./check.ts";
import { type AccountFacts, logPlaces } from "./facts.ts";
import { nameOf, placeOf } from "./place.ts";

/** The address of a queue of the stack, as SQS forms it; a placeholder where the account is not known. */
export function queueUrl({ identity, home, stage }: AccountFacts, name: string): string {
  const suffix = home.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${home}.${suffix}/${answered(identity)?.account ?? "ACCOUNT"}/strata-${stage}-${name}`;
}

/** Shows messages of a queue, which stay in it. */
export const readCommand = (facts: AccountFacts, name: string): string =>
  `aws sqs receive-message --region ${facts.home} --max-number-of-messages 10 --visibility-timeout 0 --queue-url ${queueUrl(facts, name)}`;

/** Sends what failed back to ingest. */
export const redriveCommand = (facts: AccountFacts): string => `${PROGRAM} redrive --queue ${queueUrl(facts, "ingest-dead")}`;

/** Reads again what was delivered since the last event that arrived, or in the last week: one command for each place of logs. */
export function backfillCommands(facts: AccountFacts): string[] {
  const { stack, now } = facts;
  const last = (stack.lastEvent === null ? undefined : answered(stack.lastEvent)) ?? now - 7 * DAY_MS;
  const { bucket = "DATA-BUCKET" } = placeOf(answered(stack.catalog)?.location ?? "") ?? {};
  return logPlaces(facts).map(
    (place) =>
      `${PROGRAM} backfill --source ${quoted(nameOf(place))} --from ${dayOf(last)} --to ${dayOf(now)} --data s3://${bucket} --queue ${queueUrl(facts, "ingest")}`,
  );
}
