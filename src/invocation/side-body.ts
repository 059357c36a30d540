import type { LogRecord } from "./log-record.ts";
import { readRequest, readResponse } from "./read-body.ts";
import { toolNamesOf } from "./tool-names.ts";

export type BodySide = "input" | "output";

/** An off-loaded body: gzip JSON, an object or an array. */
export interface SideBody {
  readonly which: BodySide;
  readonly bucket: string;
  readonly key: string;
}

/** Models whose answers never have output tokens; an off-loaded vector is not worth a fetch. */
const NO_OUTPUT_TOKENS = /embed|rerank/;
/** Models whose requests hold no units either. */
const EMBEDDING = /embed/;

/** Which off-loaded bodies may hold a figure that decides the price and that the record lacks. Failed calls are taken as logged. */
export function neededSides(record: LogRecord): readonly BodySide[] {
  const { input, output } = record;
  if (record.errorCode !== null) return [];
  const sides: BodySide[] = [];
  if (output.bodyS3Path !== null && output.body === null && answerNeeded(record)) sides.push("output");
  if (input.bodyS3Path !== null && input.body === null && requestNeeded(record)) sides.push("input");
  return sides;
}

/** The answer tells the cache split, missing token and cache counts, and how many images there are. */
function answerNeeded({ input, output, modelId }: LogRecord): boolean {
  if ((input.cacheWriteTokens ?? 0) > 0) return true;
  if (NO_OUTPUT_TOKENS.test(modelId)) return input.tokens === null;
  if (hasUnits(input.body)) return false;
  return input.tokens === null || output.tokens === null || input.cacheReadTokens === null || input.cacheWriteTokens === null;
}

/** The request tells how many images or seconds were asked for, which matters only where nothing was counted. */
const requestNeeded = ({ input, output, modelId }: LogRecord): boolean =>
  !EMBEDDING.test(modelId) &&
  input.tokens === null &&
  output.tokens === null &&
  output.videoSeconds === null &&
  !hasUnits(output.body);

const hasUnits = (body: LogRecord["input"]["body"]): boolean =>
  body !== null && (body.images !== null || body.videoSeconds !== null || body.searchUnits !== null);

/** What strata.yml asks of off-loaded bodies beside figures. */
export interface WantedOfBodies {
  /** The tools that an answer calls. */
  readonly tools: boolean;
  /** The session of Claude Code that a request names. */
  readonly sessions: boolean;
}

export const NOTHING_MORE: WantedOfBodies = { tools: false, sessions: false };
/** An application profile does not say its model. */
const MAY_BE_CLAUDE = /anthropic|application-inference-profile/;

/**
 * Where the bodies lie that would complete this record; none when it is complete or the path is not one of Bedrock's.
 * @param wanted what a body is wanted for, whatever the record counts
 */
export function sideBodies(record: LogRecord, { tools, sessions }: WantedOfBodies = NOTHING_MORE): readonly SideBody[] {
  const sides = new Set(neededSides(record));
  if (tools && record.output.body === null && record.output.bodyS3Path !== null) sides.add("output");
  if (sessions && record.input.body === null && record.input.bodyS3Path !== null && MAY_BE_CLAUDE.test(record.modelId))
    sides.add("input");
  return [...sides].flatMap((which) => {
    const path = record[which].bodyS3Path;
    const place = path === null ? undefined : bodyPlace(path);
    return place === undefined ? [] : [{ which, ...place }];
  });
}

const S3_PATH = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s;
/** Off-loaded bodies lie in `data/` below the hour folder (data-sources §2). A record cannot make the reader open anything else. */
const BODY_KEY = /(?:^|\/)\d{4}\/\d{2}\/\d{2}\/\d{2}\/data\/[^/]+_(?:input|output)(?:_\w+)?\.json(?:\.gz)?$/;

/** `s3://bucket/key` of an off-loaded body; undefined for anything else. The key is plain text, not URL-encoded. */
export function bodyPlace(path: string): { readonly bucket: string; readonly key: string } | undefined {
  const match = S3_PATH.exec(path);
  if (match?.[1] === undefined || match[2] === undefined || !BODY_KEY.test(match[2])) return undefined;
  return { bucket: match[1], key: match[2] };
}

/**
 * The record completed by an off-loaded body's JSON text. Text that is not JSON leaves the record as it is; `ok` says so.
 */
export function withBody(record: LogRecord, which: BodySide, json: string): { readonly ok: boolean; readonly record: LogRecord } {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    return { ok: false, record };
  }
  if (typeof body !== "object" || body === null) return { ok: false, record };
  if (which === "input") return { ok: true, record: { ...record, input: { ...record.input, body: readRequest(body) } } };
  return {
    ok: true,
    record: { ...record, output: { ...record.output, body: readResponse(body), toolNames: toolNamesOf(body) } },
  };
}
