import {
  BedrockClient,
  GetModelInvocationLoggingConfigurationCommand,
  ListInferenceProfilesCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-bedrock";
import type {
  AccountView,
  BillExport,
  BucketFacts,
  Catalog,
  Concurrency,
  CostTag,
  FunctionRuns,
  Identity,
  InferenceProfile,
  KeyFacts,
  LoggingTarget,
  Place,
  Subscriptions,
  Workgroup,
} from "../doctor/account-view.ts";
import type { Answer } from "../doctor/answer.ts";
import { answered } from "../doctor/answer.ts";
import { ask } from "./account-ask.ts";
import { costTags, listExports } from "./account-billing.ts";
import { AccountBuckets } from "./account-buckets.ts";
import { type AccountViewOptions, clientsOf } from "./account-clients.ts";
import { accountKey } from "./account-keys.ts";
import { loggingTarget } from "./account-logging.ts";
import { AccountStack } from "./account-stack.ts";
import { billingRegion } from "./billing-region.ts";

/** The account as the SDK's default credentials show it. Every command that is sent begins with Get, List, Head or Describe. */
export class SdkAccountView implements AccountView {
  readonly region: string;
  readonly #options: AccountViewOptions;
  readonly #buckets: AccountBuckets;
  readonly #stack: AccountStack;
  readonly #bedrock = new Map<string, BedrockClient>();

  constructor(options: AccountViewOptions) {
    this.region = options.region;
    // A person waits for the answers: fewer and shorter tries than in a function.
    this.#options = { ...options, maxAttempts: options.maxAttempts ?? 3, requestTimeout: options.requestTimeout ?? 10_000 };
    this.#buckets = new AccountBuckets(clientsOf(this.#options), options.now);
    this.#stack = new AccountStack(clientsOf(this.#options), options.now);
  }

  identity(): Promise<Answer<Identity>> {
    return this.#stack.identity();
  }

  logging(region: string): Promise<Answer<LoggingTarget | null>> {
    return ask("bedrock:GetModelInvocationLoggingConfiguration", region, async () => {
      const { loggingConfig } = await this.#client(region).send(new GetModelInvocationLoggingConfigurationCommand({}));
      return loggingTarget(loggingConfig);
    });
  }

  async profiles(region: string): Promise<Answer<readonly InferenceProfile[]>> {
    const answers = await Promise.all([this.#profiles(region, "SYSTEM_DEFINED"), this.#profiles(region, "APPLICATION")]);
    const [failed] = answers.filter((answer) => !answer.ok);
    return failed ?? { ok: true, value: answers.flatMap((answer) => answered(answer) ?? []) };
  }

  bucket(name: string): Promise<BucketFacts> {
    return this.#buckets.facts(name);
  }

  key(id: string, region: string): Promise<Answer<KeyFacts>> {
    return accountKey(clientsOf(this.#options), id, region);
  }

  logAccounts(place: Place): Promise<Answer<readonly string[]>> {
    return this.#buckets.logAccounts(place);
  }

  lastDelivery(place: Place, account: string, region: string): Promise<Answer<number | null>> {
    return this.#buckets.lastDelivery(place, account, region);
  }

  exports(): Promise<Answer<readonly BillExport[]>> {
    return listExports(clientsOf(this.#options)(billingRegion(this.region)));
  }

  costTags(): Promise<Answer<readonly CostTag[]>> {
    return costTags(clientsOf(this.#options)(billingRegion(this.region)));
  }

  concurrency(): Promise<Answer<Concurrency>> {
    return this.#stack.concurrency();
  }

  stackStatus(name: string): Promise<Answer<string | null>> {
    return this.#stack.status(name);
  }

  workgroup(name: string): Promise<Answer<Workgroup | null>> {
    return this.#stack.workgroup(name);
  }

  catalog(database: string): Promise<Answer<Catalog | null>> {
    return this.#stack.catalog(database);
  }

  newTables(database: string): Promise<Answer<"open" | "governed" | null>> {
    return this.#stack.newTables(database);
  }

  ownedBy(bucket: string, account: string): Promise<Answer<boolean>> {
    return this.#buckets.ownedBy(bucket, account);
  }

  bucketExists(name: string): Promise<Answer<boolean>> {
    return this.#buckets.exists(name);
  }

  waiting(queue: string): Promise<Answer<number | null>> {
    return this.#stack.waiting(queue);
  }

  subscriptions(topic: string): Promise<Answer<Subscriptions | null>> {
    return this.#stack.subscriptions(topic);
  }

  lastRun(functionName: string): Promise<Answer<FunctionRuns | null>> {
    return this.#stack.lastRun(functionName);
  }

  lastWritten(bucket: string, kind: "events" | "alerts"): Promise<Answer<number | null>> {
    return this.#buckets.lastWritten(bucket, kind);
  }

  #client(region: string): BedrockClient {
    const client = this.#bedrock.get(region) ?? new BedrockClient(clientsOf(this.#options)(region));
    this.#bedrock.set(region, client);
    return client;
  }

  #profiles(region: string, type: InferenceProfile["type"]): Promise<Answer<InferenceProfile[]>> {
    return ask("bedrock:ListInferenceProfiles", region, async () => {
      const profiles: InferenceProfile[] = [];
      let nextToken: string | undefined;
      do {
        const page = await this.#client(region).send(
          new ListInferenceProfilesCommand({
            typeEquals: type,
            maxResults: 100,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        for (const summary of page.inferenceProfileSummaries ?? []) {
          const arn = summary.inferenceProfileArn ?? "";
          profiles.push({
            arn,
            id: summary.inferenceProfileId ?? "",
            name: summary.inferenceProfileName ?? "",
            type,
            modelArns: (summary.models ?? []).flatMap(({ modelArn }) => modelArn ?? []),
            tags: type === "APPLICATION" ? await this.#tags(region, arn) : {},
          });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return profiles;
    });
  }

  /** Tags only make suggestions, so a missing permission costs those and nothing else. */
  async #tags(region: string, arn: string): Promise<Record<string, string>> {
    const answer = await ask("bedrock:ListTagsForResource", arn, () =>
      this.#client(region).send(new ListTagsForResourceCommand({ resourceARN: arn })),
    );
    return Object.fromEntries(
      (answered(answer)?.tags ?? []).flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? ""]])),
    );
  }
}
