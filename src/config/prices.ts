import { z } from "zod";
import { parseDay } from "../time.ts";

/** YAML reads 0.1 as a number; its shortest text is the decimal that was written. */
const decimal = (what: string) =>
  z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((text) => /^\d+(\.\d+)?$/.test(text), { message: `${what} is a decimal number such as 2.85, not negative` });

const rate = decimal("a rate");
const day = z.string().refine((text) => parseDay(text) !== undefined, { message: "a day is written YYYY-MM-DD" });
const account = z.string().regex(/^\d{12}$/, "an account id has 12 digits; put it in quotes");
const perMillion = "USD per million tokens";

const rates = z
  .strictObject({
    input: rate.optional().describe(`Plain prompt tokens, ${perMillion}.`),
    output: rate.optional().describe(`Completion tokens, ${perMillion}.`),
    cache_read: rate.optional().describe(`Prompt tokens read from the cache, ${perMillion}.`),
    cache_write_5m: rate.optional().describe(`Prompt tokens written to the 5-minute cache, ${perMillion}.`),
    cache_write_1h: rate.optional().describe(`Prompt tokens written to the 1-hour cache, ${perMillion}.`),
    cache_write: rate.optional().describe(`Cache writes whose price does not depend on the duration, ${perMillion}.`),
    image: rate.optional().describe("USD per image."),
    video_second: rate.optional().describe("USD per second of video."),
    audio_second: rate.optional().describe("USD per second of audio."),
    request: rate.optional().describe("USD per request, for example of a reranker."),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    message: "an override gives at least one rate",
  });

const override = z.strictObject({
  name: z.string().min(1).optional().describe("Shown where the price is explained."),
  model: z
    .string()
    .min(1)
    .describe(
      "Model name or id, for example claude-sonnet-4-6. A profile id such as global.anthropic.claude-sonnet-4-6 limits it to that routing.",
    ),
  routing: z.enum(["in-region", "geo", "global"]).optional().describe("Only calls of this routing."),
  region: z.string().min(1).optional().describe("Only calls from this region."),
  account: account.optional().describe("Only calls of this account."),
  service_tier: z.enum(["on-demand", "flex", "priority", "batch"]).optional().describe("Service tier; on-demand when left out."),
  from: day.optional().describe("First day it holds."),
  to: day.optional().describe("Last day it holds, included."),
  net: z.boolean().default(false).describe("The rates are what is paid in the end: no discount is taken off them."),
  rates: rates.describe("What is left out keeps the published rate, as do requests in a long-context class."),
});

const discount = z.strictObject({
  name: z.string().min(1).describe("For example EDP."),
  percent: decimal("a percentage")
    .refine((text) => Number(text) <= 100, { message: "a percentage is from 0 to 100" })
    .describe("Percent off."),
  models: z.array(z.string().min(1)).min(1).optional().describe("Only these models, by name; * stands for any characters."),
  vendors: z.array(z.string().min(1)).min(1).optional().describe("Only models of these makers, for example anthropic."),
  accounts: z.array(account).min(1).optional().describe("Only calls of these accounts."),
  from: day.optional().describe("First day it holds."),
  to: day.optional().describe("Last day it holds, included."),
});

/** Rates and discounts of one's own contract. Contradictions are found when the prices are put together (`createPricer`). */
export const pricesConfig = z
  .strictObject({
    overrides: z
      .array(override)
      .default([])
      .describe("Agreed rates in place of the published ones. The one with the most limits counts."),
    discounts: z.array(discount).default([]).describe("Percentages off published and agreed rates. They multiply in order."),
    list: z
      .string()
      .min(1)
      .optional()
      .describe("Prices of the AWS Price List, as npx strata-bedrock prices update wrote them: a file, relative to this one."),
    learned: z
      .enum(["off", "offer", "use"])
      .default("offer")
      .describe(
        "What the bill's last days really cost: offer shows it beside the list price in npx strata-bedrock prices --data, use also prices calls by it that are not billed yet.",
      ),
  })
  .describe("What your contract changes about the published prices.");
