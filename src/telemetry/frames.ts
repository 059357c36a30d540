import type { Readable } from "node:stream";
import type { Frame } from "./frame.ts";
import { jsonFrames } from "./json-frames.ts";
import { lengthFrames } from "./length-frames.ts";
import { damage, gathered, isJson, unpacked } from "./unpack.ts";

/**
 * The messages of a collector's object. How it is packed and framed is seen in its bytes, whatever its name, extension or Content-Encoding say:
 * gzip or zstd around everything or nothing; then JSON documents, messages behind their length, or one protobuf message.
 */
export async function* frames(body: Readable): AsyncGenerator<Frame> {
  const [head, stream] = await unpacked(body);
  if (isJson(head)) yield* jsonFrames(stream);
  // Field 1 as bytes. It is also a line feed, so JSON is looked for first; as a length it would be 160 MB.
  else if (head[0] === 0x0a) yield* wholeMessage(stream);
  else yield* lengthFrames(stream);
}

async function* wholeMessage(stream: Readable): AsyncGenerator<Frame> {
  const place = { number: 1, offset: 0 };
  try {
    yield { ...place, form: "protobuf", bytes: await gathered(stream) };
  } catch (error) {
    yield { ...place, form: "bad", error: damage(error) };
  }
}
