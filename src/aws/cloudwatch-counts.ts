import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { ServiceCount, ServiceCounts } from "../ports.ts";
import { HOUR_MS, isoOf } from "../time.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

/** Adds up every model, whatever its name; a search returns at most 500 series (CloudWatch User Guide, "Search expression syntax"). */
const ofAllModels = (metric: string): string => `SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName="${metric}"', 'Sum', 3600))`;

/**
 * Metrics of the Bedrock User Guide, "Monitor bedrock-runtime inference" (looked up 2026-11). Two editions of that page differ on whether
 * `Invocations` holds failed calls; both say that it holds no throttled ones. So it is held against every logged call but the throttled:
 * by either reading no more records can be missing than that shows. Deliveries are counted under a dimension called "Across all model IDs";
 * the largest series is that one, whatever its dimension is named.
 */
const QUERIES: MetricDataQuery[] = [
  { Id: "invocations", Expression: ofAllModels("Invocations"), ReturnData: true },
  { Id: "throttled", Expression: ofAllModels("InvocationThrottles"), ReturnData: true },
  {
    Id: "undelivered",
    Expression: `MAX(SEARCH('Namespace="AWS/Bedrock" MetricName="ModelInvocationLogsS3DeliveryFailure"', 'Sum', 3600))`,
    ReturnData: true,
  },
];

/** Bedrock's own counts from CloudWatch, each region from where its calls were made. @param clientOf given by the tests */
export function cloudWatchCounts(
  options: ClientOptions = {},
  clientOf: (region: string) => CloudWatchClient = (region) => new CloudWatchClient(clientConfig({ ...options, region })),
): ServiceCounts {
  return {
    async hours(region, from, to) {
      const series = await readSeries(clientOf(region), region, from, to);
      const at = (id: string, hour: number): number => Math.round(series.get(id)?.get(hour) ?? 0);
      return Array.from({ length: Math.max(0, Math.ceil((to - from) / HOUR_MS)) }, (_, index): ServiceCount => {
        const hour = from + index * HOUR_MS;
        return {
          hour: isoOf(hour),
          invocations: at("invocations", hour),
          throttled: at("throttled", hour),
          undelivered: at("undelivered", hour),
        };
      });
    },
  };
}

async function readSeries(
  client: CloudWatchClient,
  region: string,
  from: number,
  to: number,
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const series = new Map<string, Map<number, number>>();
  let NextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(from),
          EndTime: new Date(to),
          MetricDataQueries: QUERIES,
          ScanBy: "TimestampAscending",
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      for (const { Id = "", Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const points = series.get(Id) ?? new Map<number, number>();
        for (const [index, time] of Timestamps.entries())
          points.set(time.getTime(), (points.get(time.getTime()) ?? 0) + (Values[index] ?? 0));
        series.set(Id, points);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    throw awsError("cloudwatch", `reading Bedrock's counts in ${region}`, region, error);
  }
  return series;
}
