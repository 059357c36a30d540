import { S3Client } from "@aws-sdk/client-s3";
import { UsageError } from "../errors.ts";
import { PROGRAM } from "../program.ts";

/** The region of the SDK's default chain: AWS_REGION, then the profile. @throws UsageError when there is none */
export async function resolveRegion(): Promise<string> {
  try {
    return await new S3Client({}).config.region();
  } catch (cause) {
    throw new UsageError("aws: no region is set", {
      hint: `Set AWS_REGION or give the profile a region (aws configure). ${PROGRAM} doctor and --athena also take --region.`,
      cause,
    });
  }
}
