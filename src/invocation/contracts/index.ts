import { anthropicMessage, anthropicStream, anthropicText } from "./anthropic.ts";
import { cohere, cohereStream } from "./cohere.ts";
import type { ObjectContract, StreamContract } from "./contract.ts";
import { converse, converseEvents } from "./converse.ts";
import { imageRequest, imageResponse, stabilityRequest } from "./image.ts";
import { llama, llamaStream } from "./llama.ts";
import { mistralText, mistralTextStream } from "./mistral.ts";
import { openaiChat, openaiChatStream, openaiResponse, openaiResponseStream } from "./openai.ts";
import { rerankRequest, rerankResponse } from "./rerank.ts";
import { novaSonic } from "./speech.ts";
import { titan, titanStream } from "./titan.ts";
import { lumaRequest, novaReelRequest, videoResponse } from "./video.ts";

// The first contract that recognises a body reads it: the more telling shapes come first.

export const RESPONSE_CONTRACTS: readonly ObjectContract[] = [
  converse,
  anthropicMessage,
  openaiChat,
  openaiResponse,
  llama,
  titan,
  imageResponse,
  videoResponse,
  rerankResponse,
  mistralText,
  anthropicText,
  cohere,
];

export const STREAM_CONTRACTS: readonly StreamContract[] = [
  anthropicStream,
  converseEvents,
  openaiChatStream,
  openaiResponseStream,
  llamaStream,
  titanStream,
  cohereStream,
  mistralTextStream,
  novaSonic,
];

export const REQUEST_CONTRACTS: readonly ObjectContract[] = [
  novaReelRequest,
  imageRequest,
  stabilityRequest,
  lumaRequest,
  rerankRequest,
];
