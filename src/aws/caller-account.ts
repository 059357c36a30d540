import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";
import { resolveRegion } from "./resolve-region.ts";

/** The account of the SDK's default credentials, 12 digits. */
export async function callerAccount(options: ClientOptions = {}): Promise<string> {
  const region = options.region ?? (await resolveRegion());
  try {
    const { Account = "" } = await new STSClient(clientConfig({ ...options, region })).send(new GetCallerIdentityCommand({}));
    return Account;
  } catch (error) {
    throw awsError("sts", "asking who the AWS profile is", region, error);
  }
}
