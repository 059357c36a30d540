import { foldAddress } from "../fold-address.ts";
import { parseModelId } from "../model/model-id.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import { splitUserId } from "../principal/user-id.ts";
import type { RowOf } from "../tables/column.ts";
import type { trailEvents } from "../tables/trail-events.ts";
import { parseInstant } from "../time.ts";
import table from "./sources.data.json" with { type: "json" };
import { readUserAgent } from "./user-agent.ts";

export type TrailRow = RowOf<typeof trailEvents>;

/** What is known where an event was read. */
export interface EventPlace {
  readonly object: string;
  readonly item: number;
  readonly trustSessionNames: boolean;
}

interface Product {
  readonly product: string;
  readonly event_source: string;
  /** Operations that are calls; all of them unless given. */
  readonly events?: readonly string[];
}
const PRODUCTS: ReadonlyMap<string, Product> = new Map(
  table.products.map((product: Product) => [product.event_source, product] as const),
);

/** Longest name that is kept; what is longer is no name. */
const LONGEST = 2048;
const MOST_LABELS = 16;
const MOST_TOKENS = 1_000_000_000;

type Json = Readonly<Record<string, unknown>>;

/** Whether an event can be one of those that are kept: looked for in its bytes before anything is parsed. */
export const mayMatter = (bytes: Buffer): boolean => [...PRODUCTS.keys()].some((source) => bytes.includes(source));

/**
 * A row for an event of a call; undefined for other services and for the control plane.
 * @throws EventError when an event of a call lacks what every event has
 */
export function eventRow(event: unknown, place: EventPlace): TrailRow | undefined {
  const fields = new Fields(event);
  const source = fields.text("eventSource");
  const operation = fields.text("eventName");
  const product = PRODUCTS.get(source ?? "");
  if (product === undefined || (product.events && !product.events.includes(operation ?? ""))) return undefined;
  const eventId = fields.text("eventID");
  const time = parseInstant(fields.text("eventTime") ?? "");
  if (eventId === null || operation === null) throw new EventError("missing_field", "an event without eventID or eventName");
  if (time === undefined) throw new EventError("implausible_time", "an event without a time that can be read");
  const asked = fields.section("requestParameters");
  const more = fields.section("additionalEventData");
  const modelId = asked.name("modelId") ?? asked.name("model");
  const model = modelOf(modelId);
  const answer = fields.section("responseElements");
  const error = fields.text("errorCode") ?? httpError(answer.count("statusCode"));
  const client = readUserAgent(fields.text("userAgent"));
  return {
    event_time: time,
    event_id: eventId,
    request_id: fields.text("requestID"),
    product: product.product,
    event_source: source,
    operation,
    event_category: fields.text("eventCategory"),
    account_id: fields.text("recipientAccountId") ?? fields.section("userIdentity").text("accountId"),
    region: fields.text("awsRegion"),
    inference_region: more.text("inferenceRegion"),
    ...identity(fields.section("userIdentity"), { asked, more }, place),
    model_id: modelId,
    ...model,
    service_tier: asked.text("service_tier") ?? asked.section("serviceTier").text("type"),
    is_stream: asked.flag("stream") ?? (operation.endsWith("Stream") ? true : null),
    status:
      error === null
        ? "ok"
        : /denied|unauthorized|forbidden|^HTTP 40[13]$/i.test(error)
          ? "denied"
          : /thrott|toomanyrequests|^HTTP 429$/i.test(error)
            ? "throttled"
            : "error",
    error_code: error,
    client: client.client,
    client_version: client.version,
    entrypoint: client.entrypoint,
    user_agent: client.agent,
    input_tokens: more.count("inputTokens"),
    output_tokens: more.count("outputTokens"),
    project_arn: fields.resource("AWS::BedrockMantle::Project"),
    resource_arn:
      asked.text("agentRuntimeArn") ??
      answer.text("jobArn") ??
      asked.text("profileArn") ??
      (product.product === "agentcore" ? fields.resource() : null),
    session_id: asked.text("runtimeSessionId") ?? asked.text("conversationId"),
    end_user: asked.text("runtimeUserId"),
    request_metadata: asked.labels("metadata"),
    source_object: place.object,
    source_item: place.item,
  };
}

export class EventError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = "EventError";
    this.reason = reason;
  }
}

type Identity = Pick<
  TrailRow,
  | "principal_arn"
  | "principal_type"
  | "principal_name"
  | "session_name"
  | "person"
  | "identity_user_id"
  | "identity_store"
  | "credential"
>;

/** AgentCore says a refusal in its answer alone (Developer Guide, "Understanding AgentCore Gateway CloudTrail events"). */
const httpError = (status: number | null): string | null => (status !== null && status >= 400 ? `HTTP ${status}` : null);

function identity(
  who: Fields,
  { asked, more }: { readonly asked: Fields; readonly more: Fields },
  { trustSessionNames }: EventPlace,
): Identity {
  const arn = who.text("arn");
  const principal = parsePrincipal(arn, { trustSessionNames });
  const behalf = who.section("onBehalfOf");
  const user = behalf.text("userId");
  const isKey =
    principal.type === "api-key" || asked.flag("callWithBearerToken") === true || more.flag("callWithBearerToken") === true;
  const token = asked.text("bearerTokenType") ?? more.text("bearerTokenType");
  return {
    principal_arn: arn,
    principal_type: arn === null && user !== null ? "identity-center" : principal.type,
    principal_name: principal.name ?? who.text("userName") ?? who.text("invokedBy"),
    session_name: principal.sessionName,
    person: principal.person && foldAddress(principal.person),
    identity_user_id: user === null ? null : splitUserId(user).userId,
    identity_store: /identitystore\/(d-[A-Za-z0-9]{4,32})$/.exec(behalf.text("identityStoreArn") ?? "")?.[1] ?? null,
    credential: !isKey
      ? "sigv4"
      : token === "ABSK" || principal.type === "api-key"
        ? "long_term"
        : token === null
          ? "api_key"
          : "short_term",
  };
}

const NO_MODEL = { vendor: null, model_family: null, model: null };

function modelOf(modelId: string | null): Pick<TrailRow, "vendor" | "model_family" | "model"> {
  if (modelId === null) return NO_MODEL;
  const found = parseModelId(modelId.replace(/^arn:.*\//, ""));
  return found ? { vendor: found.vendor, model_family: found.family, model: found.model } : { ...NO_MODEL, model: modelId };
}

/** Named fields of a JSON object, null where there is nothing of the wanted kind. */
class Fields {
  readonly #json: Json;

  constructor(value: unknown) {
    this.#json = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
  }

  text(name: string): string | null {
    const value = this.#own(name);
    return typeof value === "string" && value !== "" && value.length <= LONGEST ? value : null;
  }

  /** A text without blanks, as models have it: a caller may ask for whatever he likes. */
  name(name: string): string | null {
    const text = this.text(name);
    return text !== null && /^\S+$/.test(text) ? text : null;
  }

  count(name: string): number | null {
    const value = this.#own(name);
    const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
    return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= MOST_TOKENS ? number : null;
  }

  flag(name: string): boolean | null {
    const value = this.#own(name);
    return value === true || value === "true" ? true : value === false || value === "false" ? false : null;
  }

  section(name: string): Fields {
    return new Fields(this.#own(name));
  }

  labels(name: string): ReadonlyMap<string, string> | null {
    const found = Object.entries(new Fields(this.#own(name)).#json)
      .filter(
        (entry): entry is [string, string] => typeof entry[1] === "string" && entry[0].length <= 256 && entry[1].length <= 256,
      )
      .slice(0, MOST_LABELS);
    return found.length === 0 ? null : new Map(found);
  }

  /** ARN of the first resource, of a type where one is given. */
  resource(type?: string): string | null {
    const list = this.#own("resources");
    for (const one of Array.isArray(list) ? list : []) {
      const fields = new Fields(one);
      if (type === undefined || fields.text("type") === type) return fields.text("ARN");
    }
    return null;
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#json, name) ? this.#json[name] : undefined;
  }
}
