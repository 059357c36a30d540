import type { Contract } from "../invocation/contracts/contract.ts";
import { REQUEST_CONTRACTS, RESPONSE_CONTRACTS, STREAM_CONTRACTS } from "../invocation/contracts/index.ts";
import type { JsonObject, Notes } from "../invocation/peek.ts";
import { readRequest, readResponse } from "../invocation/read-body.ts";

/**
 * The top-level fields of a body that its reading can depend on. Nobody lists them: each contract is shown a body that has nothing and
 * remembers what it was asked for. A body without any of them reads like an empty one, so its other fields need not be parsed.
 */
export interface DecidingKeys {
  readonly request: ReadonlySet<string>;
  readonly response: ReadonlySet<string>;
  /** Of one chunk of a streamed answer. */
  readonly chunk: ReadonlySet<string>;
}

/**
 * Anthropic's stream events that carry text and nothing else (Messages API, streaming): nine of ten chunks. Contracts ask every chunk for its
 * `type`, but none for one of these.
 */
export const TEXT_EVENTS: ReadonlySet<string> = new Set([
  "content_block_delta",
  "content_block_start",
  "content_block_stop",
  "ping",
]);

export function decidingKeys(): DecidingKeys {
  return {
    request: asked((body) => {
      readRequest(body);
      read(REQUEST_CONTRACTS, body);
    }),
    response: asked((body) => {
      readResponse(body);
      read(RESPONSE_CONTRACTS, body);
    }),
    chunk: asked((body) => {
      readResponse([body]);
      read(STREAM_CONTRACTS, [body]);
    }),
  };
}

function read<Body>(contracts: readonly Contract<Body>[], body: Body): void {
  const notes: Notes = { coerced: false, checks: new Set() };
  for (const contract of contracts) {
    contract.detect(body);
    contract.read(body, notes);
  }
}

function asked(show: (body: JsonObject) => void): ReadonlySet<string> {
  const keys = new Set<string>();
  const remember = (_: object, key: string | symbol): undefined => {
    if (typeof key === "string") keys.add(key);
    return undefined;
  };
  show(new Proxy({}, { get: remember, has: (target, key) => remember(target, key) !== undefined }));
  return keys;
}
