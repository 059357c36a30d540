import { type ModelArn, parseModelArn } from "./arn.ts";
import { isVendor } from "./catalog.ts";
import type { ModelContext, ModelIdentity, Routing, Serving } from "./identity.ts";
import { parseModelId } from "./model-id.ts";
import { tierOf } from "./tier.ts";

/** What is found before the tier is added. */
type Found = Omit<ModelIdentity, "tier">;

/** A chain of profile → prompt → router that is longer than this goes in a circle. */
const MOST_STEPS = 5;

const servingByKind: ReadonlyMap<string, Serving> = new Map([
  ["provisioned-model", "provisioned"],
  ["imported-model", "imported"],
  ["custom-model", "custom"],
  ["custom-model-deployment", "custom"],
  ["endpoint", "marketplace-endpoint"],
]);

/**
 * What a logged `modelId` stands for. Total: an id that cannot be read gives `resolved: false`, `model` as logged and null for the rest.
 * Shapes: Bedrock User Guide, "Supported foundation models" and "Inference profiles"; ARN patterns of the service model (botocore).
 */
export function resolveModel(modelId: string, context: ModelContext): ModelIdentity {
  const found = find(modelId, context, 0) ?? unresolved(modelId);
  return { ...found, tier: found.vendor === null ? null : tierOf(found.model, context.tiers) };
}

function find(modelId: string, context: ModelContext, step: number): Found | undefined {
  if (step > MOST_STEPS) return undefined;
  const arn = parseModelArn(modelId);
  if (arn) return fromArn(modelId, arn, context, step);
  const parsed = parseModelId(modelId);
  if (parsed) return { ...parsed, serving: "on-demand", resolved: true };
  const mapped = context.inferenceProfiles.get(modelId);
  return mapped === undefined ? undefined : through(modelId, mapped, context, step);
}

function fromArn(modelId: string, arn: ModelArn, context: ModelContext, step: number): Found | undefined {
  if (arn.kind === "foundation-model") return find(arn.id, context, step + 1);
  if (arn.kind === "inference-profile") {
    const system = parseModelId(arn.id);
    if (system) return { ...system, profile: arn.id, serving: "on-demand", resolved: true };
  }
  const mapped = lookUp(modelId, arn, context);
  const serving = servingByKind.get(arn.kind);
  if (serving) return hosted(modelId, arn, serving, mapped, context, step);
  if (arn.kind.endsWith("prompt-router") || arn.kind === "prompt") return routed(modelId, arn, mapped, context, step);
  if (mapped !== undefined) return through(modelId, mapped, context, step);
  return arn.kind.endsWith("inference-profile") ? { ...unresolved(modelId), profile: modelId } : undefined;
}

/** Capacity of one's own: runs where it was called and is paid by time, whatever model is in it. */
function hosted(
  modelId: string,
  arn: ModelArn,
  serving: Serving,
  mapped: string | undefined,
  context: ModelContext,
  step: number,
): Found {
  // A custom model's ARN may name its base: custom-model/amazon.nova-lite-v1:0/ab12cd34ef56.
  const base =
    mapped ?? (arn.kind === "custom-model" && arn.id.includes("/") ? arn.id.slice(0, arn.id.lastIndexOf("/")) : undefined);
  const model = base === undefined ? undefined : find(base, context, step + 1);
  return { ...(model ?? unresolved(modelId)), routing: "in-region", profile: null, serving };
}

/** A prompt router's choice is in the trace; a managed prompt names its model inside. */
function routed(modelId: string, arn: ModelArn, mapped: string | undefined, context: ModelContext, step: number): Found {
  const target = context.invokedModelId ?? mapped;
  const model = target === undefined ? undefined : find(target, { ...context, invokedModelId: undefined }, step + 1);
  if (model) return model;
  const vendor = arn.id.split(".", 1)[0] ?? "";
  return { ...unresolved(modelId), vendor: isVendor(vendor) ? vendor : null };
}

/** An application profile: the routing follows what it was made from; the profile stays the one that was called. */
function through(modelId: string, mapped: string, context: ModelContext, step: number): Found | undefined {
  const target = find(mapped, context, step + 1);
  if (!target?.resolved) return { ...unresolved(modelId), profile: modelId };
  return {
    ...target,
    profile: modelId,
    routing: target.serving === "on-demand" ? routingOf(target.routing, context) : target.routing,
  };
}

/** A profile made from a plain model stays in its region, so a call that was served elsewhere proves a geography. */
function routingOf(routing: Routing | null, context: ModelContext): Routing {
  if (routing === "geo" || routing === "global") return routing;
  return context.inferenceRegion !== undefined && context.inferenceRegion !== context.region ? "geo" : "in-region";
}

const lookUp = (modelId: string, arn: ModelArn, context: ModelContext): string | undefined =>
  context.inferenceProfiles.get(modelId) ??
  context.inferenceProfiles.get(arn.id) ??
  context.inferenceProfiles.get(`${arn.kind}/${arn.id}`);

const unresolved = (modelId: string): Found => ({
  vendor: null,
  family: null,
  model: modelId,
  version: null,
  routing: null,
  profile: null,
  serving: "on-demand",
  resolved: false,
});
