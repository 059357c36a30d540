import { inner, isObject, list, measure } from "../peek.ts";
import type { ObjectContract } from "./contract.ts";

const NOVA_REEL =
  "Nova User Guide, video generation: six-second increments (looked up 2026-11); Panther schema for the logged output, format notes of 2026-10";
const LUMA = "Bedrock User Guide, Luma AI models (looked up 2026-11)";

/** Seconds of one shot in Nova Reel's multi-shot mode. */
const SHOT_SECONDS = 6;

/** What the log says of a finished video. */
export const videoResponse: ObjectContract = {
  name: "video",
  cached: "apart",
  source: NOVA_REEL,
  detect: (body) => body.outputVideoDurationSeconds !== undefined,
  read: (body) => ({ videoSeconds: measure(body.outputVideoDurationSeconds) }),
};

/** Nova Reel request: a duration, or a list of shots. */
export const novaReelRequest: ObjectContract = {
  name: "nova-reel-request",
  cached: "apart",
  source: NOVA_REEL,
  detect: (body) => isObject(body.videoGenerationConfig) || isObject(body.multiShotManualParams),
  read(body) {
    const shots = list(inner(body.multiShotManualParams).shots).length;
    return { videoSeconds: shots > 0 ? shots * SHOT_SECONDS : measure(inner(body.videoGenerationConfig).durationSeconds) };
  },
};

const SECONDS = /^(\d{1,4})s$/;

/** Luma Ray request: `"duration": "5s"`. */
export const lumaRequest: ObjectContract = {
  name: "luma-request",
  cached: "apart",
  source: LUMA,
  detect: (body) => typeof body.duration === "string" && SECONDS.test(body.duration),
  read: (body) => ({ videoSeconds: Number(SECONDS.exec(String(body.duration))?.[1]) }),
};
