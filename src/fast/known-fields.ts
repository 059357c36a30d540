import { decidingKeys, TEXT_EVENTS } from "./deciding-keys.ts";
import { DECIDING, FIELD, FieldByte, LAST_STRICT, MOST_NODES, NAMES, NODES, PLACES, placeOf, TAPE } from "./line-memory.ts";

/** Numbers of the fields of a record, as they stand on the tape. */
export const Field = {
  schemaType: 1,
  schemaVersion: 2,
  timestamp: 3,
  accountId: 4,
  region: 5,
  requestId: 6,
  operation: 7,
  modelId: 8,
  identity: 9,
  arn: 10,
  requestMetadata: 11,
  errorCode: 12,
  inferenceRegion: 13,
  performanceConfig: 14,
  latency: 15,
  input: 16,
  output: 17,
  inputContentType: 18,
  inputBody: 19,
  inputS3Path: 20,
  inputTokens: 21,
  cacheReadTokens: 22,
  cacheWriteTokens: 23,
  outputContentType: 24,
  outputBody: 25,
  outputS3Path: 26,
  outputTokens: 27,
} as const;

interface KnownField {
  readonly id: number;
  readonly text?: boolean;
  readonly child?: number;
  readonly items?: number;
  readonly quiet?: number;
}
type Fields = Readonly<Record<string, KnownField>>;

const text = (id: number): KnownField => ({ id, text: true });
/** Kinds of object, from 1; the first ones are strict. */
const Node = { identity: 2, performance: 3, input: 4, output: 5, request: 6, response: 7, chunk: 8, textEvents: 9 } as const;

const RECORD: Fields = {
  schemaType: text(Field.schemaType),
  schemaVersion: text(Field.schemaVersion),
  timestamp: { id: Field.timestamp },
  accountId: text(Field.accountId),
  region: text(Field.region),
  requestId: { id: Field.requestId },
  operation: text(Field.operation),
  modelId: text(Field.modelId),
  identity: { id: Field.identity, child: Node.identity },
  requestMetadata: text(Field.requestMetadata),
  errorCode: text(Field.errorCode),
  inferenceRegion: text(Field.inferenceRegion),
  performanceConfig: { id: Field.performanceConfig, child: Node.performance },
  input: { id: Field.input, child: Node.input },
  output: { id: Field.output, child: Node.output },
};
const INPUT: Fields = {
  inputContentType: text(Field.inputContentType),
  inputBodyJson: { id: Field.inputBody, child: Node.request },
  inputBodyS3Path: text(Field.inputS3Path),
  inputTokenCount: { id: Field.inputTokens },
  cacheReadInputTokenCount: { id: Field.cacheReadTokens },
  cacheWriteInputTokenCount: { id: Field.cacheWriteTokens },
};
const OUTPUT: Fields = {
  outputContentType: text(Field.outputContentType),
  outputBodyJson: { id: Field.outputBody, child: Node.response, items: Node.chunk },
  outputBodyS3Path: text(Field.outputS3Path),
  outputTokenCount: { id: Field.outputTokens },
};

function nodes(): readonly Fields[] {
  const { request, response, chunk } = decidingKeys();
  const deciding = (keys: ReadonlySet<string>): Fields => Object.fromEntries([...keys].map((key) => [key, { id: DECIDING }]));
  return [
    RECORD,
    { arn: text(Field.arn) },
    { latency: text(Field.latency) },
    INPUT,
    OUTPUT,
    deciding(request),
    deciding(response),
    { ...deciding(chunk), type: { id: DECIDING, quiet: Node.textEvents } },
    deciding(TEXT_EVENTS),
  ];
}

/** Writes the tables of known fields to where the line scanner looks into them. */
export function writeKnownFields(bytes: Uint8Array): void {
  const words = new DataView(bytes.buffer);
  let address = NAMES;
  for (const [index, fields] of nodes().entries()) {
    const names = Object.entries(fields);
    const strict = index + 1 <= LAST_STRICT;
    if (index + 1 > MOST_NODES || names.length > PLACES - 1 || (strict && names.length > 32))
      throw new RangeError("fast: too many fields");
    for (const [bit, [name, field]] of names.entries()) {
      const length = name.length;
      if (address + length + 16 > TAPE) throw new RangeError("fast: too many names");
      bytes.set(Buffer.from(name, "latin1"), address);
      const place = freePlace(words, index + 1, placeOf(length, name.charCodeAt(0), name.charCodeAt(length - 1)));
      words.setInt32(place, address, true);
      words.setInt32(place + FieldByte.length, length, true);
      bytes[place + FieldByte.id] = field.id;
      bytes[place + FieldByte.child] = field.child ?? 0;
      bytes[place + FieldByte.items] = field.items ?? 0;
      bytes[place + FieldByte.quiet] = field.quiet ?? 0;
      bytes[place + FieldByte.bit] = strict ? bit : 0;
      bytes[place + FieldByte.text] = field.text ? 1 : 0;
      address += (length + 15) & -16;
    }
  }
}

function freePlace(words: DataView, node: number, first: number): number {
  for (let place = first; ; place = (place + 1) & (PLACES - 1)) {
    const address = NODES + (node * PLACES + place) * FIELD;
    if (words.getInt32(address, true) === 0) return address;
  }
}
