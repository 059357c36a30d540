import {
  BCMDataExportsClient,
  GetExportCommand,
  type GetExportResponse,
  ListExportsCommand,
} from "@aws-sdk/client-bcm-data-exports";
import { CostExplorerClient, ListCostAllocationTagsCommand } from "@aws-sdk/client-cost-explorer";
import type { BillExport, CostTag } from "../doctor/account-view.ts";
import type { Answer } from "../doctor/answer.ts";
import { ask } from "./account-ask.ts";
import type { ClientsFor } from "./account-clients.ts";

const TABLE = "COST_AND_USAGE_REPORT";

/** Exports of CUR 2.0; FOCUS and other tables are left out. */
export async function listExports(config: ReturnType<ClientsFor>): Promise<Answer<readonly BillExport[]>> {
  const client = new BCMDataExportsClient(config);
  const arns = await ask("bcm-data-exports:ListExports", "this account", async () => {
    const all: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListExportsCommand({ MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      all.push(...(page.Exports ?? []).flatMap(({ ExportArn }) => ExportArn ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return all;
  });
  if (!arns.ok) return arns;
  return ask("bcm-data-exports:GetExport", "the exports of this account", async () => {
    const exports: BillExport[] = [];
    for (const arn of arns.value) {
      const answer = await client.send(new GetExportCommand({ ExportArn: arn }));
      if (
        answer.Export?.DataQuery?.TableConfigurations?.[TABLE] !== undefined ||
        answer.Export?.DataQuery?.QueryStatement?.includes(TABLE)
      )
        exports.push(billExport(arn, answer));
    }
    return exports;
  });
}

function billExport(arn: string, { Export, ExportStatus }: GetExportResponse): BillExport {
  const destination = Export?.DestinationConfigurations?.S3Destination;
  const output = destination?.S3OutputConfigurations;
  return {
    arn,
    name: Export?.Name ?? "",
    query: Export?.DataQuery?.QueryStatement ?? "",
    properties: Export?.DataQuery?.TableConfigurations?.[TABLE] ?? {},
    bucket: destination?.S3Bucket ?? "",
    prefix: destination?.S3Prefix ?? "",
    region: destination?.S3Region ?? "",
    format: output?.Format ?? "",
    overwrite: output?.Overwrite ?? "",
    healthy: ExportStatus?.StatusCode !== "UNHEALTHY",
    reason: ExportStatus?.StatusReason ?? null,
    refreshedAt: ExportStatus?.LastRefreshedAt?.getTime() ?? null,
  };
}

/** Tags that people made. Cost Explorer takes $0.01 for such a request (pricing page, checked 2026-11). */
export function costTags(config: ReturnType<ClientsFor>): Promise<Answer<readonly CostTag[]>> {
  const client = new CostExplorerClient(config);
  return ask("ce:ListCostAllocationTags", "this account", async () => {
    const tags: CostTag[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListCostAllocationTagsCommand({ MaxResults: 1000, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      for (const { TagKey, Status, Type } of page.CostAllocationTags ?? [])
        if (TagKey !== undefined && Type !== "AWSGenerated") tags.push({ key: TagKey, active: Status === "Active" });
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return tags;
  });
}
