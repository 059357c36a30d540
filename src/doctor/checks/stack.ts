import { type Check, fail, ok, type Subject, unanswered, warn } from "../check.ts";
import { type AccountFacts, isGone } from "../facts.ts";
import { leftovers } from "./leftovers.ts";

/** Functions with a concurrency of one each: detect, compact, reconcile, report, prices, and enforce and trace where the stack has them. */
export const reservedBy = ({ alerts: { enforcement }, sources }: AccountFacts["config"]): number =>
  5 +
  (enforcement.principals.length > 0 && enforcement.models.length > 0 ? 1 : 0) +
  ([...sources.telemetry, ...sources.cloudtrail].length > 0 ? 1 : 0);
/** What Lambda wants to keep for functions without a reservation (Lambda Developer Guide, "Configuring reserved concurrency"). */
const KEPT_FREE = 100;

/** Whether a stack can be deployed, is there, and is whole. */
export function stackChecks(facts: AccountFacts): Check[] {
  return [
    quota(facts),
    presence(facts),
    ...(isGone(facts.stack.status) ? leftovers(facts) : []),
    ...lakeFormation(facts),
    ...(isDeployed(facts) ? [workgroup(facts), catalog(facts)] : []),
  ];
}

/** A stack of this stage is there if CloudFormation says so or, where that may not be asked, if its workgroup is. */
export function isDeployed({ stack: { status, workgroup } }: AccountFacts): boolean {
  if (status.ok) return status.value !== null && status.value !== "DELETE_COMPLETE";
  return workgroup.ok && workgroup.value !== null;
}

function quota(facts: AccountFacts): Check {
  const { concurrency, config, home } = facts;
  const subject = { id: "concurrency", group: "stack", title: `Lambda concurrency in ${home}` } as const;
  if (!concurrency.ok) return unanswered(subject, concurrency);
  const { limit, unreserved } = concurrency.value;
  const reserved = reservedBy(config);
  const reserving = isDeployed(facts) ? 0 : reserved;
  const ingest = config.deploy.ingest_concurrency;
  const wanted = limit - unreserved + reserved + Math.max(KEPT_FREE, ingest);
  const raise = `aws service-quotas request-service-quota-increase --region ${home} --service-code lambda --quota-code L-B99A9384 --desired-value ${Math.max(1000, wanted)}`;
  if (unreserved - reserving < KEPT_FREE && reserving > 0) {
    return fail(
      subject,
      `${unreserved} of ${limit} are free; the stack reserves ${reserved} and Lambda keeps ${KEPT_FREE} free, so deploying would fail`,
      raise,
      "The quota is Concurrent executions; small requests are granted within minutes to a day.",
    );
  }
  if (unreserved - reserving < ingest) {
    return warn(
      subject,
      `${unreserved} of ${limit} are free, less than deploy.ingest_concurrency (${ingest}): ingest would be throttled when logs come in bursts`,
      raise,
      "Or lower deploy.ingest_concurrency in strata.yml.",
    );
  }
  return ok(subject, `${unreserved} of ${limit} are free`);
}

function presence({ stack: { status, workgroup }, stage, home }: AccountFacts): Check {
  const name = `strata-${stage}`;
  const subject = { id: "stack", group: "stack", title: `Stack ${name}` } as const;
  const deploy = `npx serverless deploy --stage ${stage} --region ${home}`;
  const absent = warn(subject, "is not deployed", "When everything above is in order:", deploy);
  if (!status.ok) {
    if (!workgroup.ok) return unanswered(subject, status);
    return workgroup.value === null ? absent : ok(subject, `there is a workgroup ${name}; ${status.message}`);
  }
  if (status.value === null || status.value === "DELETE_COMPLETE") return absent;
  if (/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(status.value))
    return status.value === "UPDATE_ROLLBACK_COMPLETE"
      ? warn(
          subject,
          "the last deployment was rolled back; the one before it runs",
          `aws cloudformation describe-stack-events --region ${home} --stack-name ${name}`,
          deploy,
        )
      : ok(subject, `deployed (${status.value})`);
  if (status.value.endsWith("_IN_PROGRESS"))
    return warn(subject, `a deployment is under way (${status.value})`, "Run doctor again when it is done.");
  const broken = `aws cloudformation describe-stack-events --region ${home} --stack-name ${name}`;
  return status.value === "ROLLBACK_COMPLETE"
    ? fail(
        subject,
        "the first deployment failed and was rolled back; all that is left is what is named here, and the stack itself, which takes no update",
        broken,
        `npx serverless remove --stage ${stage} --region ${home}`,
        deploy,
      )
    : fail(
        subject,
        `is in the state ${status.value}`,
        broken,
        `aws cloudformation continue-update-rollback --region ${home} --stack-name ${name}`,
      );
}

/** Where Lake Formation governs new tables, what IAM allows is not enough (Lake Formation Developer Guide, "Changing the default settings"). */
function lakeFormation({ stack: { newTables }, config, stage, home }: AccountFacts): Check[] {
  const subject = { id: "lake-formation", group: "stack", title: "Lake Formation" } as const;
  if (!newTables.ok) return [unanswered(subject, newTables)];
  if (newTables.value === null) return [];
  if (newTables.value === "open") return [ok(subject, "new tables are open to what IAM allows")];
  if (config.deploy.lake_formation) return [ok(subject, "governs new tables; the stack grants its functions what they need")];
  return [
    fail(
      subject,
      "governs new tables of this account: the functions would be refused whatever IAM allows",
      "Set deploy.lake_formation: true in strata.yml, and let a data lake administrator deploy:",
      `npx serverless deploy --stage ${stage} --region ${home}`,
      `Who is one: aws lakeformation get-data-lake-settings --region ${home}`,
    ),
  ];
}

function workgroup({ stack, stage, home }: AccountFacts): Check {
  const subject = { id: "workgroup", group: "stack", title: `Athena workgroup strata-${stage}` } as const;
  if (!stack.workgroup.ok) return unanswered(subject, stack.workgroup);
  const { value } = stack.workgroup;
  const redeploy = `npx serverless deploy --stage ${stage} --region ${home}`;
  if (value === null) return fail(subject, "is missing", redeploy);
  if (!value.enabled)
    return fail(
      subject,
      "is switched off: no query runs",
      `aws athena update-work-group --region ${home} --work-group strata-${stage} --state ENABLED`,
    );
  if (!/3$/.test(value.engine)) return warn(subject, `uses ${value.engine}; queries are written for version 3`, redeploy);
  return ok(subject, `${value.engine}${value.output === null ? "" : `, results in ${value.output}`}`);
}

function catalog({ stack, stage, home }: AccountFacts): Check {
  const subject: Subject = { id: "catalog", group: "stack", title: `Tables of strata_${stage}` };
  if (!stack.catalog.ok) return unanswered(subject, stack.catalog);
  const { value } = stack.catalog;
  const redeploy = `npx serverless deploy --stage ${stage} --region ${home}`;
  if (value === null) return fail(subject, "there is no table invocation_records", redeploy);
  const { location, version, current } = value;
  if (version === null)
    return fail(
      subject,
      `invocation_records at ${location} was not made by Strata`,
      `Another tool uses the database strata_${stage}: deploy under another stage name.`,
    );
  if (version < current)
    return warn(
      subject,
      `catalog version ${version}, this release has ${current}`,
      redeploy,
      "Deploying adds columns and tables; nothing is removed.",
    );
  if (version > current)
    return fail(
      subject,
      `catalog version ${version}, but this release knows ${current}: a newer release was deployed`,
      "Update this package before you deploy.",
    );
  return ok(subject, `catalog version ${version}, records lie at ${location}`);
}
