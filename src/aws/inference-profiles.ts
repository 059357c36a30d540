import type { BedrockClient } from "@aws-sdk/client-bedrock";
import { InputError, WriteConflict } from "../errors.ts";
import { parseModelArn } from "../model/arn.ts";
import { type InferenceProfile, type ProfileBook, profileTarget } from "../model/profile-book.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { HOUR_MS } from "../time.ts";
import { clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

/** Answers so far, by ARN. The first one is kept: a replay a year later reads the same and so writes the same bytes. */
export const PROFILES_KEY = "inference-profiles/profiles.json";
/** Who could not be asked is asked again after this. */
const ASK_AGAIN_MS = HOUR_MS / 6;
/** Others may be writing their answers at the same time. */
const ROUNDS = 8;
const HINT = `Its calls are unpriced until it is known: allow bedrock:GetInferenceProfile and bedrock:ListTagsForResource, or name it under models.inference_profiles in strata.yml; then ${PROGRAM} backfill those days.`;

interface Answer {
  readonly models: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface InferenceProfilesOptions {
  /** Where answers are kept: the curated bucket. */
  readonly store: () => ObjectStore;
  readonly clock: Clock;
  /** Why a profile is not known, once for each time it was asked for. */
  readonly onFailure: (error: unknown) => void;
  /** Given by the tests. */
  readonly clientOf?: (region: string) => BedrockClient;
}

/** Application inference profiles of the stack's own account, from Bedrock; nothing is asked for until a log names one. */
export class InferenceProfiles implements ProfileBook {
  readonly #options: InferenceProfilesOptions;
  readonly #known = new Map<string, InferenceProfile | null>();
  readonly #coming = new Map<string, Promise<void>>();
  readonly #askAgain = new Map<string, number>();
  readonly #clients = new Map<string, BedrockClient>();

  constructor(options: InferenceProfilesOptions) {
    this.#options = options;
  }

  known(arn: string): InferenceProfile | null | undefined {
    if ((this.#askAgain.get(arn) ?? Number.POSITIVE_INFINITY) <= this.#options.clock.now()) return undefined;
    return this.#known.get(arn);
  }

  ask(arn: string): Promise<void> {
    const coming = this.#coming.get(arn) ?? this.#find(arn).finally(() => this.#coming.delete(arn));
    this.#coming.set(arn, coming);
    return coming;
  }

  async #find(arn: string): Promise<void> {
    try {
      const kept = (await this.#read()).answers.get(arn);
      const answer = kept ?? (await this.#keep(arn, await this.#askBedrock(arn)));
      const target = targetOf(arn, answer);
      this.#known.set(arn, { target, tags: new Map(Object.entries(answer.tags)) });
      this.#askAgain.delete(arn);
    } catch (error) {
      // A record is never lost over this: it lands with the profile's ARN for a model, and without a price.
      this.#known.set(arn, null);
      this.#askAgain.set(arn, this.#options.clock.now() + ASK_AGAIN_MS);
      this.#options.onFailure(error);
    }
  }

  async #askBedrock(arn: string): Promise<Answer> {
    // Loaded when a profile is met: it would be most of the function's start.
    const { BedrockClient, GetInferenceProfileCommand, ListTagsForResourceCommand } = await import("@aws-sdk/client-bedrock");
    const region = parseModelArn(arn)?.region ?? "";
    const make = this.#options.clientOf ?? (() => new BedrockClient(clientConfig(region === "" ? {} : { region })));
    const client = this.#clients.get(region) ?? make(region);
    this.#clients.set(region, client);
    try {
      const [{ models = [] }, { tags = [] }] = await Promise.all([
        client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn })),
        client.send(new ListTagsForResourceCommand({ resourceARN: arn })),
      ]);
      const answer: Answer = {
        models: models.flatMap(({ modelArn }) => (modelArn === undefined ? [] : [modelArn])).sort(),
        tags: Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]).sort()),
      };
      // What says nothing is not kept: it would be an answer for ever.
      targetOf(arn, answer);
      return answer;
    } catch (error) {
      const { message } = awsError("bedrock", `looking up the inference profile ${arn}`, arn, error);
      throw new InputError(arn, message, { hint: HINT, cause: error });
    }
  }

  /** Writes an answer down unless somebody was first. @returns the one that counts */
  async #keep(arn: string, answer: Answer): Promise<Answer> {
    const store = this.#options.store();
    for (let round = 1; ; round += 1) {
      const { answers, etag } = await this.#read();
      const first = answers.get(arn);
      if (first) return first;
      const all = [...answers, [arn, answer] as const].sort(([a], [b]) => (a < b ? -1 : 1));
      try {
        await store.write(
          PROFILES_KEY,
          `${JSON.stringify(Object.fromEntries(all), null, 1)}\n`,
          etag === undefined ? { ifAbsent: true } : { ifEtag: etag },
        );
        return answer;
      } catch (error) {
        if (!(error instanceof WriteConflict) || round === ROUNDS) throw error;
      }
    }
  }

  async #read(): Promise<{ answers: ReadonlyMap<string, Answer>; etag: string | undefined }> {
    const found = await this.#options.store().readAll(PROFILES_KEY);
    if (found === undefined) return { answers: new Map(), etag: undefined };
    const value: unknown = JSON.parse(Buffer.from(found.bytes).toString("utf8"));
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return {
      answers: new Map(entries.flatMap(([arn, answer]) => (isAnswer(answer) ? [[arn, answer] as const] : []))),
      etag: found.etag,
    };
  }
}

function targetOf(arn: string, { models }: Answer): string {
  const target = profileTarget(models);
  if (target === undefined)
    throw new InputError(arn, `bedrock: the inference profile ${arn} names no single model`, { hint: HINT });
  return target;
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" &&
  value !== null &&
  "models" in value &&
  Array.isArray(value.models) &&
  "tags" in value &&
  typeof value.tags === "object" &&
  value.tags !== null;
