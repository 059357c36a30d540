import { readFileSync } from "node:fs";

/** In no record of the samples. */
export const CANARY = "CANARY in plain words";
const FOLDER = new URL("../fixtures/samples/invocation-logs/", import.meta.url);
/** One record of every operation and shape that is known. */
export const SAMPLE_LINES = readFileSync(new URL("records.jsonl", FOLDER), "utf8").trimEnd().split("\n");

const SIDES = [
  ["input", "inputBodyJson", "inputBodyS3Path"],
  ["output", "outputBodyJson", "outputBodyS3Path"],
] as const;

/** Bodies that no sample has, with text in every place: tools, documents, images, guardrail traces, errors, and what nobody expects. */
const OTHER_BODIES: readonly unknown[] = [
  {
    system: [{ text: "s", cachePoint: { type: "default" } }],
    messages: [
      {
        role: "user",
        content: [
          { text: "t" },
          { image: { format: "png", source: { bytes: "aGVsbG8=" } } },
          { document: { name: "n", format: "pdf", source: { bytes: "aGVsbG8=" }, context: "c", citations: { enabled: true } } },
          { toolUse: { toolUseId: "id", name: "search", input: { query: "q", deep: [{ er: "e" }] } } },
          { toolResult: { toolUseId: "id", content: [{ json: { answer: "a" } }, { text: "t" }], status: "success" } },
          { reasoningContent: { reasoningText: { text: "r", signature: "s" } } },
          { guardContent: { text: { text: "g", qualifiers: ["query"] } } },
        ],
      },
    ],
    toolConfig: { tools: [{ toolSpec: { name: "search", description: "d", inputSchema: { json: { title: "t" } } } }] },
    promptVariables: { topic: { text: "t" } },
    additionalModelRequestFields: { thinking: { type: "enabled" } },
    requestMetadata: { team: "search" },
  },
  {
    output: {
      message: { role: "assistant", content: [{ text: "t" }, { toolUse: { toolUseId: "i", name: "n", input: { a: "b" } } }] },
    },
    stopReason: "tool_use",
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    trace: {
      guardrail: {
        modelOutput: ["m"],
        inputAssessment: { id: { wordPolicy: { customWords: [{ match: "w", action: "BLOCKED" }] } } },
        outputAssessments: { id: [{ sensitiveInformationPolicy: { piiEntities: [{ match: "p", type: "NAME" }] } }] },
      },
    },
  },
  { message: "m", __type: "ValidationException", originalMessage: "o", originalStatusCode: 400 },
  { taskType: "INPAINTING", inPaintingParams: { text: "t", negativeText: "n", image: "aGVsbG8=", maskPrompt: "m" } },
  { images: ["aGVsbG8="], error: "e", seeds: [1], finish_reasons: ["f"] },
  { query: "q", documents: ["d", { text: "t", title: "t" }], top_n: 1 },
  { results: [{ index: 0, relevance_score: 0.5, document: { text: "t" } }], meta: { billed_units: { search_units: 1 } } },
  [{ choices: [{ delta: { content: "c", tool_calls: [{ function: { name: "n", arguments: "a" } }] } }] }, "[DONE]"],
];

/** Copies of a body with the canary in one text each, and in one new field of every object. */
export function* planted(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield CANARY;
  else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) for (const copy of planted(each)) yield value.with(index, copy);
    yield [...value, CANARY];
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) for (const copy of planted(each)) yield { ...value, [key]: copy };
    yield { ...value, [CANARY]: CANARY };
  }
}

/** A record with the canary in one place of a body, inline; then in lines that are refused: cut off, with a wrong field, with broken JSON. */
function* damagedOnes(record: Record<string, unknown>, side: string, name: string, body: unknown): Generator<string> {
  const whole = JSON.stringify({ ...record, [side]: { ...Object(record[side]), [name]: body } });
  yield whole;
  yield whole.slice(0, whole.indexOf(CANARY) + CANARY.length);
  yield whole.replace(/"accountId":"\d+"/, '"accountId":"1"');
  yield whole.replace(CANARY, `${CANARY}\\x`);
}

export function plantedLines(): string[] {
  const lines: string[] = [];
  for (const line of SAMPLE_LINES) {
    const record = JSON.parse(line);
    for (const [side, name] of SIDES)
      for (const copy of planted(record[side]?.[name])) lines.push(...damagedOnes(record, side, name, copy));
    lines.push(JSON.stringify({ ...record, errorCode: `ValidationException: ${CANARY}` }));
    lines.push(JSON.stringify({ ...record, status: CANARY, performanceConfig: { latency: CANARY } }));
  }
  const [first = "{}"] = SAMPLE_LINES;
  for (const body of OTHER_BODIES)
    for (const [side, name] of SIDES)
      for (const copy of planted(body)) lines.push(...damagedOnes(JSON.parse(first), side, name, copy));
  return lines;
}

/** Records that point at off-loaded bodies, and those bodies, each with the canary in one text; some are no JSON at all. */
export function plantedSideBodies(folder: string): { readonly lines: string[]; readonly bodies: Record<string, string> } {
  const lines: string[] = [];
  const bodies: Record<string, string> = {};
  let number = 0;
  for (const line of SAMPLE_LINES) {
    const record = JSON.parse(line);
    for (const [side, name, path] of SIDES) {
      for (const copy of [...planted(record[side]?.[name]), `not JSON: ${CANARY}`]) {
        number += 1;
        const id = `0a1b2c3d-0000-4000-8000-${String(number).padStart(12, "0")}`;
        const key = `${folder}/data/${id}_${side}.json`;
        bodies[key] = typeof copy === "string" ? copy : JSON.stringify(copy);
        // Without counters and without the other body, so that this one has to be read.
        const { errorCode, input, output, ...rest } = record;
        lines.push(JSON.stringify({ ...rest, requestId: id, [side]: { [path]: `s3://raw-logs/${key}` } }));
      }
    }
  }
  return { lines, bodies };
}
