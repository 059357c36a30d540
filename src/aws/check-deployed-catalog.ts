import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { failureOf } from "./failure.ts";
import { catalogRefusal } from "./glue-catalog.ts";

/**
 * Asked before a deployment changes anything: whether the catalog of that stage can be used by this release. Where it may not be asked, or is not there,
 * the catalog step decides.
 * @throws StrataError with the reason
 */
export async function checkDeployedCatalog(database: string, region: string, glue = new GlueClient({ region })): Promise<void> {
  const name = "invocation_records";
  let parameters: Record<string, string> | undefined;
  try {
    parameters = (await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }))).Table?.Parameters;
  } catch (error) {
    if (["missing", "denied", "credentials", "network"].includes(failureOf(error).kind)) return;
    throw error;
  }
  const refusal = catalogRefusal(`${database}.${name}`, parameters);
  if (refusal !== undefined) throw refusal;
}
