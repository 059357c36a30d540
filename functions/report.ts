import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { stack } from "../src/aws/stack.ts";
import { currentMonths } from "../src/pipeline/report-months.ts";
import { writeReport } from "../src/report/write-report.ts";

interface ReportEvent {
  /** YYYY-MM; the running month and the one before unless given. */
  readonly month?: string;
}

/** Every morning: the statement of the running month and of the last one, which closes when its bill is final. */
export const handler = async ({ month }: ReportEvent = {}): Promise<{ keys: readonly string[] }> => {
  const { telemetry, warehouse } = stack("report");
  try {
    const store = new S3Store(setting("reports"));
    const keys: string[] = [];
    for (const each of month === undefined ? await currentMonths(warehouse, systemClock.now()) : [{ month, final: false }]) {
      const written = await writeReport({
        warehouse,
        store,
        config: deployedConfig,
        month: each.month,
        context: { final: each.final },
      });
      keys.push(...written.keys);
      telemetry.log.info("report", { month: each.month, status: written.status, files: written.keys.length });
    }
    telemetry.count("ReportsWritten", keys.length);
    return { keys };
  } catch (error) {
    telemetry.failed(error, "report failed");
    throw error;
  } finally {
    telemetry.flush();
  }
};
