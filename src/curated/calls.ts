import { attributor } from "../attribution/attribute.ts";
import { callerFacts } from "../attribution/caller-facts.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { ModelIdentity } from "../model/identity.ts";
import type { ProfileBook } from "../model/profile-book.ts";
import { resolveModel } from "../model/resolve-model.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import type { InvocationRow } from "./invocation-row.ts";

/** What a record says that decides who called what, and who pays. */
export interface CallFacts {
  /** UTC day of the call. */
  readonly day: string;
  readonly accountId: string;
  readonly region: string;
  readonly inferenceRegion: string | null;
  readonly operation: string;
  readonly modelId: string;
  readonly principalArn: string | null;
  readonly metadata: ReadonlyMap<string, string>;
  /** From the bodies: the router's choice and the tier that was served. */
  readonly invokedModelId: string | null;
  readonly servedTier: string | null;
}

/** Columns that are the same for every record of the same caller, model and place. */
export type CallColumns = Pick<
  InvocationRow,
  | "account_id"
  | "region"
  | "inference_region"
  | "routing"
  | "operation"
  | "model_id"
  | "inference_profile"
  | "vendor"
  | "model_family"
  | "model"
  | "model_tier"
  | "service_tier"
  | "principal_arn"
  | "principal_type"
  | "principal_name"
  | "session_name"
  | "person"
  | "team"
  | "cost_center"
  | "environment"
  | "feature"
  | "attribution_source"
  | "request_metadata"
>;

/** A caller, model and place: resolved once, used for many records. */
export interface Call {
  readonly columns: CallColumns;
  readonly model: ModelIdentity;
  readonly accountId: string;
  readonly region: string;
  readonly serviceTier: string;
  readonly operation: string;
}

/** Puts who, what and who pays together. Pure for one configuration and for what is known of inference profiles. */
export function callResolver(config: StrataConfig, profiles?: ProfileBook): (facts: CallFacts) => Call {
  const attribute = attributor(config.attribution);
  const configured = new Map(Object.entries(config.models.inference_profiles));
  const inferenceProfiles = {
    get: (id: string): string | undefined => configured.get(id) ?? profiles?.known(id)?.target,
  };
  const trustSessionNames = config.attribution.trust_session_names;

  return (facts) => {
    const model = resolveModel(facts.modelId, {
      region: facts.region,
      inferenceRegion: facts.inferenceRegion ?? undefined,
      invokedModelId: facts.invokedModelId ?? undefined,
      inferenceProfiles,
      tiers: config.models.tiers,
    });
    const principal = parsePrincipal(facts.principalArn ?? undefined, { trustSessionNames });
    const serviceTier = serviceTierOf(model.serving, facts.servedTier);
    const metadata = facts.metadata.size === 0 ? null : facts.metadata;
    const payer = attribute({
      ...callerFacts(principal),
      day: facts.day,
      accountId: facts.accountId,
      inferenceProfile: model.profile,
      resources: model.profile === null ? [facts.modelId] : [facts.modelId, model.profile],
      model: model.model,
      region: facts.region,
      metadata,
      resourceTags: profiles?.known(facts.modelId)?.tags ?? null,
    });
    const { accountId, region, operation } = facts;
    return {
      model,
      accountId,
      region,
      serviceTier,
      operation,
      columns: {
        account_id: accountId,
        region,
        inference_region: facts.inferenceRegion,
        routing: model.routing,
        operation,
        model_id: facts.modelId,
        inference_profile: model.profile,
        vendor: model.vendor,
        model_family: model.family,
        model: model.model,
        model_tier: model.tier,
        service_tier: serviceTier,
        principal_arn: principal.arn,
        principal_type: principal.type,
        principal_name: principal.name,
        session_name: principal.sessionName,
        person: payer.person,
        team: payer.team,
        cost_center: payer.costCenter,
        environment: payer.environment,
        feature: payer.feature,
        attribution_source: payer.source,
        request_metadata: metadata,
      },
    };
  };
}

/** What the body says was served; the log's header never says. The API calls on-demand "default" (Bedrock User Guide, "Service tiers"). */
function serviceTierOf(serving: string, served: string | null): string {
  if (serving === "provisioned") return "provisioned";
  if (serving === "imported" || serving === "custom") return "imported";
  return served === null || served === "default" || served === "auto" ? "on-demand" : served;
}

/** The texts that make a call, in one key; for records that did not come by the fast path. @param period of days that strata.yml attributes alike */
export const callKey = (facts: CallFacts, period: number): string =>
  [
    period,
    facts.accountId,
    facts.region,
    facts.inferenceRegion ?? "",
    facts.operation,
    facts.modelId,
    facts.principalArn ?? "",
    facts.invokedModelId ?? "",
    facts.servedTier ?? "",
    facts.metadata.size === 0 ? "" : JSON.stringify([...facts.metadata]),
  ].join("\n");
