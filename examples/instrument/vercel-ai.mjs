/** Vercel AI SDK: provider options of each call; wrapped once for the whole application. */
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { defaultSettingsMiddleware, generateText, wrapLanguageModel } from "ai";

const bedrock = createAmazonBedrock({ baseURL: process.env.BEDROCK_URL });

const model = wrapLanguageModel({
  model: bedrock("global.anthropic.claude-sonnet-4-6"),
  middleware: defaultSettingsMiddleware({
    settings: {
      providerOptions: { bedrock: { requestMetadata: { team: "documents", feature: "summaries", environment: "prod" } } },
    },
  }),
});

await generateText({ model, prompt: "Hello", maxOutputTokens: 64 });
