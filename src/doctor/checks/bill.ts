import { PROGRAM } from "../../program.ts";
import { DAY_MS } from "../../time.ts";
import type { BillExport, Place } from "../account-view.ts";
import { ago, type Check, fail, jsonArgument, ok, type Subject, unanswered, warn } from "../check.ts";
import { type AccountFacts, billPlaces } from "../facts.ts";
import { NEEDED_COLUMNS, PRINCIPAL_COLUMN, selectedColumns } from "../needed-columns.ts";
import { covers, nameOf, placeOf } from "../place.ts";

const TITLE = "CUR 2.0 export";

/** The export that strata.yml names, or the best there is: present, healthy, with principals and the columns that are read. */
export function billChecks(facts: AccountFacts): Check[] {
  const subject = { id: "export", group: "bill", title: TITLE } as const;
  if (!facts.exports.ok) return [unanswered(subject, facts.exports)];
  const named = billPlaces(facts);
  const chosen = chooseExport(facts.exports.value, named);
  if (chosen === undefined) return [missing(subject, facts, named)];
  return [
    ok(subject, `${chosen.name} to ${nameOf(exportPlace(chosen))}, ${chosen.format}`),
    principals(chosen),
    columns(chosen),
    health(chosen, facts.now),
    ...readBy(chosen, named),
  ];
}

/** Among several, one with principals comes first. */
export function chooseExport(all: readonly BillExport[], named: readonly Place[]): BillExport | undefined {
  const fitting = all.filter((one) => named.length === 0 || named.some((place) => overlap(place, exportPlace(one))));
  return fitting.find((one) => isOn(one, "INCLUDE_IAM_PRINCIPAL_DATA")) ?? fitting[0];
}

/** Deliveries lie below `<prefix>/<name>/` (AWS Data Exports User Guide). */
export const exportPlace = ({ bucket, prefix, name }: BillExport): Place =>
  placeOf(`s3://${bucket}/${[prefix.replace(/^\/+|\/+$/g, ""), name].filter(Boolean).join("/")}`) ?? { bucket, prefix: "" };

const overlap = (a: Place, b: Place): boolean => covers(a, b) || covers(b, a);
const isOn = ({ properties }: BillExport, property: string): boolean => properties[property]?.toUpperCase() === "TRUE";

function missing(subject: Subject, facts: AccountFacts, named: readonly Place[]): Check {
  const command = createExport(facts, named[0]);
  if (named.length > 0) {
    return warn(
      subject,
      `no export of this account writes to ${named.map(nameOf).join(", ")}; exports belong to the payer account, which can be another`,
      "Nothing, if the payer account delivers there. Otherwise run doctor with credentials of the payer account.",
      command,
    );
  }
  return fail(
    subject,
    "this account has no CUR 2.0 export and strata.yml names none: spend is estimated, nothing is reconciled",
    command,
    "Run it in the payer account; YOUR-BILL-BUCKET must let bcm-data-exports.amazonaws.com and billingreports.amazonaws.com write. The first delivery takes up to 24 hours.",
    "Then add the place to sources.cur in strata.yml.",
  );
}

/** A whole export that has all that is read. One is never changed in place: the guide asks for a new one to add principals. */
function createExport({ home }: Pick<AccountFacts, "home">, place: Place | undefined): string {
  const definition = {
    Name: "strata-cur",
    DataQuery: {
      QueryStatement: `SELECT ${NEEDED_COLUMNS.map(({ name }) => name).join(", ")} FROM COST_AND_USAGE_REPORT`,
      TableConfigurations: {
        COST_AND_USAGE_REPORT: {
          TIME_GRANULARITY: "HOURLY",
          INCLUDE_RESOURCES: "TRUE",
          INCLUDE_IAM_PRINCIPAL_DATA: "TRUE",
          INCLUDE_SPLIT_COST_ALLOCATION_DATA: "FALSE",
          INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: "FALSE",
        },
      },
    },
    DestinationConfigurations: {
      S3Destination: {
        S3Bucket: place?.bucket ?? "YOUR-BILL-BUCKET",
        S3Prefix: place?.prefix.replace(/\/$/, "") || "cur",
        S3Region: home,
        S3OutputConfigurations: {
          OutputType: "CUSTOM",
          Format: "PARQUET",
          Compression: "PARQUET",
          Overwrite: "OVERWRITE_REPORT",
        },
      },
    },
    RefreshCadence: { Frequency: "SYNCHRONOUS" },
  };
  return `aws bcm-data-exports create-export --region us-east-1 --export ${jsonArgument(definition)}`;
}

function principals(chosen: BillExport): Check {
  const subject = { id: "export/principals", group: "bill", title: "Principals on the bill" } as const;
  const selected = selectedColumns(chosen.query);
  const listed = selected === null || selected.has(PRINCIPAL_COLUMN);
  if (isOn(chosen, "INCLUDE_IAM_PRINCIPAL_DATA") && listed) return ok(subject, `${chosen.name} has ${PRINCIPAL_COLUMN}`);
  const lacks = listed ? "INCLUDE_IAM_PRINCIPAL_DATA is not on" : `its query does not select ${PRINCIPAL_COLUMN}`;
  return warn(
    subject,
    `${chosen.name} has no principals (${lacks}): billed dollars are allocated by logged usage instead`,
    createExport({ home: chosen.region }, placeOf(`s3://${chosen.bucket}/${chosen.prefix}`)),
    "Keep the old export until the new one has delivered, then put the new place into sources.cur.",
  );
}

function columns(chosen: BillExport): Check {
  const subject = { id: "export/columns", group: "bill", title: "Columns of the export" } as const;
  const selected = selectedColumns(chosen.query);
  const lacking = selected === null ? [] : NEEDED_COLUMNS.filter(({ name }) => name !== PRINCIPAL_COLUMN && !selected.has(name));
  const hourly = chosen.properties["TIME_GRANULARITY"] ?? "HOURLY";
  const resources = isOn(chosen, "INCLUDE_RESOURCES");
  const fix = `Console: Billing and Cost Management, Data Exports, ${chosen.name}, Edit: add the columns, resource IDs and hourly granularity.`;
  const fatal = lacking.filter(({ lost }) => lost === null).map(({ name }) => name);
  if (fatal.length > 0) return fail(subject, `${chosen.name} cannot be read without ${fatal.join(", ")}`, fix);
  const losses = [
    ...lacking.map(({ name, lost }) => `no ${name} (${lost})`),
    ...(resources ? [] : ["no resource ids (application inference profiles)"]),
    ...(hourly === "MONTHLY" ? ["MONTHLY granularity (allocation by day)"] : []),
  ];
  return losses.length === 0
    ? ok(subject, `all that are read, ${hourly.toLowerCase()}`)
    : warn(subject, `${chosen.name} lacks: ${losses.join("; ")}`, fix);
}

function health(chosen: BillExport, now: number): Check {
  const subject = { id: "export/delivery", group: "bill", title: "Last delivery of the bill" } as const;
  if (!chosen.healthy) {
    const bucket = chosen.bucket;
    return fail(
      subject,
      `${chosen.name} is unhealthy: ${chosen.reason ?? "no reason given"}`,
      `Let bcm-data-exports.amazonaws.com and billingreports.amazonaws.com write to ${bucket} (bucket policy, s3:PutObject and s3:GetBucketPolicy).`,
      "The test object that AWS writes lies at the root of the bucket: a grant for the prefix alone is not enough.",
    );
  }
  if (chosen.refreshedAt === null)
    return warn(subject, `${chosen.name} has not delivered yet`, "Wait: the first delivery takes up to 24 hours.");
  const age = now - chosen.refreshedAt;
  return age < 2 * DAY_MS
    ? ok(subject, `${ago(age)} ago`)
    : warn(
        subject,
        `${ago(age)} ago; AWS delivers at least daily`,
        `aws bcm-data-exports list-executions --region us-east-1 --export-arn ${chosen.arn}`,
      );
}

function readBy(chosen: BillExport, named: readonly Place[]): Check[] {
  if (named.length > 0) return [];
  return [
    warn(
      { id: "sources/cur", group: "bill", title: "strata.yml reads the bill" },
      "sources.cur is empty: a stack would not reconcile",
      `Add "${nameOf(exportPlace(chosen))}" to sources.cur in strata.yml, or let ${PROGRAM} init --from-doctor write a first one.`,
    ),
  ];
}
