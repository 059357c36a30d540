import { fitMetadata, type Labels, type Tell } from "./fit-metadata.ts";

export type { Labels, LabelValue } from "./fit-metadata.ts";

export interface InstrumentOptions {
  /** Told once about each label that cannot be sent; console.warn unless given. A failure in it is ignored. */
  readonly warn?: Tell;
}

/** As much of a client of the AWS SDK for JavaScript v3 as is used. `never`: its types of middleware and options differ from version to version. */
interface Client {
  readonly middlewareStack: {
    add(middleware: never, options: never): void;
  };
}
interface Arguments {
  readonly input: object;
  readonly request?: unknown;
}
type Handler = (args: Arguments) => Promise<never>;
type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler;

/** Where each command carries its metadata. Asynchronous and bidirectional calls and the mantle endpoint carry none. */
const CARRIED: Readonly<Record<string, "header" | "body">> = {
  InvokeModelCommand: "header",
  InvokeModelWithResponseStreamCommand: "header",
  ConverseCommand: "body",
  ConverseStreamCommand: "body",
};
const HEADER = "x-amzn-bedrock-request-metadata";
const MOST_TOLD = 100;
/** Carries what the caller set past the SDK's serializer, which old versions drop and new ones write as "[object Object]" for InvokeModel. */
const OWN = Symbol("strata.requestMetadata");

/**
 * Puts labels on every call of a Bedrock Runtime client: InvokeModel, InvokeModelWithResponseStream, Converse and ConverseStream, before the
 * request is signed. What a call sets itself in `requestMetadata` wins. A label that breaks a limit of the service is left out and told once;
 * no call fails for it. Instrumenting a client again replaces its labels.
 *
 * @example instrument(new BedrockRuntimeClient(), { team: "documents", feature: "summaries", environment: "prod" })
 * @param labels keys and values as sent; a function is asked at each call, for a user or a trace id
 * @returns the same client
 */
export function instrument<C extends Client>(client: C, labels: Labels, { warn = toConsole }: InstrumentOptions = {}): C {
  const told = new Set<string>();
  const tell: Tell = (text) => {
    if (told.has(text) || told.size >= MOST_TOLD) return;
    told.add(text);
    try {
      warn(`strata: ${text}`);
    } catch {
      // Telling must not cost a call.
    }
  };
  const setAside: Middleware =
    (next, { commandName = "" }) =>
    (args) => {
      if (!Object.hasOwn(CARRIED, commandName)) return next(args);
      const { requestMetadata, ...input }: { requestMetadata?: unknown } = args.input;
      return next({ ...args, input: { ...input, [OWN]: requestMetadata } });
    };
  const send: Middleware =
    (next, { commandName = "" }) =>
    (args) => {
      const place = Object.hasOwn(CARRIED, commandName) ? CARRIED[commandName] : undefined;
      if (place !== undefined && isRequest(args.request)) {
        const own: unknown = OWN in args.input ? args.input[OWN] : undefined;
        // SDKs that do not know the parameter are given the header by a middleware.
        const header = place === "header" ? takeHeader(args.request) : undefined;
        const pairs = fitMetadata([own, header], labels, { header: place === "header" }, tell);
        // An empty map is refused by the service.
        if (pairs.size > 0) putInto(args.request, place, JSON.stringify(Object.fromEntries(pairs)), tell);
      }
      return next(args);
    };
  const add = (middleware: Middleware, step: "initialize" | "build", name: string): void =>
    client.middlewareStack.add(middleware as never, { step, name, override: true, priority: "low" } as never);
  add(setAside, "initialize", "strataSetAside");
  add(send, "build", "strataRequestMetadata");
  return client;
}

interface HttpRequest {
  headers: Record<string, string>;
  body?: unknown;
}

const isRequest = (value: unknown): value is HttpRequest =>
  typeof value === "object" && value !== null && "headers" in value && typeof value.headers === "object";

/** The metadata that stands in the request, whatever the letter case of its name. Two spellings of one header would be two headers. */
function takeHeader({ headers }: HttpRequest): string | undefined {
  let found: string | undefined;
  for (const name of Object.keys(headers)) {
    if (name.toLowerCase() !== HEADER) continue;
    found = headers[name];
    delete headers[name];
  }
  return found;
}

/** The body of Converse is a JSON object; its first brace is followed by the new key, so that nothing of it is parsed. */
function putInto(request: HttpRequest, place: "header" | "body", json: string, tell: Tell): void {
  if (place === "header") {
    request.headers[HEADER] = json;
    return;
  }
  const isBytes = request.body instanceof Uint8Array;
  const text = request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : request.body;
  const open = typeof text === "string" ? /^\s*\{\s*/.exec(text)?.[0].length : undefined;
  if (typeof text !== "string" || open === undefined) {
    tell("request metadata is left out: the request has no JSON body");
    return;
  }
  const rest = text.slice(open);
  const body = `{"requestMetadata":${json}${rest.startsWith("}") ? "" : ","}${rest}`;
  const bytes = new TextEncoder().encode(body);
  request.body = isBytes ? bytes : body;
  for (const name of Object.keys(request.headers))
    if (name.toLowerCase() === "content-length") request.headers[name] = String(bytes.byteLength);
}

const toConsole: Tell = (text) => console.warn(text);
