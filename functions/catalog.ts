import { buildCatalog } from "../src/aws/build-catalog.ts";
import { deployedConfig, deployedFormat, deployedUsers } from "../src/aws/deployed-config.ts";
import { setting } from "../src/aws/deployment.ts";
import { stack } from "../src/aws/stack.ts";
import { answerStack, isStackRequest } from "../src/aws/stack-request.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { CONFIG_KEY, storedText } from "../src/config/stored-config.ts";
import { messageOf, StrataError } from "../src/errors.ts";
import { IDENTITY_USERS_KEY, identityUsersText } from "../src/pipeline/identity-users.ts";

/**
 * A step of each deployment: database, tables, views and saved queries. Only adds; deleting the stack leaves all of it. Whatever goes wrong,
 * CloudFormation is told, or the stack would wait until the step's time is over.
 */
export const handler = async (event: unknown, context?: LambdaContext): Promise<{ done: readonly string[] }> => {
  const request = isStackRequest(event) ? event : undefined;
  try {
    const done = request?.RequestType === "Delete" ? [] : await build(context);
    const data = { Changes: String(done.length) };
    if (request) await answerStack(request, { status: "SUCCESS", reason: "", data }, setting("database"));
    return { done };
  } catch (error) {
    if (!request) throw error;
    const hint = error instanceof StrataError ? ` ${error.hint ?? ""}` : "";
    await answerStack(request, { status: "FAILED", reason: messageOf(error) + hint }, "catalog");
    return { done: [] };
  }
};

async function build(context: LambdaContext | undefined): Promise<readonly string[]> {
  const { telemetry, data: store, warehouse } = stack("catalog", context);
  try {
    const [database, workgroup, data] = [setting("database"), setting("workgroup"), setting("data")];
    const done = await buildCatalog({ warehouse, database, workgroup, data });
    // A deployment is the newest word on the configuration, whatever was pushed before.
    await store.write(CONFIG_KEY, storedText({ format: deployedFormat, config: deployedConfig }));
    await store.write(IDENTITY_USERS_KEY, identityUsersText(deployedUsers));
    telemetry.log.info("catalog", { done });
    return done;
  } catch (error) {
    telemetry.failed(error, "catalog failed");
    throw error;
  } finally {
    await warehouse.stop();
    telemetry.flush();
  }
}
