import { type PicoUsd, parseUsd } from "../money.ts";
import prices from "./ingest-cost.data.json" with { type: "json" };

export interface IngestCost {
  readonly requests: PicoUsd;
  readonly compute: PicoUsd;
  readonly queue: PicoUsd;
  readonly total: PicoUsd;
}

/**
 * What ingesting objects costs on AWS by list price: requests to S3 and SQS, and Lambda's time from the measured throughput. An estimate,
 * rounded up to the pico-dollar; storage comes on top by the month.
 * @param bytes stored (compressed) bytes
 */
export function ingestCost(objects: number, bytes: number): IngestCost {
  const of = (price: string, count: bigint, per: bigint): PicoUsd => (parseUsd(price) * count + per - 1n) / per;
  const count = BigInt(objects);
  const gets = of(prices.s3_get_per_thousand, count, 1000n);
  const puts = of(prices.s3_put_per_thousand, count * BigInt(prices.puts_per_object), 1000n);
  const queue = of(prices.sqs_per_million, count * BigInt(prices.sqs_requests_per_object), 1_000_000n);
  const invocations = (count + BigInt(prices.objects_per_invocation) - 1n) / BigInt(prices.objects_per_invocation);
  const calls = of(prices.lambda_per_million, invocations, 1_000_000n);
  const millis = count * BigInt(prices.millis_per_object) + BigInt(bytes) / BigInt(prices.stored_bytes_per_milli);
  const time = of(prices.lambda_arm64_gb_second, millis * BigInt(prices.lambda_megabytes), 1_024_000n);
  const requests = gets + puts;
  const compute = calls + time;
  return { requests, compute, queue, total: requests + compute + queue };
}
