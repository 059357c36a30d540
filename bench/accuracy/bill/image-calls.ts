import { ACCOUNTS, DAY, HOUR, REGION } from "./make-calls.ts";
import type { MonthShape } from "./shape.ts";

export const IMAGE_DAY = 7;
const CALLS = 6;
const EACH = 2;
/** Pico-dollars for an image of 1024 × 1024 in standard quality. */
export const IMAGE_RATE = 40_000_000_000n;
export const IMAGES = CALLS * EACH;

/** Nova Canvas calls: no token counts, two images each. */
export function imageRecords(shape: MonthShape): Readonly<Record<string, unknown>>[] {
  const day = Date.parse(`${shape.month}-01T00:00:00Z`) + (IMAGE_DAY - 1) * DAY;
  const [account] = ACCOUNTS;
  return Array.from({ length: CALLS }, (_, index) => ({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: `${new Date(day + (8 + index) * HOUR).toISOString().slice(0, 19)}Z`,
    accountId: account,
    identity: { arn: `arn:aws:iam::${account}:user/dana` },
    region: REGION,
    requestId: `1ma9e000-0000-4000-8000-${String(shape.seed * 100 + index).padStart(12, "0")}`,
    operation: "InvokeModel",
    modelId: "amazon.nova-canvas-v1:0",
    input: {
      inputContentType: "application/json",
      inputBodyJson: {
        taskType: "TEXT_IMAGE",
        imageGenerationConfig: { numberOfImages: EACH, width: 1024, height: 1024, quality: "standard" },
      },
    },
    output: { outputContentType: "application/json", outputBodyJson: {} },
  }));
}
