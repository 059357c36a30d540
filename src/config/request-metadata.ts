import { z } from "zod";

/** Limits of Bedrock Runtime (service model, botocore 1.44.8); the same as in src/instrument, which stands alone. */
const ALLOWED = /^[a-zA-Z0-9\s:_@$#=/+,.-]*$/;
const label = z.string().max(256).regex(ALLOWED);

/** What callers should send with each request: requestMetadata, or for InvokeModel the header X-Amzn-Bedrock-Request-Metadata. */
export const requestMetadata = z
  .object({
    team: label.optional().describe("Team that pays. Read as attribution where no rule, tag or membership names one."),
    cost_center: label.optional().describe("Cost center that pays."),
    environment: label.optional().describe("For example prod or dev."),
    feature: label.optional().describe("Feature or application that makes the call."),
    user: label
      .optional()
      .describe("Who the call was made for, for gateways that call as one principal. Rather an id than an address."),
    trace_id: label.optional().describe("Trace that the call belongs to."),
  })
  .catchall(label)
  .meta({
    minProperties: 1,
    maxProperties: 16,
    propertyNames: { minLength: 1, maxLength: 256, pattern: ALLOWED.source },
  })
  .describe(
    "Request metadata of a Bedrock call: the only business labels that the invocation log carries. Never put secrets or text of people in it.",
  );
