import { answered } from "../answer.ts";
import { queueUrl } from "../catch-up.ts";
import { type Check, warn } from "../check.ts";
import type { AccountFacts } from "../facts.ts";

/**
 * What a removed or half-made stack left under the names of this stage. A new deployment would find them taken. Stacks of this release leave nothing
 * after a failed first deployment but what the catalog step made, which the next one takes as it is.
 */
export function leftovers(facts: AccountFacts): Check[] {
  const { stack, home, stage } = facts;
  const queues = [...stack.queues].flatMap(([name, answer]) => (typeof answered(answer) === "number" ? [name] : []));
  const left = [...stack.leftBuckets, ...queues.map((name) => `strata-${stage}-${name}`)];
  if (left.length === 0) return [];
  return [
    warn(
      { id: "leftovers", group: "stack", title: `Left of an earlier stack strata-${stage}` },
      `${left.join(", ")}: a deployment of this stage would find the names taken`,
      "Deploy under another stage name and keep them, or, if nothing in them is needed:",
      ...queues.map((name) => `aws sqs delete-queue --region ${home} --queue-url ${queueUrl(facts, name)}`),
      ...stack.leftBuckets.map((name) => `aws s3api delete-bucket --region ${home} --bucket ${name}`),
      ...(stack.leftBuckets.length === 0
        ? []
        : ["S3 deletes empty buckets only: Console, S3, the bucket, Empty removes all versions for good."]),
    ),
  ];
}
