import {
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import type { BucketFacts, Encryption, Notifications, Place, PolicyDocument } from "../doctor/account-view.ts";
import type { Answer } from "../doctor/answer.ts";
import { DAY_MS, dayOf, parseInstant } from "../time.ts";
import { ask } from "./account-ask.ts";
import type { ClientsFor } from "./account-clients.ts";
import { isPolicy } from "./account-policy.ts";
import { failureOf } from "./failure.ts";

/** What doctor asks of S3. */
export class AccountBuckets {
  readonly #s3: S3Client;
  readonly #now: () => number;

  constructor(clients: ClientsFor, now: () => number) {
    this.#s3 = new S3Client({ ...clients(), followRegionRedirects: true });
    this.#now = now;
  }

  async facts(bucket: string): Promise<BucketFacts> {
    const region = await ask("s3:ListBucket", bucket, async () => {
      const head = await this.#s3.send(new HeadBucketCommand({ Bucket: bucket }));
      // Absent from answers of S3 look-alikes only; then the client's own region is the one that answered.
      return head.BucketRegion ?? (await this.#s3.config.region());
    });
    if (!region.ok && region.reason === "absent")
      return { bucket, region, notifications: region, encryption: region, policy: region };
    const [notifications, encryption, policy] = await Promise.all([
      ask("s3:GetBucketNotification", bucket, () => this.#notifications(bucket)),
      ask("s3:GetEncryptionConfiguration", bucket, () => this.#encryption(bucket)),
      ask("s3:GetBucketPolicy", bucket, () => this.#policy(bucket)),
    ]);
    return { bucket, region, notifications, encryption, policy };
  }

  /** S3 refuses a request that expects another owner; asked only where the same request was not refused before. */
  async ownedBy(bucket: string, account: string): Promise<Answer<boolean>> {
    const answer = await ask("s3:ListBucket", bucket, () =>
      this.#s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account })),
    );
    if (answer.ok) return { ok: true, value: true };
    return answer.reason === "denied" ? { ok: true, value: false } : answer;
  }

  async exists(bucket: string): Promise<Answer<boolean>> {
    const answer = await ask("s3:ListBucket", bucket, () => this.#s3.send(new HeadBucketCommand({ Bucket: bucket })));
    if (answer.ok) return { ok: true, value: true };
    return answer.reason === "absent" ? { ok: true, value: false } : answer;
  }

  /** Folders directly below `AWSLogs/`. */
  logAccounts({ bucket, prefix }: Place): Promise<Answer<readonly string[]>> {
    return ask("s3:ListBucket", bucket, async () => {
      const base = `${prefix}AWSLogs/`;
      const page = await this.#s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: base, Delimiter: "/" }));
      const names = (page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix.slice(base.length).replace(/\/$/, ""));
      return names.filter((name) => /^\d{12}$/.test(name));
    });
  }

  /** Log objects lie by hour (Bedrock User Guide): the newest hour of today or yesterday is enough. */
  lastDelivery({ bucket, prefix }: Place, account: string, region: string): Promise<Answer<number | null>> {
    return ask("s3:ListBucket", bucket, async () => {
      for (const day of this.#days(2)) {
        const base = `${prefix}AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${day.replaceAll("-", "/")}/`;
        const newest = await this.#newest({ Bucket: bucket, Prefix: base });
        if (newest !== null) return newest;
      }
      return null;
    });
  }

  /** Events: start of the newest hour with records. Alerts: when the newest entry was written. */
  lastWritten(bucket: string, kind: "events" | "alerts"): Promise<Answer<number | null>> {
    return ask("s3:ListBucket", bucket, async () => {
      if (kind === "alerts") return this.#newest({ Bucket: bucket, Prefix: "alerts/" });
      for (const day of this.#days(7)) {
        const hours = await this.#folders(bucket, `invocation_records/dt=${day}/`);
        const last = hours
          .flatMap((name) => /^hour=(\d{2})$/.exec(name)?.[1] ?? [])
          .sort()
          .at(-1);
        if (last !== undefined) return parseInstant(`${day}T${last}:00:00Z`) ?? null;
      }
      return null;
    });
  }

  #days(count: number): string[] {
    return Array.from({ length: count }, (_, index) => dayOf(this.#now() - index * DAY_MS));
  }

  async #folders(bucket: string, base: string): Promise<string[]> {
    const page = await this.#s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: base, Delimiter: "/" }));
    return (page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix.slice(base.length).replace(/\/$/, ""));
  }

  async #newest(where: ListObjectsV2CommandInput): Promise<number | null> {
    let newest: number | null = null;
    let token: string | undefined;
    do {
      const page = await this.#s3.send(
        new ListObjectsV2Command({ ...where, ...(token === undefined ? {} : { ContinuationToken: token }) }),
      );
      for (const { LastModified } of page.Contents ?? []) newest = Math.max(newest ?? 0, LastModified?.getTime() ?? 0);
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return newest;
  }

  /** As a command takes it again: nothing but the notifications themselves. */
  async #notifications(bucket: string): Promise<Notifications> {
    const answer = await this.#s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations, EventBridgeConfiguration } = answer;
    return {
      ...(TopicConfigurations === undefined ? {} : { TopicConfigurations }),
      ...(QueueConfigurations === undefined ? {} : { QueueConfigurations }),
      ...(LambdaFunctionConfigurations === undefined ? {} : { LambdaFunctionConfigurations }),
      ...(EventBridgeConfiguration === undefined ? {} : { EventBridgeConfiguration }),
    };
  }

  async #encryption(bucket: string): Promise<Encryption> {
    try {
      const answer = await this.#s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
      const rule = answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
      const key = rule?.KMSMasterKeyID ?? null;
      return { algorithm: rule?.SSEAlgorithm ?? "AES256", key: key === null || key.endsWith("alias/aws/s3") ? null : key };
    } catch (error) {
      if (failureOf(error).name === "ServerSideEncryptionConfigurationNotFoundError") return { algorithm: "AES256", key: null };
      throw error;
    }
  }

  async #policy(bucket: string): Promise<PolicyDocument | null> {
    try {
      const { Policy = "" } = await this.#s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
      const document: unknown = JSON.parse(Policy);
      return isPolicy(document) ? document : null;
    } catch (error) {
      if (failureOf(error).name === "NoSuchBucketPolicy") return null;
      throw error;
    }
  }
}
