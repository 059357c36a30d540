import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
  readonly StorageClass?: "INTELLIGENT_TIERING";
}

interface Preconditions {
  readonly IfNoneMatch?: string;
  readonly IfMatch?: string;
}

/** Parts under way at once. */
const AT_ONCE = 4;

/**
 * Writes a large object in parts. The object appears when the last call completes, and the precondition is checked then;
 * a write that fails leaves no parts behind (and the bucket's lifecycle clears what a killed process leaves).
 */
export async function writeInParts(
  client: S3Client,
  target: Target,
  preconditions: Preconditions,
  bytes: Uint8Array,
  partBytes: number,
) {
  const place = { Bucket: target.Bucket, Key: target.Key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  try {
    const count = Math.ceil(bytes.byteLength / partBytes);
    const parts: { PartNumber: number; ETag: string | undefined }[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < count) {
        const index = next++;
        const Body = bytes.subarray(index * partBytes, (index + 1) * partBytes);
        const { ETag } = await client.send(new UploadPartCommand({ ...place, UploadId, PartNumber: index + 1, Body }));
        parts.push({ PartNumber: index + 1, ETag });
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker));
    parts.sort((a, b) => a.PartNumber - b.PartNumber);
    return await client.send(
      new CompleteMultipartUploadCommand({ ...place, ...preconditions, UploadId, MultipartUpload: { Parts: parts } }),
    );
  } catch (error) {
    // Why the write failed is what matters; parts that could not be taken back are the lifecycle rule's.
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
    throw error;
  }
}
