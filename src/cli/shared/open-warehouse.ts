import type { Command } from "commander";
import { DEFAULT_DATA } from "../../aim-commands.ts";
import { UsageError } from "../../errors.ts";
import { formatUsd } from "../../money.ts";
import type { Warehouse } from "../../ports.ts";
import { openData } from "./open-data.ts";

export interface WarehouseOptions {
  readonly data: string;
  readonly athena?: boolean;
  readonly stage: string;
  readonly region?: string;
}

/** The options that say where a query runs. */
export const warehouseOptions = (command: Command): Command =>
  command
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--athena", "run it on the deployed stack instead; prints what it scanned and cost")
    .option("--stage <stage>", "with --athena: stage of the stack", "dev")
    .option("--region <region>", "with --athena: region of the stack (default: of your AWS profile)");

export interface OpenWarehouse {
  readonly warehouse: Warehouse;
  close(): void;
}

/** @throws UsageError when there is no such data folder, or no such stage can be */
export async function openWarehouse({ data, athena, stage, region }: WarehouseOptions): Promise<OpenWarehouse> {
  if (!athena) {
    const warehouse = await openData(data);
    return { warehouse, close: () => warehouse.close() };
  }
  const [{ AthenaWarehouse }, { resolveRegion }, { STAGE }] = await Promise.all([
    import("../../aws/athena-warehouse.ts"),
    import("../../aws/resolve-region.ts"),
    import("../../template/stage.ts"),
  ]);
  if (!STAGE.test(stage))
    throw new UsageError(`--stage: "${stage}" is not a stage`, {
      hint: "Lower-case letters and digits, for example --stage prod.",
    });
  const warehouse = new AthenaWarehouse({
    region: region ?? (await resolveRegion()),
    database: `strata_${stage}`,
    workgroup: `strata-${stage}`,
    // Only what replaces days writes there; these commands read.
    data: `s3://strata-${stage}-data`,
    reuseMinutes: 5,
    onQuery: ({ query, bytesScanned, cost, milliseconds, reused }) =>
      console.error(
        `${query}: ${reused ? "an earlier result was reused" : `${(bytesScanned / 1e6).toFixed(1)} MB scanned, $${formatUsd(cost)}`}, ${(milliseconds / 1000).toFixed(1)} s`,
      ),
  });
  // A query that nobody waits for any more would go on scanning, and costing.
  const interrupted = (): void => void warehouse.stop().finally(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  return {
    warehouse,
    close() {
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
      void warehouse.stop();
    },
  };
}
