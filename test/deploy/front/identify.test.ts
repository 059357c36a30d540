import { describe, expect, it } from "vitest";
import { RequestCounter } from "./counter.ts";
import { identify } from "./identify.ts";

const signed = (service: string, more: Record<string, string> = {}) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=111122223333/20261129/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
  "user-agent": "aws-sdk-js/3.1 ua/2.1 os/linux lang/js api/s3#3.1 m/n app/ingest-PT-NO-OP-2.36.0-PTEnv-NA",
  ...more,
});
const seen = (service: string, method: string, url: string, body = "", headers: Record<string, string> = {}) =>
  identify({ method, url, headers: signed(service, headers), body });

describe("who asked for what, where", () => {
  it.each([
    [
      "GET",
      "/strata-prod-data-111122223333-us-east-1/invocation_records/dt%3D2026-10-01/a.parquet",
      "GetObject",
      "data/invocation_records",
    ],
    ["PUT", "/strata-prod-data-111122223333-us-east-1/stale/dt=2026-10-01/a?x-id=PutObject", "PutObject", "data/stale"],
    ["PUT", "/strata-prod-data-111122223333-us-east-1/a/b?tagging=", "PutObjectTagging", "data/a"],
    ["GET", "/acme?list-type=2&prefix=bedrock%2FAWSLogs%2F", "ListObjects", "acme/bedrock"],
    ["GET", "/acme?list-type=2", "ListObjects", "acme/"],
    ["POST", "/acme/big?uploads", "CreateMultipartUpload", "acme/big"],
    ["PUT", "/acme/big?partNumber=1&uploadId=x", "UploadPart", "acme/big"],
    ["POST", "/acme?delete", "DeleteObjects", "acme/"],
    ["HEAD", "/acme/a/b", "HeadObject", "acme/a"],
  ])("%s %s", (method, url, operation, place) => {
    expect(seen("s3", method, url)).toEqual({ caller: "ingest", service: "s3", operation, place });
  });

  it("reads JSON, query and CBOR protocols", () => {
    expect(seen("glue", "POST", "/", '{"TableName":"hourly_usage"}', { "x-amz-target": "AWSGlue.GetPartitions" })).toMatchObject({
      operation: "GetPartitions",
      place: "hourly_usage",
    });
    expect(
      seen("sqs", "POST", "/", '{"QueueUrl":"http://h/1/ingest"}', { "x-amz-target": "AmazonSQS.SendMessage" }),
    ).toMatchObject({
      operation: "SendMessage",
      place: "ingest",
    });
    expect(seen("sns", "POST", "/", "Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A1%3Acritical")).toMatchObject({
      operation: "Publish",
      place: "critical",
    });
    expect(seen("monitoring", "POST", "/service/GraniteServiceVersion20100801/operation/GetMetricData")).toMatchObject({
      operation: "GetMetricData",
    });
    expect(seen("lambda", "POST", "/2015-03-31/functions/strata-prod-ingest/invocations")).toMatchObject({
      operation: "Invoke",
      place: "strata-prod-ingest",
    });
  });

  it("lays the engine's requests to whom it works for, and unknown callers to the test", () => {
    const request = { method: "GET", url: "/acme/a", headers: signed("s3", { "user-agent": "curl" }), body: "" };
    expect(identify(request).caller).toBe("test");
    expect(identify(request, "athena/rollup").caller).toBe("athena/rollup");
  });
});

it("sums requests, refusals and bytes by kind", () => {
  const counter = new RequestCounter();
  const kind = { caller: "ingest", service: "s3", operation: "PutObject", place: "data/stale" };
  counter.add(kind, { status: 200, bytesIn: 10, bytesOut: 0 });
  counter.add(kind, { status: 412, bytesIn: 5, bytesOut: 7 });
  counter.add({ ...kind, place: "data/x" }, { status: 200, bytesIn: 1, bytesOut: 1 });
  expect(counter.list()).toEqual([
    { ...kind, requests: 2, refused: 1, bytesIn: 15, bytesOut: 7 },
    { ...kind, place: "data/x", requests: 1, refused: 0, bytesIn: 1, bytesOut: 1 },
  ]);
});
