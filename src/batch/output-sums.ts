import { readResponse } from "../invocation/read-body.ts";
import { jsonOf } from "../json-of.ts";

/** Tokens of one output file of a batch inference job. */
export interface OutputSums {
  records: number;
  succeeded: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Answers that state no tokens. */
  uncounted: number;
  /** How many answers name which model. */
  readonly models: Map<string, number>;
}

export const noSums = (): OutputSums => ({
  records: 0,
  succeeded: 0,
  failed: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  uncounted: 0,
  models: new Map(),
});

const MOST_MODELS = 20;

/** Adds a line of the output: an answer of either job type, or an error. @returns whether it was one */
export function addLine(sums: OutputSums, line: unknown): boolean {
  if (!isObject(line)) return false;
  // modelInput stands beside both; it is not looked at.
  const { modelOutput, error } = line;
  if (isObject(error) || (typeof error === "string" && error !== "")) {
    sums.records += 1;
    sums.failed += 1;
    return true;
  }
  if (modelOutput === undefined || modelOutput === null) return false;
  // An answer as text that is no JSON states no tokens.
  const answer = typeof modelOutput === "string" ? jsonOf(modelOutput) : modelOutput;
  const reading = readResponse(answer);
  sums.records += 1;
  sums.succeeded += 1;
  if (reading.inputTokens === null && reading.outputTokens === null) sums.uncounted += 1;
  sums.inputTokens += reading.inputTokens ?? 0;
  sums.outputTokens += reading.outputTokens ?? 0;
  sums.cacheReadTokens += reading.cacheReadTokens ?? 0;
  sums.cacheWriteTokens += reading.cacheWriteTokens ?? 0;
  const model = isObject(answer) ? answer["model"] : undefined;
  if (typeof model === "string" && /^[\w.:-]{1,128}$/.test(model) && (sums.models.has(model) || sums.models.size < MOST_MODELS))
    sums.models.set(model, (sums.models.get(model) ?? 0) + 1);
  return true;
}

/** The model that most answers name; of equals the first by name. */
export const commonestModel = ({ models }: OutputSums): string | null =>
  [...models].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
