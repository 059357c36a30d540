import { count, inner, list } from "../peek.ts";
import type { ObjectContract } from "./contract.ts";

const SOURCE =
  "Cohere Rerank request and billed_units; that a billed query holds up to 100 documents is from memory, not looked up";
const DOCUMENTS_PER_UNIT = 100;

/** Cohere and Amazon Rerank requests: no tokens are counted, queries are billed. */
export const rerankRequest: ObjectContract = {
  name: "rerank-request",
  cached: "apart",
  source: SOURCE,
  detect: (body) => typeof body.query === "string" && Array.isArray(body.documents),
  read: (body) => ({ searchUnits: Math.ceil(list(body.documents).length / DOCUMENTS_PER_UNIT) }),
};

/** The answer repeats Cohere's own count of units at best. */
export const rerankResponse: ObjectContract = {
  name: "rerank",
  cached: "apart",
  source: SOURCE,
  detect: (body) => list(body.results).some((result) => inner(result).relevance_score !== undefined),
  read: (body, notes) => ({ searchUnits: count(inner(inner(body.meta).billed_units).search_units, notes) }),
};
