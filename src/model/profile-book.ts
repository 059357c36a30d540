import { parseModelArn } from "./arn.ts";
import { parseModelId } from "./model-id.ts";

/** What an application inference profile is, as the service says. */
export interface InferenceProfile {
  /** A model id, or the id of a system profile that routes as this one does. */
  readonly target: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** What is known of the profiles that a log names. An id of strata.yml comes before it. */
export interface ProfileBook {
  /** Undefined: nobody asked yet. Null: asked, and nobody could say. */
  known(arn: string): InferenceProfile | null | undefined;
  /** Finds out; afterwards it is known, or null. Never throws. */
  ask(arn: string): Promise<void>;
}

/** Whether an id is the ARN of a profile that says nothing by itself. */
export const isApplicationProfile = (modelId: string): boolean =>
  parseModelArn(modelId)?.kind === "application-inference-profile";

/** Geography prefix of system profiles by the start of a region's name; any word before a maker is read as a geography. */
const GEOGRAPHIES: readonly (readonly [start: string, prefix: string])[] = [
  ["us-gov-", "us-gov"],
  ["us-", "us"],
  ["eu-", "eu"],
  ["ap-", "apac"],
  ["ca-", "ca"],
  ["sa-", "sa"],
];

/**
 * What the models of a profile (GetInferenceProfile, `models[].modelArn`) stand for: one region is the model itself, several are a geography. A
 * global profile also names the model in no region at all (Bedrock User Guide, "Global cross-Region inference").
 * @returns undefined when they are not one model
 */
export function profileTarget(modelArns: readonly string[]): string | undefined {
  const arns = modelArns.map(parseModelArn);
  const [first] = arns;
  if (first === undefined || arns.some((arn) => arn?.kind !== "foundation-model" || arn.id !== first.id)) return undefined;
  const regions = new Set(arns.map((arn) => arn?.region ?? ""));
  const model = parseModelId(first.id);
  if (model === undefined || model.profile !== null) return first.id;
  if (regions.has("")) return `global.${first.id}`;
  if (regions.size === 1) return first.id;
  const [region = ""] = [...regions].sort();
  return `${GEOGRAPHIES.find(([start]) => region.startsWith(start))?.[1] ?? "geo"}.${first.id}`;
}
