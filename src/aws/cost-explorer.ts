import { createHash } from "node:crypto";
import {
  CostExplorerClient,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
  GetCostForecastCommand,
} from "@aws-sdk/client-cost-explorer";
import { jsonOf } from "../json-of.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { addDays, dayOf } from "../time.ts";
import { billingRegion } from "./billing-region.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { asking, failureOf } from "./failure.ts";

export interface CostExplorerOptions extends ClientOptions {
  readonly clock: Clock;
  /** Answers are kept here under `cost-explorer/`, since each call costs a cent. */
  readonly cache: ObjectStore;
  /** Milliseconds that an answer is good for. Cost Explorer's own data change at most a few times a day. */
  readonly maxAge?: number;
  readonly client?: CostExplorerClient;
}

/** One day of one service as Cost Explorer sees it. */
export interface ExplorerCharge {
  readonly dt: string;
  readonly service: string;
  /** Exact decimal, USD. */
  readonly usd: string;
  /** AWS may still change it. */
  readonly estimated: boolean;
}

export interface ExplorerForecast {
  readonly usd: string;
  readonly low: string;
  readonly high: string;
}

const DAY = 24 * 3_600_000;
/** Pico-dollars for one request (AWS Cost Management pricing: $0.01). */
const CALL_COST = 10_000_000_000n;

/** Services that Bedrock usage is billed under. Marketplace models appear as services of their own, named for the model (data-sources §3.3, §5.3). */
const BEDROCK_SERVICE = /bedrock|\(amazon bedrock edition\)/i;

/** Cost Explorer as the third witness beside estimate and bill. Costs a cent a call; `calls` and `cost` say how many were made. */
export class CostExplorer {
  calls = 0;
  readonly #options: CostExplorerOptions;
  readonly #client: CostExplorerClient;

  constructor(options: CostExplorerOptions) {
    this.#options = options;
    const region = billingRegion(process.env["AWS_REGION"] ?? "");
    this.#client = options.client ?? new CostExplorerClient(clientConfig({ region, ...options }));
  }

  /** Pico-dollars spent on calls. */
  get cost(): bigint {
    return BigInt(this.calls) * CALL_COST;
  }

  /** Unblended Bedrock charges by day, without credits, refunds and tax. @param to last day, included */
  async charges(from: string, to: string): Promise<ExplorerCharge[]> {
    return this.#cached("charges", [from, to], async () => {
      const input: GetCostAndUsageCommandInput = {
        TimePeriod: { Start: from, End: addDays(to, 1) },
        Granularity: "DAILY",
        Metrics: ["UnblendedCost"],
        GroupBy: [{ Type: "DIMENSION", Key: "SERVICE" }],
        Filter: { Not: { Dimensions: { Key: "RECORD_TYPE", Values: ["Credit", "Refund", "Tax"] } } },
      };
      const found: ExplorerCharge[] = [];
      let NextPageToken: string | undefined;
      do {
        const page = await this.#call("month to date", () =>
          this.#client.send(new GetCostAndUsageCommand({ ...input, ...(NextPageToken === undefined ? {} : { NextPageToken }) })),
        );
        for (const day of page.ResultsByTime ?? []) {
          for (const group of day.Groups ?? []) {
            const service = group.Keys?.[0] ?? "";
            if (!BEDROCK_SERVICE.test(service)) continue;
            found.push({
              dt: day.TimePeriod?.Start ?? "",
              service,
              usd: group.Metrics?.["UnblendedCost"]?.Amount ?? "0",
              estimated: day.Estimated === true,
            });
          }
        }
        NextPageToken = page.NextPageToken;
      } while (NextPageToken !== undefined);
      return found;
    });
  }

  /** What AWS expects from today to the end of the month, with an 80 % interval; undefined when it has too little history. */
  async forecast(services: readonly string[]): Promise<ExplorerForecast | undefined> {
    const today = dayOf(this.#options.clock.now());
    const [year = 0, month = 1] = today.split("-").map(Number);
    const end = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
    if (services.length === 0) return undefined;
    return this.#cached("forecast", [today, end, ...services], async () => {
      try {
        const answer = await this.#call("forecast", () =>
          this.#client.send(
            new GetCostForecastCommand({
              TimePeriod: { Start: today, End: end },
              Granularity: "MONTHLY",
              Metric: "UNBLENDED_COST",
              PredictionIntervalLevel: 80,
              Filter: { Dimensions: { Key: "SERVICE", Values: [...services] } },
            }),
          ),
        );
        const [span] = answer.ForecastResultsByTime ?? [];
        const usd = answer.Total?.Amount ?? "0";
        return { usd, low: span?.PredictionIntervalLowerBound ?? usd, high: span?.PredictionIntervalUpperBound ?? usd };
      } catch (error) {
        if (error instanceof Error && failureOf(error.cause).kind === "data") return undefined;
        throw error;
      }
    });
  }

  #call<T>(asked: string, call: () => Promise<T>): Promise<T> {
    this.calls += 1;
    return asking("cost-explorer", asked, "cost explorer", call);
  }

  async #cached<T>(kind: string, question: readonly string[], ask: () => Promise<T>): Promise<T> {
    const { cache, clock, maxAge = DAY / 2 } = this.#options;
    const key = `cost-explorer/${kind}-${createHash("sha256").update(question.join("\n")).digest("hex").slice(0, 24)}.json`;
    const kept: { readonly asked?: number; readonly answer?: T | null } = Object(jsonOf((await cache.readAll(key))?.bytes));
    if (kept.asked !== undefined && "answer" in kept && clock.now() - kept.asked < maxAge) return kept.answer as T;
    const answer = await ask();
    await cache.write(key, JSON.stringify({ asked: clock.now(), question, answer: answer ?? null }));
    return answer;
  }
}
