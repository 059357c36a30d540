import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comesAfter, distinctObjects, objectEvents } from "../../src/aws/object-events.ts";
import { InputError } from "../../src/errors.ts";

const sample = (name: string): string => readFileSync(join(import.meta.dirname, "../fixtures/samples/events", name), "utf8");
const key =
  "my team=logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/20261005T141504123Z_0123456789abcdef.json.gz";
const bucket = "example-bedrock-logs-111122223333-us-east-1";

describe("objectEvents", () => {
  it("decodes the key of an S3 notification and leaves EventBridge's alone: both name the same object", () => {
    const [fromS3] = objectEvents(sample("s3-notification.json"));
    const [fromBridge] = objectEvents(sample("eventbridge-object-created.json"));
    expect(fromS3).toMatchObject({ bucket, key, size: 1830, sequencer: "0066FE8F5A1B2C3D4E" });
    expect(fromBridge).toMatchObject({ bucket, key, size: 1830 });
  });

  it("finds no object in the event that S3 sends as a test", () => {
    expect(objectEvents(sample("s3-test-event.json"))).toEqual([]);
  });

  it("reads a whole batch of messages, repeats included once", () => {
    const { Records }: { Records: { body: string }[] } = JSON.parse(sample("sqs-batch.json"));
    const events = Records.flatMap(({ body }) => objectEvents(body));
    expect(events).toHaveLength(3);
    expect(distinctObjects(events).map((event) => event.key.split("/").at(-1))).toEqual([
      "20261005T141504123Z_0123456789abcdef.json.gz",
      "0a1b2c3d-0000-4000-8000-000000000006_output.json.gz",
    ]);
  });

  it("unwraps what came through SNS, as a queue's message or as a function's event", () => {
    const inner = sample("s3-notification.json");
    expect(objectEvents(JSON.stringify({ Type: "Notification", Message: inner }))).toEqual(objectEvents(inner));
    expect(objectEvents({ Records: [{ EventSource: "aws:sns", Sns: { Message: inner } }] })).toEqual(objectEvents(inner));
  });

  it("reads redrive messages as they are written, without decoding", () => {
    expect(objectEvents('{"redrive":[{"bucket":"logs","key":"a+b%20c.json.gz","version":"v1","size":3}]}')).toEqual([
      { bucket: "logs", key: "a+b%20c.json.gz", version: "v1", size: 3, named: true },
    ]);
  });

  it("keeps versions apart, and takes S3's word null for none", () => {
    const record = (versionId: string) => ({
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: "b" }, object: { key: "k", versionId } },
    });
    expect(objectEvents({ Records: [record("null")] })).toEqual([{ bucket: "b", key: "k" }]);
    expect(distinctObjects(objectEvents({ Records: [record("1"), record("2"), record("1")] }))).toHaveLength(2);
  });

  it("ignores deletions", () => {
    expect(
      objectEvents({ Records: [{ eventName: "ObjectRemoved:Delete", s3: { bucket: { name: "b" }, object: { key: "k" } } }] }),
    ).toEqual([]);
  });

  it.each([
    ["not JSON", "hello", /is not JSON/],
    ["a list", "[]", /is not a JSON object/],
    ["null", "null", /is not a JSON object/],
    ["something else", '{"a":1}', /has the keys a/],
    ["a record without a bucket", '{"Records":[{"s3":{"object":{"key":"k"}}}]}', /names no bucket and key/],
    [
      "a key that is not encoded",
      '{"Records":[{"s3":{"bucket":{"name":"b"},"object":{"key":"%zz"}}}]}',
      /not encoded as S3 does it/,
    ],
  ])("refuses %s", (_, body, message) => {
    expect(() => objectEvents(body)).toThrow(InputError);
    expect(() => objectEvents(body)).toThrow(message);
  });

  it("reads back every key as S3 encodes it", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.isWellFormed()),
        (original) => {
          const encoded = encodeURIComponent(original).replaceAll("%20", "+").replaceAll("%2F", "/");
          const [event] = objectEvents({
            Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: "b" }, object: { key: encoded } } }],
          });
          expect(event?.key).toBe(original);
        },
      ),
    );
  });

  it("never fails otherwise, whatever comes", () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        try {
          objectEvents(body);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe("sequencers", () => {
  it.each([
    ["0A", "9", true],
    ["9", "0A", false],
    ["a", "A", false],
    ["0066FE8F5A1B2C3D50", "0066FE8F5A1B2C3D4E", true],
    ["1", undefined, false],
  ])("%s comes after %s: %s", (a, b, expected) => {
    expect(comesAfter(a, b)).toBe(expected);
  });
});
