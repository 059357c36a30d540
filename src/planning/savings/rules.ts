import { thousands } from "../../figures.ts";
import type { Row } from "../../ports.ts";
import { text } from "../usage-slice.ts";
import { cachePrefix, longerCache } from "../whatif/cache-prefix.ts";
import { changeSlices } from "../whatif/change-slices.ts";
import { changeRouting, changeServiceTier } from "../whatif/swap-model.ts";
import { assumptions } from "./assumptions.ts";
import { newerVersion, oneTierDown } from "./cheaper-models.ts";
import { rowSavings } from "./row-savings.ts";
import type { RuleContext, SavingsRule } from "./rule.ts";
import { trimContext } from "./trim-context.ts";

const { routine, trimTo, leastCachedPrompt, leastCalls, sessionHours, leastBatchRecords, jobHours } = assumptions;

const scheduled = (context: RuleContext): Promise<readonly Row[]> =>
  context.rows("planning/scheduled_work", { hours: jobHours, least_calls: leastBatchRecords });
const jobKey = (who: string, team: string, model: string): string => JSON.stringify([who, team, model]);
const jobKeys = (rows: readonly Row[]): Set<string> =>
  new Set(rows.map((row) => jobKey(text(row.who), text(row.team), text(row.model))));

/** Every rule, by lever. */
export const savingsRules: readonly SavingsRule[] = [
  {
    id: "routine-on-premium",
    lever: "model",
    title: "Premium models on routine work",
    confidence: "medium",
    kind: "saving",
    next: "Let short, simple calls go to the model one tier down; try it on one service and compare answers.",
    compute: async ({ slices, range, prices }) => {
      const down = oneTierDown();
      const small = (await slices()).filter((slice) => slice.small && slice.tier === "premium");
      return {
        whatIf: changeSlices({
          title: "routine calls one tier down",
          range,
          prices,
          slices: small,
          onlySavings: true,
          assumptions: [
            `Routine: a premium call with at most ${thousands(routine.promptTokens)} prompt and ${routine.outputTokens} completion tokens.`,
            "The newest model one tier down at the same maker does it as well, with as many tokens.",
          ],
          change: (slice) => down(slice),
        }),
      };
    },
  },
  {
    id: "newer-and-cheaper",
    lever: "model",
    title: "Older versions of a model whose newer version costs less",
    confidence: "medium",
    kind: "saving",
    next: "Change the model id; test prompts against the newer version first.",
    compute: async ({ slices, range, prices }) => {
      const newer = newerVersion();
      return {
        whatIf: changeSlices({
          title: "newest cheaper version of the same family",
          range,
          prices,
          slices: await slices(),
          onlySavings: true,
          assumptions: ["The newer version is offered in the same place and needs as many tokens."],
          change: (slice) => newer(slice),
        }),
      };
    },
  },
  {
    id: "cache-churn",
    lever: "cache",
    title: "Caches that are written but hardly read",
    confidence: "high",
    kind: "saving",
    next: "Turn caching off for these callers, or move what changes behind the cache point.",
    compute: async ({ rows, range }) => {
      const evidence = await rows("planning/cache_churn");
      const given = ["On days on which caching cost more than it saved, the same calls would have been made without it."];
      return { whatIf: rowSavings("no caching where it loses money", range, given, evidence), evidence };
    },
  },
  {
    id: "repeated-prefix",
    lever: "cache",
    title: "Large prompts without caching",
    confidence: "low",
    kind: "saving",
    next: "Look whether these prompts begin alike; if so, put a cache point after what repeats.",
    compute: async ({ rows, range, prices }) => {
      const evidence = await rows("planning/cache_candidates", { least_prompt: leastCachedPrompt, least_calls: leastCalls });
      return { whatIf: cachePrefix({ rows: evidence, range, leastPrompt: leastCachedPrompt, prices }), evidence };
    },
  },
  {
    id: "longer-cache",
    lever: "cache",
    title: "Prefixes written again because five minutes were too short",
    confidence: "medium",
    kind: "saving",
    next: "Ask for the 1-hour cache for these callers.",
    compute: async ({ rows, range, prices }) => {
      const evidence = await rows("planning/cache_rewrites");
      return { whatIf: longerCache({ rows: evidence, range, prices }), evidence };
    },
  },
  {
    id: "paid-failures",
    lever: "errors",
    title: "Failed calls that cost money",
    confidence: "medium",
    kind: "saving",
    next: "Look at the error codes of these callers; stop retries of calls that cannot succeed.",
    compute: async ({ rows, range }) => {
      const evidence = await rows("planning/paid_failures");
      const given = ["Every failed call that used tokens is billed (AWS does not say), and none of them had to happen."];
      return { whatIf: rowSavings("no paid failures", range, given, evidence), evidence };
    },
  },
  {
    id: "batch",
    lever: "operation",
    title: "Jobs that could run as batch inference",
    confidence: "medium",
    kind: "saving",
    next: "Write the job's requests to S3 and start a batch inference job.",
    compute: async (context) => {
      const evidence = await scheduled(context);
      const jobs = jobKeys(evidence);
      const { range, prices } = context;
      const concerned = await context.slices();
      const whatIf = changeServiceTier({
        slices: concerned,
        range,
        prices,
        to: "batch",
        onlySavings: true,
        concerned: ({ kind, streaming, who, team, model }) =>
          kind === "service" && !streaming && jobs.has(jobKey(who, team, model)),
      });
      return {
        whatIf: {
          ...whatIf,
          assumptions: [
            `A job: a service that does not stream, makes at least ${leastBatchRecords} calls on its usual day and nine tenths of them within ${jobHours} hours.`,
            ...whatIf.assumptions,
          ],
        },
        evidence,
      };
    },
  },
  {
    id: "flex",
    lever: "operation",
    title: "Services that could use the flex tier",
    confidence: "low",
    kind: "saving",
    next: "Ask the owners whether an answer may take longer; then set the service tier to flex.",
    compute: async (context) => {
      const jobs = jobKeys(await scheduled(context));
      const { range, prices } = context;
      return {
        whatIf: changeServiceTier({
          slices: await context.slices(),
          range,
          prices,
          to: "flex",
          onlySavings: true,
          concerned: ({ kind, streaming, who, team, model }) =>
            kind === "service" && !streaming && !jobs.has(jobKey(who, team, model)),
        }),
      };
    },
  },
  {
    id: "long-sessions",
    lever: "operation",
    title: "Agents that do not stop",
    confidence: "low",
    kind: "saving",
    next: "Ask these people whether the agent was meant to run on; set a limit of turns or a daily budget.",
    compute: async ({ rows, range }) => {
      const evidence = await rows("planning/long_sessions", { hours: sessionHours });
      const given = [`Nothing after the ${sessionHours}th hour of an uninterrupted session was needed: an upper bound.`];
      return { whatIf: rowSavings(`sessions of at most ${sessionHours} hours`, range, given, evidence), evidence };
    },
  },
  {
    id: "trim-context",
    lever: "context",
    title: "Very long prompts",
    confidence: "medium",
    kind: "saving",
    next: "Compact sessions earlier, start new ones for new tasks, and send only the files that matter.",
    compute: async (context) => ({ whatIf: await trimContext(context, trimTo) }),
  },
  {
    id: "global-routing",
    lever: "routing",
    title: "Regional routing of models that cost less globally",
    confidence: "high",
    kind: "saving",
    next: "Use the global inference profile where data may be processed anywhere.",
    compute: async ({ slices, range, prices }) => ({
      whatIf: changeRouting({ slices: await slices(), range, prices, to: "global", onlySavings: true }),
    }),
  },
  {
    id: "invisible",
    lever: "visibility",
    title: "Spend without a team or without a price",
    confidence: "high",
    kind: "exposure",
    next: "Add attribution rules for these callers, and price overrides for these models, in strata.yml.",
    compute: async ({ rows, range }) => {
      const evidence = await rows("planning/invisible_spend");
      const given = ["Nothing is saved by seeing it; calls without a price are counted and cost an unknown amount."];
      return { whatIf: rowSavings("spend that nobody can act on", range, given, evidence, "estimated_cost"), evidence };
    },
  },
];
