import { describe, expect, it } from "vitest";
import { objectEvents } from "../../src/aws/object-events.ts";
import { sourcePlaces } from "../../src/aws/source-places.ts";

describe("places that a stack reads", () => {
  const reads = sourcePlaces(["s3://logs/prod", "s3://whole", "./folder"]);
  it.each([
    ["logs", "prod/AWSLogs/x.json.gz", true],
    ["logs", "prod-eu/AWSLogs/x.json.gz", false],
    ["logs", "production/AWSLogs/x.json.gz", false],
    ["logs", "AWSLogs/x.json.gz", false],
    ["whole", "anything", true],
    ["whole-other", "anything", false],
  ])("%s/%s: %s", (bucket, key, expected) => expect(reads(bucket, key)).toBe(expected));

  it("is everything where no place in S3 is named", () => expect(sourcePlaces(["./folder"])("any", "key")).toBe(true));

  it("tells who names an object himself from an event of the bucket", () => {
    expect(objectEvents({ redrive: [{ bucket: "b", key: "k" }] })).toEqual([{ bucket: "b", key: "k", named: true }]);
  });
});
