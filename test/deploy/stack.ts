import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  type StackEvent,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Clients } from "./clients.ts";
import { refusals } from "./refusals.ts";
import { ROOT } from "./world.ts";

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

export interface Template {
  readonly Resources: Record<string, TemplateResource>;
}

export interface DeployOptions {
  /** Changes the template before it is deployed. */
  readonly change?: (template: Template) => void;
  /** Whether a template that services would refuse is refused here; the emulator takes it. */
  readonly judged?: boolean;
}

const CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"] as const;
/** How long the emulator may take over a stack; it usually takes seconds. */
const LONGEST_MS = 600_000;

/**
 * One stack, deployed as the Serverless Framework does it with `deploymentMethod: direct`: a first template with the deployment bucket, the
 * packages into it, then the whole template.
 */
export class Stack {
  readonly name: string;
  readonly #stage: string;
  readonly #endpoint: string;
  readonly #cloudFormation: CloudFormationClient;
  readonly #s3: S3Client;

  constructor(clients: Clients, stage: string) {
    this.name = `strata-${stage}`;
    this.#stage = stage;
    this.#endpoint = clients.endpoint;
    this.#cloudFormation = new CloudFormationClient(clients.options);
    this.#s3 = new S3Client(clients.options);
  }

  /** Creates the stack or brings it up to a package. @returns the stack's state in the end, as CloudFormation calls it */
  async deploy(folder: string, { change = () => {}, judged = true }: DeployOptions = {}): Promise<string> {
    const before = await this.state();
    if (before === undefined) {
      const TemplateBody = readFileSync(join(folder, "cloudformation-template-create-stack.json"), "utf8");
      await this.#cloudFormation.send(
        new CreateStackCommand({ StackName: this.name, TemplateBody, Capabilities: [...CAPABILITIES] }),
      );
      const created = await this.#settled();
      if (created !== "CREATE_COMPLETE") return created;
    }
    const Bucket = await this.physicalId("ServerlessDeploymentBucket");
    const template: Template = JSON.parse(readFileSync(join(folder, "cloudformation-template-update-stack.json"), "utf8"));
    const refused = judged ? refusals(template, this.#stage) : [];
    if (refused.length > 0) throw new Error(`AWS would refuse the template:\n${refused.join("\n")}`);
    for (const [, { Properties }] of functionsOf(template)) {
      const code = Properties["Code"] as { S3Bucket: unknown; S3Key: string };
      const Body = readFileSync(join(folder, basename(code.S3Key)));
      await this.#s3.send(new PutObjectCommand({ Bucket, Key: code.S3Key, Body }));
      this.#pointAtLoopback(Properties);
    }
    for (const [name, { Type, Properties }] of Object.entries(template.Resources)) {
      // MiniStack 1.5.33 has no alarms over metric math.
      if (Type === "AWS::CloudWatch::Alarm" && Properties["Metrics"] !== undefined) delete template.Resources[name];
      // The test says when a schedule has come.
      if (Type === "AWS::Events::Rule" && Properties["ScheduleExpression"] !== undefined) Properties["State"] = "DISABLED";
    }
    change(template);
    const Key = "compiled-cloudformation-template.json";
    await this.#s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(template) }));
    await this.#cloudFormation.send(
      new UpdateStackCommand({
        StackName: this.name,
        TemplateURL: `${this.#endpoint}/${Bucket}/${Key}`,
        Capabilities: [...CAPABILITIES],
      }),
    );
    return this.#settled();
  }

  /** @returns the state in the end; undefined when nothing of the stack is left */
  async remove(): Promise<string | undefined> {
    await this.#cloudFormation.send(new DeleteStackCommand({ StackName: this.name }));
    return this.#settled().catch(() => undefined);
  }

  async state(): Promise<string | undefined> {
    try {
      const { Stacks = [] } = await this.#cloudFormation.send(new DescribeStacksCommand({ StackName: this.name }));
      const state = Stacks[0]?.StackStatus;
      return state === "DELETE_COMPLETE" ? undefined : state;
    } catch {
      return undefined;
    }
  }

  async physicalId(logical: string): Promise<string> {
    const { StackResourceDetail } = await this.#cloudFormation.send(
      new DescribeStackResourceCommand({ StackName: this.name, LogicalResourceId: logical }),
    );
    return StackResourceDetail?.PhysicalResourceId ?? "";
  }

  async resources(): Promise<{ logical: string; type: string; physical: string }[]> {
    const { StackResources = [] } = await this.#cloudFormation.send(new DescribeStackResourcesCommand({ StackName: this.name }));
    return StackResources.map(({ LogicalResourceId = "", ResourceType = "", PhysicalResourceId = "" }) => ({
      logical: LogicalResourceId,
      type: ResourceType,
      physical: PhysicalResourceId,
    }));
  }

  /** What failed and why, newest first. */
  async failures(): Promise<string[]> {
    const events: StackEvent[] = [];
    for await (const { StackEvents = [] } of paginateDescribeStackEvents(
      { client: this.#cloudFormation },
      { StackName: this.name },
    ))
      events.push(...StackEvents);
    return events
      .filter(({ ResourceStatus = "" }) => ResourceStatus.includes("FAILED"))
      .map(
        ({ LogicalResourceId, ResourceStatus, ResourceStatusReason = "" }) =>
          `${LogicalResourceId} ${ResourceStatus}: ${ResourceStatusReason}`,
      );
  }

  /** Functions reach every service through the front, and say who they are in each request. */
  #pointAtLoopback(properties: Record<string, unknown>): void {
    Object.assign(variables(properties), {
      AWS_ENDPOINT_URL: this.#endpoint,
      // The engine's native part for this machine; the package brings that of Lambda's.
      NODE_PATH: join(ROOT, "node_modules"),
      AWS_SDK_UA_APP_ID: String(properties["FunctionName"]).split("-").at(-1),
    });
    // Athena is faster than an engine that shares this machine with everything else.
    properties["Timeout"] = 900;
  }

  async #settled(): Promise<string> {
    for (const limit = Date.now() + LONGEST_MS; Date.now() < limit; await setTimeout(300)) {
      const state = await this.state();
      if (state === undefined) throw new Error(`${this.name} is gone`);
      if (!state.endsWith("_IN_PROGRESS")) return state;
    }
    throw new Error(`${this.name} is still ${await this.state()} after ${LONGEST_MS / 60_000} minutes`);
  }
}

export const functionsOf = (template: Template): [string, TemplateResource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === "AWS::Lambda::Function");

/** The environment of a function, to be changed in place. */
export const variablesOf = ({ Resources }: Template, logical: string): Record<string, unknown> =>
  variables(Resources[logical]?.Properties ?? {});

function variables(properties: Record<string, unknown>): Record<string, unknown> {
  const { Variables = {} } = (properties["Environment"] ?? {}) as { Variables?: Record<string, unknown> };
  properties["Environment"] = { Variables };
  return Variables;
}
