import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { InputError, ObjectNotFound, WriteConflict } from "../errors.ts";
import type { ObjectInfo, ObjectStore, RemoveCondition, WriteCondition } from "../ports.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { contentType } from "./content-type.ts";
import { asking, attemptsOf, awsError, failureOf } from "./failure.ts";
import { resumingBody } from "./resuming-body.ts";
import { writeInParts } from "./s3-multipart.ts";

export interface S3StoreOptions extends ClientOptions {
  readonly client?: S3Client;
  /** The account that the bucket must belong to; S3 refuses the request where it is another one's. */
  readonly owner?: string;
  /** Writes above this are made in parts of this size. S3 wants at least 5 MiB a part. */
  readonly partBytes?: number;
  /** Writes of TIERED_BYTES or more go to S3 Intelligent-Tiering: for objects that are seldom read after their first weeks. */
  readonly tiered?: boolean;
}

/** S3 moves no smaller object to a cheaper tier ("How S3 Intelligent-Tiering works", S3 User Guide). */
export const TIERED_BYTES = 128 * 1024;

/** What S3 answers when a precondition does not hold: 412, or 409 when another conditional write is under way at the same time. */
const CONFLICTS = ["PreconditionFailed", "ConditionalRequestConflict", "OperationAborted"];

/** Seconds; S3 User Guide, "Download and upload objects with presigned URLs". */
const LONGEST_LINK = 7 * 86_400;

/** A bucket, or what lies below a prefix of it. ETags are S3's own, quotes included: they are only ever handed back. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly bucket: string;
  readonly #prefix: string;
  readonly #client: S3Client;
  readonly #partBytes: number;
  readonly #tiered: boolean;
  readonly #owned: { readonly ExpectedBucketOwner?: string };

  /** @param location `s3://bucket` or `s3://bucket/prefix` */
  constructor(location: string, options: S3StoreOptions = {}) {
    const { bucket, prefix } = parseS3Location(location);
    this.bucket = bucket;
    this.#prefix = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
    this.name = `s3://${bucket}${prefix === "" ? "" : `/${this.#prefix.slice(0, -1)}`}`;
    this.#client = options.client ?? new S3Client({ ...clientConfig(options), followRegionRedirects: true });
    this.#owned = options.owner === undefined ? {} : { ExpectedBucketOwner: options.owner };
    this.#partBytes = options.partBytes ?? 16 * 1024 * 1024;
    this.#tiered = options.tiered ?? false;
  }

  async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    let token: string | undefined;
    do {
      const page = await asking("s3", `listing ${this.name}`, prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({
            ...this.#owned,
            Bucket: this.bucket,
            Prefix: this.#prefix + prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      );
      for (const item of page.Contents ?? []) {
        if (item.Key === undefined || item.Key.endsWith("/")) continue;
        yield {
          key: item.Key.slice(this.#prefix.length),
          size: item.Size ?? 0,
          lastModified: item.LastModified?.getTime() ?? 0,
          ...(item.ETag === undefined ? {} : { etag: item.ETag }),
        };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async read(key: string, version?: string): Promise<{ body: Readable; info: ObjectInfo }> {
    const first = await this.#get(key, version);
    const { body, info } = first;
    const resumed = async (offset: number): Promise<AsyncIterable<Uint8Array>> =>
      (await this.#get(key, version ?? info.version, { range: `bytes=${offset}-`, etag: info.etag })).body;
    return { body: resumingBody(body, resumed), info };
  }

  /** Size and time of an object without reading it. @throws ObjectNotFound */
  async info(key: string, version?: string): Promise<ObjectInfo> {
    try {
      return infoOf(
        key,
        await this.#client.send(
          new HeadObjectCommand({
            ...this.#owned,
            Bucket: this.bucket,
            Key: this.#prefix + key,
            ...(version === undefined ? {} : { VersionId: version }),
          }),
        ),
      );
    } catch (error) {
      throw this.#unreadable(key, version, error);
    }
  }

  /** Bytes from `start` up to `end`, which is not included. @throws ObjectNotFound */
  async range(key: string, start: number, end: number): Promise<ArrayBuffer> {
    const { body } = await this.#get(key, undefined, { range: `bytes=${start}-${end - 1}` });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const whole = new Uint8Array(Buffer.concat(chunks));
    return whole.buffer;
  }

  async readAll(key: string): Promise<{ bytes: Uint8Array; etag: string; disposable: boolean } | undefined> {
    try {
      const { body, info } = await this.read(key);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return { bytes: Buffer.concat(chunks), etag: info.etag ?? "", disposable: true };
    } catch (error) {
      if (error instanceof ObjectNotFound) return undefined;
      throw awsError("s3", `reading ${this.name}/${key}`, key, error);
    }
  }

  async write(key: string, content: Uint8Array | string, condition: WriteCondition = {}): Promise<{ etag: string }> {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const target = {
      Bucket: this.bucket,
      Key: this.#prefix + key,
      ContentType: contentType(key),
      ...(this.#tiered && bytes.byteLength >= TIERED_BYTES ? { StorageClass: "INTELLIGENT_TIERING" as const } : {}),
    };
    const preconditions = {
      ...(condition.ifAbsent ? { IfNoneMatch: "*" } : {}),
      ...(condition.ifEtag === undefined ? {} : { IfMatch: condition.ifEtag }),
    };
    try {
      const answer =
        bytes.byteLength > this.#partBytes
          ? await writeInParts(this.#client, target, preconditions, bytes, this.#partBytes)
          : await this.#client.send(new PutObjectCommand({ ...target, ...preconditions, Body: bytes }));
      return { etag: answer.ETag ?? "" };
    } catch (error) {
      const { name, status, kind } = failureOf(error);
      // The parts were put together, the answer was lost, and the SDK asked again.
      if (name === "NoSuchUpload" && attemptsOf(error) > 1) {
        const own = await this.#sameBytes(key, bytes);
        if (own !== undefined) return own;
      }
      // If-Match on an object that is gone answers 404: somebody else removed it.
      if (
        CONFLICTS.includes(name) ||
        status === 412 ||
        (condition.ifEtag !== undefined && kind === "missing" && name !== "NoSuchBucket")
      ) {
        const own = attemptsOf(error) > 1 ? await this.#sameBytes(key, bytes) : undefined;
        if (own !== undefined) return own;
        throw new WriteConflict(
          key,
          condition.ifAbsent ? `s3: ${key} exists already` : `s3: ${key} was changed by somebody else`,
          { cause: error },
        );
      }
      throw awsError("s3", `writing ${this.name}/${key}`, key, error);
    }
  }

  async remove(key: string, condition?: RemoveCondition): Promise<void> {
    const IfMatch = condition?.ifEtag;
    try {
      await this.#client.send(
        new DeleteObjectCommand({
          Bucket: this.bucket,
          Key: this.#prefix + key,
          ...(IfMatch === undefined ? {} : { IfMatch }),
        }),
      );
    } catch (error) {
      const { name, status, kind } = failureOf(error);
      // What is gone already was removed by somebody else, or by this request when its answer was lost and it was asked again.
      if (IfMatch !== undefined && kind === "missing" && name !== "NoSuchBucket") return;
      if (IfMatch !== undefined && (CONFLICTS.includes(name) || status === 412))
        throw new WriteConflict(key, `s3: ${key} was changed by somebody else`, { cause: error });
      throw awsError("s3", `deleting ${this.name}/${key}`, key, error);
    }
  }

  /**
   * A link that reads the object without credentials, signed with those of the caller: it ends with them, however many seconds are asked for.
   * The object need not exist. @throws InputError when nothing can be signed
   */
  async presign(key: string, seconds: number): Promise<string> {
    const asked = `signing a link to ${this.name}/${key}`;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_LINK)
      throw new InputError(key, `s3: ${asked} failed: a link lasts 1 to ${LONGEST_LINK} seconds, not ${seconds}`, {
        hint: "Seven days are the most that S3 allows (Signature Version 4).",
      });
    // Loaded when it is used: only the monthly report gives links.
    const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
    const request = new GetObjectCommand({ Bucket: this.bucket, Key: this.#prefix + key });
    return asking("s3", asked, key, () => getSignedUrl(this.#client, request, { expiresIn: seconds }));
  }

  /** Sets the one tag of an object. @returns false when it could not be set */
  async tag(key: string, name: string, value: string): Promise<boolean> {
    try {
      await this.#client.send(
        new PutObjectTaggingCommand({
          Bucket: this.bucket,
          Key: this.#prefix + key,
          Tagging: { TagSet: [{ Key: name, Value: value }] },
        }),
      );
      return true;
    } catch {
      return false;
    }
  }

  /** A write that landed but whose answer was lost is repeated by the SDK, and then conflicts with itself. */
  async #sameBytes(key: string, bytes: Uint8Array): Promise<{ etag: string } | undefined> {
    const there = await this.readAll(key);
    return there !== undefined && Buffer.compare(there.bytes, bytes) === 0 ? { etag: there.etag } : undefined;
  }

  async #get(key: string, version: string | undefined, part?: { range: string; etag?: string | undefined }) {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({
          ...this.#owned,
          Bucket: this.bucket,
          Key: this.#prefix + key,
          ...(version === undefined ? {} : { VersionId: version }),
          ...(part === undefined ? {} : { Range: part.range }),
          ...(part?.etag === undefined ? {} : { IfMatch: part.etag }),
        }),
      );
      return { body: streamOf(key, answer), info: infoOf(key, answer) };
    } catch (error) {
      throw this.#unreadable(key, version, error);
    }
  }

  #unreadable(key: string, version: string | undefined, error: unknown): Error {
    const { kind, name } = failureOf(error);
    if (kind !== "missing" || name === "NoSuchBucket") return awsError("s3", `reading ${this.name}/${key}`, key, error);
    return new ObjectNotFound(
      key,
      `s3: ${this.name} has no object ${key}${version === undefined ? "" : ` with version ${version}`}`,
      {
        cause: error,
      },
    );
  }
}

/** @throws InputError for anything but `s3://bucket` or `s3://bucket/prefix` */
export function parseS3Location(location: string): { readonly bucket: string; readonly prefix: string } {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(location);
  if (!match)
    throw new InputError(location, `s3: "${location}" is not an S3 location`, {
      hint: "Write it as s3://bucket or s3://bucket/prefix.",
    });
  return { bucket: match[1] ?? "", prefix: match[2] ?? "" };
}

function streamOf(key: string, answer: GetObjectCommandOutput): AsyncIterable<Uint8Array> {
  const body: unknown = answer.Body;
  if (isByteStream(body)) return body;
  throw new InputError(key, `s3: ${key} came without a body`);
}

const isByteStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

const infoOf = (key: string, answer: GetObjectCommandOutput | HeadObjectCommandOutput): ObjectInfo => ({
  key,
  size: answer.ContentLength ?? 0,
  lastModified: answer.LastModified?.getTime() ?? 0,
  ...(answer.ETag === undefined ? {} : { etag: answer.ETag }),
  // "null" is how S3 names the version of an object written before versioning was switched on.
  ...(answer.VersionId === undefined || answer.VersionId === "null" ? {} : { version: answer.VersionId }),
});
