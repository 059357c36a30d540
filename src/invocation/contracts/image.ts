import { count, inner, isObject, list } from "../peek.ts";
import type { ObjectContract } from "./contract.ts";

const AMAZON = "Nova Canvas and Titan Image, request and response (from memory, not looked up)";
const STABILITY = "Stability AI models on Bedrock (from memory, not looked up)";

/** Image answers of Nova Canvas, Titan Image and Stability: the images that were made. A null entry was withheld by a filter. */
export const imageResponse: ObjectContract = {
  name: "image",
  cached: "apart",
  source: AMAZON,
  detect: (body) => Array.isArray(body.images) || Array.isArray(body.artifacts),
  read: (body) => ({ images: list(body.images ?? body.artifacts).filter((image) => image !== null).length }),
};

const IMAGE_TASKS: ReadonlySet<unknown> = new Set([
  "TEXT_IMAGE",
  "IMAGE_VARIATION",
  "INPAINTING",
  "OUTPAINTING",
  "COLOR_GUIDED_GENERATION",
  "BACKGROUND_REMOVAL",
  "VIRTUAL_TRY_ON",
]);

/** Nova Canvas and Titan Image requests; `numberOfImages` is 1 when left out. */
export const imageRequest: ObjectContract = {
  name: "image-request",
  cached: "apart",
  source: AMAZON,
  detect: (body) => IMAGE_TASKS.has(body.taskType) || isObject(body.imageGenerationConfig),
  read: (body, notes) => ({ images: count(inner(body.imageGenerationConfig).numberOfImages ?? 1, notes) }),
};

const PICTURES: ReadonlySet<unknown> = new Set(["png", "jpeg", "webp"]);

/** Stability requests: `samples` for SDXL, one image for the later models. */
export const stabilityRequest: ObjectContract = {
  name: "stability-request",
  cached: "apart",
  source: STABILITY,
  detect: (body) => Array.isArray(body.text_prompts) || PICTURES.has(body.output_format) || body.mode === "text-to-image",
  read: (body, notes) => ({ images: count(body.samples ?? 1, notes) }),
};
