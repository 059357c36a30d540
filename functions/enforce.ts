import { readBudgetStatus } from "../src/anomaly/budget-status.ts";
import { type EnforceResult, enforce } from "../src/anomaly/enforce.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { IamDenials } from "../src/aws/iam-denials.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { answerStack, isStackRequest } from "../src/aws/stack-request.ts";
import { telemetry } from "../src/aws/telemetry.ts";
import type { EnforcementConfig } from "../src/config/enforcement.ts";
import { messageOf, StrataError } from "../src/errors.ts";

/**
 * Every five minutes, where the config lists principals: denies premium models to those whose budget is used up and releases the others.
 * It reads the budget feed alone, so that a denial ends with its period even while nothing else of the stack works.
 * When the stack or the list goes away, CloudFormation calls it a last time and everybody is released.
 */
export const handler = async (event: unknown): Promise<{ changes: number; denied: number }> => {
  const told = telemetry("enforce");
  const request = isStackRequest(event) ? event : undefined;
  const { enforcement } = deployedConfig.alerts;
  try {
    if (request && request.RequestType !== "Delete") {
      await answerStack(request, { status: "SUCCESS", reason: "" }, "enforcement");
      return { changes: 0, denied: 0 };
    }
    const { entries, denied } = await run(request ? { ...enforcement, enabled: false } : enforcement);
    const failed = entries.filter(({ outcome }) => outcome === "failed");
    told.count("DeniedPrincipals", denied);
    told.count("DenialsFailed", failed.length);
    if (entries.length > 0) told.log.info("enforcement", { changes: entries });
    const [first] = failed;
    if (request && first) throw new StrataError(`enforcement: ${first.principal} is still denied: ${first.error}`);
    if (request) await answerStack(request, { status: "SUCCESS", reason: "" }, "enforcement");
    return { changes: entries.length, denied };
  } catch (error) {
    told.failed(error, "enforcement failed");
    if (!request) throw error;
    await answerStack(request, { status: "FAILED", reason: messageOf(error) }, "enforcement");
    return { changes: 0, denied: 0 };
  } finally {
    told.flush();
  }
};

async function run(enforcement: EnforcementConfig): Promise<EnforceResult> {
  const state = new S3Store(setting("data"));
  return enforce({
    enforcement,
    status: await readBudgetStatus(state),
    policies: new IamDenials({ policy: setting("denialPolicy") }),
    state,
    now: systemClock.now(),
  });
}
