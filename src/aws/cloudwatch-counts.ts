import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { HOUR_MS, isoOf } from "../time.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

/** What Bedrock itself counted in one region and hour. */
export interface BedrockCount {
  readonly region: string;
  /** Start of the hour, ISO 8601. */
  readonly hour: string;
  readonly invocations: number;
  /** Records that Bedrock could not deliver to S3. */
  readonly undelivered: number;
}

export interface CloudWatchCountsOptions extends ClientOptions {
  /** The region whose calls are counted; metrics live where the calls were made. */
  readonly region: string;
  readonly client?: CloudWatchClient;
}

/**
 * Bedrock's own metrics (User Guide, "Monitoring": namespace AWS/Bedrock). `Invocations` counts by model; delivery failures of the
 * invocation log are metrics of their own. A search adds up every model, whatever its name, and returns at most 500 series.
 */
const QUERIES: MetricDataQuery[] = [
  {
    Id: "invocations",
    Expression: `SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations"', 'Sum', 3600))`,
    ReturnData: true,
  },
  // Calls that the service refused are logged but not counted as invocations.
  {
    Id: "refused",
    Expression: `SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName=("InvocationThrottles" OR "InvocationClientErrors" OR "InvocationServerErrors")', 'Sum', 3600))`,
    ReturnData: true,
  },
  {
    Id: "undelivered",
    Expression: `SUM(SEARCH('{AWS/Bedrock} MetricName="ModelInvocationLogsS3DeliveryFailure"', 'Sum', 3600))`,
    ReturnData: true,
  },
];

/** Bedrock's own counts by hour. @param from and to: milliseconds, whole hours, `to` excluded */
export async function bedrockCounts(options: CloudWatchCountsOptions, from: number, to: number): Promise<BedrockCount[]> {
  const client = options.client ?? new CloudWatchClient(clientConfig(options));
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
    throw awsError("cloudwatch", `reading Bedrock's counts in ${options.region}`, options.region, error);
  }
  const at = (id: string, hour: number): number => series.get(id)?.get(hour) ?? 0;
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / HOUR_MS)) }, (_, index) => {
    const hour = from + index * HOUR_MS;
    return {
      region: options.region,
      hour: isoOf(hour),
      invocations: at("invocations", hour) + at("refused", hour),
      undelivered: at("undelivered", hour),
    };
  });
}
