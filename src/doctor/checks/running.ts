import { DAY_MS, HOUR_MS, isoOf } from "../../time.ts";
import { answered } from "../answer.ts";
import { backfillCommands, readCommand, redriveCommand } from "../catch-up.ts";
import { ago, type Check, fail, ok, type Subject, unanswered, unknown, warn } from "../check.ts";
import { type AccountFacts, TIERS } from "../facts.ts";
import { isDeployed } from "./stack.ts";

/** Of a deployed stack only: what runs, what arrived, what is stuck, and whether anybody would be told. */
export function runningChecks(facts: AccountFacts): Check[] {
  if (!isDeployed(facts)) return [];
  return [...queues(facts), ...runs(facts), lastEvent(facts), lastAlert(facts), ...topics(facts)];
}

interface Stuck {
  readonly title: string;
  readonly what: string;
  readonly fix: (facts: AccountFacts) => readonly string[];
}

const STUCK: Readonly<Record<string, Stuck>> = {
  "ingest-dead": {
    title: "Log objects that failed",
    what: "log objects could not be ingested",
    fix: (facts) => givenUp(facts, "ingest"),
  },
  "events-dead": {
    title: "Events that were lost",
    what: "events did not reach the queue",
    fix: (facts) => [
      `Check the policy of the queue strata-${facts.stage}-ingest and the key policy, then read what was missed:`,
      ...backfillCommands(facts),
    ],
  },
  "alerts-dead": {
    title: "Alerts that reached nobody",
    what: "alerts could not be published, and are kept here",
    fix: (facts) => [
      `Check the policies of the topics strata-${facts.stage}-… and of their key. What was to be told:`,
      readCommand(facts, "alerts-dead"),
    ],
  },
  "telemetry-dead": {
    title: "Telemetry that failed",
    what: "objects of collectors could not be read",
    fix: (facts) => givenUp(facts, "telemetry"),
  },
  "sources-dead": {
    title: "Trails, batch output and reports that failed",
    what: "objects of CloudTrail, batch inference or Kiro could not be read",
    fix: (facts) => givenUp(facts, "sources"),
  },
  "failed-runs": {
    title: "Runs that failed",
    what: "scheduled runs failed for good",
    fix: ({ stage }) => [
      `The messages of the queue strata-${stage}-failed-runs name the function and the error; the next run catches up.`,
    ],
  },
};

const givenUp = (facts: AccountFacts, name: string): readonly string[] => [
  `aws logs tail /aws/lambda/strata-${facts.stage}-${name} --region ${facts.home} --since 1d`,
  "When the cause is put right:",
  redriveCommand(facts),
];

function queues(facts: AccountFacts): Check[] {
  const { stack, stage } = facts;
  return [...stack.queues].map(([name, answer]) => {
    const { title, what, fix } = STUCK[name] ?? { title: name, what: "messages wait", fix: () => [] };
    const subject: Subject = { id: `queue/${name}`, group: "running", title };
    if (!answer.ok) return unanswered(subject, answer);
    if (answer.value === null)
      return warn(subject, `the queue strata-${stage}-${name} is missing`, `npx serverless deploy --stage ${stage}`);
    return answer.value === 0 ? ok(subject, "none") : fail(subject, `${answer.value} ${what}`, ...fix(facts));
  });
}

/** How long a function may be silent: detect runs every five minutes (serverless.yml). */
const SILENT = 2 * HOUR_MS;

function runs({ stack, stage, now, home }: AccountFacts): Check[] {
  return [...stack.runs].map(([name, answer]) => {
    const subject: Subject = { id: `run/${name}`, group: "running", title: `Last ${name} run` };
    if (!answer.ok) return unanswered(subject, answer);
    const log = `aws logs tail /aws/lambda/strata-${stage}-${name} --region ${home} --since 1h`;
    if (answer.value === null)
      return fail(subject, "it has not run in a day", log, "Check that its EventBridge rule is enabled.");
    const { last, runs: all, failed } = answer.value;
    const when = now - last < HOUR_MS ? "within the hour" : `${ago(now - last)} ago`;
    if (now - last > SILENT) return fail(subject, when, log, "Check that its EventBridge rule is enabled.");
    if (failed > 0) return warn(subject, `${when}; ${failed} of ${all} runs of the last day failed`, log);
    return ok(subject, `${when}, ${all} runs in the last day, none failed`);
  });
}

const NO_BUCKET = "not known, because the catalog does not say where the records lie";

function lastEvent(facts: AccountFacts): Check {
  const { stack, now, perRegion } = facts;
  const subject: Subject = { id: "last-event", group: "running", title: "Last event ingested" };
  const { lastEvent: answer } = stack;
  if (answer === null) return unknown(subject, NO_BUCKET);
  if (!answer.ok) return unanswered(subject, answer);
  const seen =
    answer.value === null
      ? "none in the last week"
      : `in the hour from ${isoOf(answer.value).slice(0, 16).replace("T", " ")} UTC`;
  if (answer.value !== null && now - answer.value < DAY_MS) return ok(subject, seen);
  const delivered = Math.max(
    0,
    ...perRegion.map(({ lastDelivery }) => (lastDelivery === null ? 0 : (answered(lastDelivery) ?? 0))),
  );
  if (delivered > (answer.value ?? 0) + 2 * HOUR_MS) {
    return fail(
      subject,
      `${seen}, but Bedrock wrote a log object ${ago(now - delivered)} ago: events do not arrive`,
      "Put the checks of the log bucket's events right first.",
      "Then read what was missed:",
      ...backfillCommands(facts),
    );
  }
  return warn(subject, seen, "Nothing, if nobody called a model since.");
}

function lastAlert({ stack, now }: AccountFacts): Check {
  const subject: Subject = { id: "last-alert", group: "running", title: "Last alert" };
  const { lastAlert: answer } = stack;
  if (answer === null) return unknown(subject, NO_BUCKET);
  if (!answer.ok) return unanswered(subject, answer);
  return ok(subject, answer.value === null ? "none yet" : `${ago(now - answer.value)} ago`);
}

function topics({ stack, stage }: AccountFacts): Check[] {
  return TIERS.map((tier) => {
    const subject: Subject = { id: `topic/${tier}`, group: "running", title: `Who is told: ${tier}` };
    const answer = stack.topics.get(tier);
    if (answer === undefined) return unknown(subject, "was not asked for");
    if (!answer.ok) return unanswered(subject, answer);
    if (answer.value === null)
      return warn(subject, `the topic strata-${stage}-${tier} is missing`, `npx serverless deploy --stage ${stage}`);
    const { confirmed, pending } = answer.value;
    if (pending > 0)
      return warn(
        subject,
        `${confirmed} confirmed, ${pending} not yet`,
        "Follow the link in the mail from AWS Notifications; it is valid for three days.",
      );
    if (confirmed > 0) return ok(subject, `${confirmed} subscribed`);
    const add = `Add a mail address, https:// address, queue or function to deploy.subscriptions.${tier} in strata.yml and deploy.`;
    // News and warnings may well be read on the dashboard; a page that reaches nobody is a fault.
    return tier === "info" || tier === "warning"
      ? ok(subject, "nobody is subscribed")
      : warn(subject, "nobody is subscribed", add);
  });
}
