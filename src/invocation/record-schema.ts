import { z } from "zod";
import { parseInstant } from "../time.ts";
import { MOST_LABEL_TEXT, MOST_LABELS, MOST_NAME } from "./name-limits.ts";

const word = z.string().min(1).max(MOST_NAME);
const optionalText = z.string().max(MOST_NAME).nullish();
const optionalName = z.union([z.string(), z.number()]).nullish();
const count = z
  .union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^(?:0|[1-9]\d{0,15})$/)
      .refine((text) => Number.isSafeInteger(Number(text))),
  ])
  .nullish();
const fewLabels = (labels: Readonly<Record<string, string | number | boolean | null>>): boolean => {
  const given = Object.entries(labels).filter(([, value]) => value !== null);
  const characters = given.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  return given.length <= MOST_LABELS && characters <= MOST_LABEL_TEXT;
};
/** An object, or an array of chunks; its content is nobody's contract. */
const body = z.unknown().optional();

/**
 * The published contract of a raw log record (data-sources §1.1, §1.2). parse-record.ts checks the same by hand because it runs for every
 * record; a test holds the two together. Unknown fields pass.
 */
export const recordSchema = z
  .looseObject({
    schemaType: z.literal("ModelInvocationLog").nullish(),
    schemaVersion: optionalText,
    timestamp: z
      .string()
      .refine((text) => parseInstant(text) !== undefined)
      .describe("ISO 8601 instant; UTC when no zone is given."),
    accountId: z
      .string()
      .regex(/^\d{12}$/)
      .describe("12 digits, leading zeros kept."),
    region: word.describe("Region the caller called."),
    requestId: word,
    operation: word.describe("API operation, for example ConverseStream; any word is taken."),
    modelId: word.describe("Model id, profile id or ARN."),
    identity: z.looseObject({ arn: optionalText }).nullish(),
    requestMetadata: z
      .record(z.string().max(MOST_NAME), z.union([z.string().max(MOST_NAME), z.number(), z.boolean()]).nullable())
      .refine(fewLabels)
      .nullish()
      .describe("Labels; numbers and booleans are read as text."),
    errorCode: optionalName.describe("Error name; only on failure."),
    status: optionalName,
    inferenceRegion: optionalText.describe("Region that served the call, when it was routed elsewhere."),
    performanceConfig: z.looseObject({ latency: optionalText }).nullish(),
    input: z
      .looseObject({
        inputContentType: optionalText,
        inputBodyJson: body,
        inputBodyS3Path: optionalText,
        inputTokenCount: count.describe("Prompt tokens without cached ones; canonical decimal text is read as the number."),
        cacheReadInputTokenCount: count,
        cacheWriteInputTokenCount: count.describe("5-minute and 1-hour writes together."),
      })
      .nullish(),
    output: z
      .looseObject({
        outputContentType: optionalText,
        outputBodyJson: body,
        outputBodyS3Path: optionalText,
        outputTokenCount: count,
        outputVideoDurationSeconds: z.unknown().optional(),
      })
      .nullish(),
  })
  .meta({ title: "Amazon Bedrock model invocation log record" });
