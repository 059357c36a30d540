import { queryFile } from "../query/files.ts";
import { alerts } from "./alerts.ts";
import { attributionSources } from "./attribution-sources.ts";
import { batchRecords } from "./batch-records.ts";
import { billEnds } from "./bill-ends.ts";
import { billVersions } from "./bill-versions.ts";
import { billWitnesses } from "./bill-witnesses.ts";
import { clientCallRecords } from "./client-call-records.ts";
import { clientPoints } from "./client-points.ts";
import { clientToolRecords } from "./client-tool-records.ts";
import type { SqlType, Table } from "./column.ts";
import { curLineItems } from "./cur-line-items.ts";
import { exchangeRates } from "./exchange-rates.ts";
import { identitySources, identityUsers } from "./identity-sources.ts";
import { ingestedObjects } from "./ingested-objects.ts";
import { invocationRecords } from "./invocation-records.ts";
import { kiroBillLines } from "./kiro-bill-lines.ts";
import { kiroUsage } from "./kiro-usage.ts";
import { learnedOwners } from "./learned-owners.ts";
import { lineOwners } from "./line-owners.ts";
import { linkedAccounts } from "./linked-accounts.ts";
import { principalKeys } from "./principal-keys.ts";
import { principals } from "./principals.ts";
import { profileModels } from "./profile-models.ts";
import { quarantine } from "./quarantine.ts";
import { reconciledMonths } from "./reconciled-months.ts";
import { serviceCounts } from "./service-counts.ts";
import { sourceObjects } from "./source-objects.ts";
import { telemetryObjects } from "./telemetry-objects.ts";
import { trailEvents } from "./trail-events.ts";
import { usageTypes } from "./usage-types.ts";

/** Tables that a query fills: columns come from the query's header, `dt` is the partition. */
const MATERIALIZED = [
  { name: "hourly_usage", query: "rollups/hourly_usage", partition: "dt" },
  { name: "calls_5m", query: "rollups/calls_5m", partition: "dt" },
  { name: "metadata_usage", query: "rollups/metadata_usage", partition: "dt" },
  { name: "charge_groups", query: "billing/charge_groups", partition: "dt" },
  { name: "bill_matches", query: "billing/bill_matches", partition: "dt" },
  { name: "midnight_matches", query: "billing/midnight_matches", partition: "dt" },
  { name: "charge_parts", query: "billing/charge_parts", partition: "dt" },
  { name: "usage_claims", query: "billing/usage_claims", partition: "dt" },
  { name: "adjustment_claims", query: "billing/adjustment_claims", partition: "dt" },
  { name: "allocated_charges", query: "billing/allocated_charges", partition: "dt" },
  { name: "call_matches", query: "telemetry/call_matches", partition: "dt" },
  { name: "traced_calls", query: "telemetry/traced_calls", partition: "dt" },
  { name: "api_calls", query: "cloudtrail/api_calls", partition: "dt" },
  { name: "call_people", query: "attribution/call_people", partition: "dt" },
  { name: "logged_charges", query: "billing/logged_charges", partition: "dt" },
] as const;

const DIRECT: readonly Table[] = [
  invocationRecords,
  principals,
  ingestedObjects,
  quarantine,
  curLineItems,
  usageTypes,
  principalKeys,
  lineOwners,
  learnedOwners,
  attributionSources,
  exchangeRates,
  linkedAccounts,
  billEnds,
  profileModels,
  reconciledMonths,
  billVersions,
  billWitnesses,
  alerts,
  serviceCounts,
  clientCallRecords,
  clientToolRecords,
  clientPoints,
  telemetryObjects,
  trailEvents,
  batchRecords,
  kiroUsage,
  identitySources,
  identityUsers,
  kiroBillLines,
  sourceObjects,
];

/** Every stored table. The one list behind the DuckDB views, the Glue tables and the data dictionary. */
export function tables(): Table[] {
  return [...DIRECT, ...MATERIALIZED.map(materialized)];
}

function materialized({ name, query, partition }: (typeof MATERIALIZED)[number]): Table {
  const { header } = queryFile(query);
  const columns = header.columns.map((column) => ({ ...column, type: column.type as SqlType }));
  return {
    name,
    meaning: header.purpose,
    format: "parquet",
    columns: columns.filter((column) => column.name !== partition),
    partitions: columns.filter((column) => column.name === partition),
  };
}
