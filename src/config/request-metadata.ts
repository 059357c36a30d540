import { z } from "zod";

const label = z.string().min(1).max(256);

/** What callers should send with each request (header X-Amzn-Bedrock-Request-Metadata, or requestMetadata of Converse). At most 16 entries of 256 characters. */
export const requestMetadata = z
  .object({
    team: label.optional().describe("Team that pays. Read as attribution where no rule and no membership names one."),
    cost_center: label.optional().describe("Cost center that pays."),
    environment: label.optional().describe("For example prod or dev."),
    feature: label.optional().describe("Feature or application that makes the call."),
  })
  .catchall(label)
  .describe(
    "Request metadata of a Bedrock call: the only business labels that the invocation log carries. Never put personal or secret values in it.",
  );
