import { buildCatalog } from "../src/aws/build-catalog.ts";
import { setting } from "../src/aws/deployment.ts";
import { stack } from "../src/aws/stack.ts";
import { answerStack, isStackRequest } from "../src/aws/stack-request.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { messageOf, StrataError } from "../src/errors.ts";

/** A step of each deployment: database, tables, views and saved queries. Only adds; deleting the stack leaves all of it. */
export const handler = async (event: unknown, context?: LambdaContext): Promise<{ done: readonly string[] }> => {
  const { telemetry, warehouse } = stack("catalog", context);
  const request = isStackRequest(event) ? event : undefined;
  const database = setting("database");
  try {
    const done =
      request?.RequestType === "Delete"
        ? []
        : await buildCatalog({ warehouse, database, workgroup: setting("workgroup"), data: setting("data") });
    telemetry.log.info("catalog", { done });
    if (request) await answerStack(request, { status: "SUCCESS", reason: "", data: { Changes: String(done.length) } }, database);
    return { done };
  } catch (error) {
    telemetry.failed(error, "catalog failed");
    const hint = error instanceof StrataError ? ` ${error.hint ?? ""}` : "";
    if (!request) throw error;
    await answerStack(request, { status: "FAILED", reason: messageOf(error) + hint }, database);
    return { done: [] };
  } finally {
    await warehouse.stop();
    telemetry.flush();
  }
};
