import { AthenaClient, GetWorkGroupCommand } from "@aws-sdk/client-athena";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetDatabaseCommand, GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Catalog, Concurrency, FunctionRuns, Identity, Subscriptions, Workgroup } from "../doctor/account-view.ts";
import type { Answer } from "../doctor/answer.ts";
import { DAY_MS } from "../time.ts";
import { ask, askOptional } from "./account-ask.ts";
import type { ClientsFor } from "./account-clients.ts";
import { failureOf } from "./failure.ts";
import { CATALOG_VERSION, VERSION_KEY } from "./glue-tables.ts";

/** What doctor asks of the services that a stack is made of. Clients that only doctor uses are loaded when they are needed. */
export class AccountStack {
  readonly #clients: ClientsFor;
  readonly #now: () => number;
  #identity: Promise<Answer<Identity>> | undefined;

  constructor(clients: ClientsFor, now: () => number) {
    this.#clients = clients;
    this.#now = now;
  }

  identity(): Promise<Answer<Identity>> {
    this.#identity ??= ask("sts:GetCallerIdentity", "this account", async () => {
      const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
      const { Account = "", Arn = "" } = await new STSClient(this.#clients()).send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    });
    return this.#identity;
  }

  concurrency(): Promise<Answer<Concurrency>> {
    return ask("lambda:GetAccountSettings", this.#clients().region, async () => {
      const { GetAccountSettingsCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
      const { AccountLimit } = await new LambdaClient(this.#clients()).send(new GetAccountSettingsCommand({}));
      return { limit: AccountLimit?.ConcurrentExecutions ?? 0, unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0 };
    });
  }

  status(name: string): Promise<Answer<string | null>> {
    return ask("cloudformation:DescribeStacks", name, async () => {
      const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
      try {
        const { Stacks } = await new CloudFormationClient(this.#clients()).send(new DescribeStacksCommand({ StackName: name }));
        return Stacks?.[0]?.StackStatus ?? null;
      } catch (error) {
        // CloudFormation says ValidationError with this text for a stack that is not there.
        if (error instanceof Error && /does not exist/.test(error.message)) return null;
        throw error;
      }
    });
  }

  workgroup(name: string): Promise<Answer<Workgroup | null>> {
    return ask("athena:GetWorkGroup", name, async () => {
      try {
        const { WorkGroup } = await new AthenaClient(this.#clients()).send(new GetWorkGroupCommand({ WorkGroup: name }));
        const configuration = WorkGroup?.Configuration;
        return {
          enabled: WorkGroup?.State !== "DISABLED",
          engine:
            configuration?.EngineVersion?.EffectiveEngineVersion ??
            configuration?.EngineVersion?.SelectedEngineVersion ??
            "an unknown engine",
          output: configuration?.ResultConfiguration?.OutputLocation ?? null,
        };
      } catch (error) {
        // Athena says InvalidRequestException "WorkGroup is not found" for one that is not there.
        if (error instanceof Error && /not found/i.test(error.message) && failureOf(error).kind !== "denied") return null;
        throw error;
      }
    });
  }

  catalog(database: string): Promise<Answer<Catalog | null>> {
    return askOptional("glue:GetTable", `${database}.invocation_records`, async () => {
      const { Table } = await new GlueClient(this.#clients()).send(
        new GetTableCommand({ DatabaseName: database, Name: "invocation_records" }),
      );
      const version = Table?.Parameters?.[VERSION_KEY];
      return {
        location: Table?.StorageDescriptor?.Location ?? "",
        version: version === undefined ? null : Number(version),
        current: CATALOG_VERSION,
      };
    });
  }

  async newTables(database: string): Promise<Answer<"open" | "governed" | null>> {
    const client = new GlueClient(this.#clients());
    for (const Name of [database, "default"]) {
      const answer = await askOptional("glue:GetDatabase", Name, () => client.send(new GetDatabaseCommand({ Name })));
      if (!answer.ok) return answer;
      if (answer.value === null) continue;
      const given = answer.value.Database?.CreateTableDefaultPermissions ?? [];
      const open = given.some(
        ({ Principal, Permissions }) =>
          Principal?.DataLakePrincipalIdentifier === "IAM_ALLOWED_PRINCIPALS" && Permissions?.includes("ALL"),
      );
      return { ok: true, value: open ? "open" : "governed" };
    }
    return { ok: true, value: null };
  }

  waiting(queue: string): Promise<Answer<number | null>> {
    // The queue is in the client's own region, and only the client knows of an endpoint that is set by hand.
    const client = new SQSClient({ ...this.#clients(), useQueueUrlAsEndpoint: false });
    return askOptional("sqs:GetQueueAttributes", queue, async () => {
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
      );
      return Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0);
    });
  }

  async subscriptions(topic: string): Promise<Answer<Subscriptions | null>> {
    const identity = await this.identity();
    if (!identity.ok) return identity;
    const partition = identity.value.arn.split(":")[1] ?? "aws";
    const TopicArn = `arn:${partition}:sns:${this.#clients().region}:${identity.value.account}:${topic}`;
    return askOptional("sns:GetTopicAttributes", topic, async () => {
      const { Attributes } = await new SNSClient(this.#clients()).send(new GetTopicAttributesCommand({ TopicArn }));
      return {
        confirmed: Number(Attributes?.["SubscriptionsConfirmed"] ?? 0),
        pending: Number(Attributes?.["SubscriptionsPending"] ?? 0),
      };
    });
  }

  /** Lambda's own metrics, which know the stage by the function's name. */
  lastRun(functionName: string): Promise<Answer<FunctionRuns | null>> {
    const metric = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: "AWS/Lambda", MetricName, Dimensions: [{ Name: "FunctionName", Value: functionName }] },
        Period: 300,
        Stat: "Sum",
      },
    });
    return ask("cloudwatch:GetMetricData", functionName, async () => {
      const { MetricDataResults = [] } = await new CloudWatchClient(this.#clients()).send(
        new GetMetricDataCommand({
          StartTime: new Date(this.#now() - DAY_MS),
          EndTime: new Date(this.#now()),
          MetricDataQueries: [metric("runs", "Invocations"), metric("failed", "Errors")],
          ScanBy: "TimestampDescending",
        }),
      );
      const result = (id: string) => MetricDataResults.find(({ Id }) => Id === id);
      const sum = (id: string): number => (result(id)?.Values ?? []).reduce((total, value) => total + value, 0);
      const last = result("runs")?.Timestamps?.[0]?.getTime();
      return last === undefined ? null : { last, runs: sum("runs"), failed: sum("failed") };
    });
  }
}
