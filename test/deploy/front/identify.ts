import type { IncomingHttpHeaders } from "node:http";
import type { Counted } from "./counter.ts";

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Empty for requests to S3, whose bodies are not looked at. */
  readonly body: string;
}

/**
 * What a request is, from what every SDK sends: the signature names the service, the target or the path the operation, the user agent the
 * caller (`AWS_SDK_UA_APP_ID`, which the deployment sets to each function's name).
 * @param engine who the engine's own requests belong to; undefined for requests of SDK clients
 */
export function identify(request: SeenRequest, engine?: string): Counted {
  const service = serviceOf(request.headers);
  const caller = engine ?? callerOf(request.headers);
  if (service === "s3") return { caller, service, ...s3Call(request) };
  const operation = operationOf(request);
  return { caller, service, operation, place: placeOf(service, request) };
}

export const serviceOf = ({ authorization = "" }: IncomingHttpHeaders): string =>
  /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization)?.[1] ?? "";

const callerOf = (headers: IncomingHttpHeaders): string =>
  /\bapp\/(\w+)/.exec(`${headers["user-agent"]} ${headers["x-amz-user-agent"]}`)?.[1] ?? "test";

function s3Call({ method, url, headers }: SeenRequest): { operation: string; place: string } {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [, bucket = "", ...rest] = decodeURIComponent(pathname).split("/");
  const key = rest.join("/");
  const place = `${bucketName(bucket)}/${firstFolder(key === "" ? (searchParams.get("prefix") ?? "") : key)}`;
  return { operation: s3Operation(method, key !== "", searchParams, headers), place };
}

/** A stack's buckets by what they are for, any other by its name. */
const bucketName = (bucket: string): string => /^strata-[a-z0-9]+-(data|reports|results)-\d{12}-/.exec(bucket)?.[1] ?? bucket;

const firstFolder = (key: string): string => (key.includes("/") ? key.slice(0, key.indexOf("/")) : key);

function s3Operation(method: string, object: boolean, query: URLSearchParams, headers: IncomingHttpHeaders): string {
  const kind = ["tagging", "uploads", "uploadId", "delete", "policy", "versioning", "lifecycle", "notification", "acl"].find(
    (name) => query.has(name),
  );
  switch (kind) {
    case "tagging":
      return `${verb(method)}${object ? "Object" : "Bucket"}Tagging`;
    case "uploads":
      return method === "POST" ? "CreateMultipartUpload" : "ListMultipartUploads";
    case "uploadId":
      return { PUT: "UploadPart", POST: "CompleteMultipartUpload", DELETE: "AbortMultipartUpload" }[method] ?? "ListParts";
    case "delete":
      return "DeleteObjects";
    case undefined:
      break;
    default:
      return `${verb(method)}Bucket${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  }
  if (!object) return method === "GET" ? (query.has("versions") ? "ListObjectVersions" : "ListObjects") : `${verb(method)}Bucket`;
  if (method === "PUT" && headers["x-amz-copy-source"] !== undefined) return "CopyObject";
  return `${verb(method)}Object`;
}

const verb = (method: string): string => method[0] + method.slice(1).toLowerCase();

function operationOf({ method, url, headers, body }: SeenRequest): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.slice(target.lastIndexOf(".") + 1);
  const rpc = /\/operation\/(\w+)/.exec(url);
  if (rpc?.[1]) return rpc[1];
  const action = /(?:^|&)Action=(\w+)/.exec(body);
  if (action?.[1]) return action[1];
  if (/\/functions\/[^/]+\/invocations/.test(url)) return "Invoke";
  return `${method} ${url.split("?")[0]}`;
}

function placeOf(service: string, { url, body }: SeenRequest): string {
  const invoked = /\/functions\/([^/]+)\/invocations/.exec(url)?.[1];
  if (invoked !== undefined) return decodeURIComponent(invoked);
  const named =
    /"(?:TableName|QueueUrl)":"([^"]+)"/.exec(body)?.[1] ?? (service === "glue" ? /"Name":"([^"]+)"/.exec(body)?.[1] : undefined);
  if (named !== undefined) return named.slice(named.lastIndexOf("/") + 1);
  const topic = /(?:^|&)(?:TopicArn|QueueUrl)=([^&]+)/.exec(body)?.[1];
  return topic === undefined ? "" : (decodeURIComponent(topic).split(/[:/]/).at(-1) ?? "");
}
