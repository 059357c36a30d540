import type { Readable } from "node:stream";
import type { Frame } from "./frame.ts";
import { jsonFrames } from "./json-frames.ts";
import { lengthFrames } from "./length-frames.ts";
import { damage, gathered, isJson, unpacked } from "./unpack.ts";

/**
 * The messages of a collector's object. How it is packed and framed is seen in its bytes, whatever its name, extension or Content-Encoding say:
 * gzip or zstd around everything or nothing; then JSON documents (behind a time each in an export of CloudWatch Logs), messages behind their length,
 * one protobuf message, or a Parquet file.
 */
export async function* frames(body: Readable): AsyncGenerator<Frame> {
  const [head, stream] = await unpacked(body);
  if (isJson(head) || isDated(head)) yield* jsonFrames(stream);
  // Field 1 as bytes. It is also a line feed, so JSON is looked for first; as a length it would be 160 MB.
  else if (head[0] === 0x0a) yield* wholeMessage(stream, "protobuf");
  else if (isParquet(head)) yield* wholeMessage(stream, "parquet");
  else yield* lengthFrames(stream);
}

/** A line of a CloudWatch Logs export task: a time before the document. */
const isDated = (head: Uint8Array): boolean =>
  /^\d{4}-\d{2}-\d{2}T[\d:.]+Z \{/.test(Buffer.from(head.subarray(0, 40)).toString("latin1"));
const isParquet = (head: Uint8Array): boolean => Buffer.from(head.subarray(0, 4)).toString("latin1") === "PAR1";

async function* wholeMessage(stream: Readable, form: "protobuf" | "parquet"): AsyncGenerator<Frame> {
  const place = { number: 1, offset: 0 };
  try {
    yield { ...place, form, bytes: await gathered(stream) };
  } catch (error) {
    yield { ...place, form: "bad", error: damage(error) };
  }
}
