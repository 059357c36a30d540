import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative, sep } from "node:path";

/** Objects a LIST answers with at once (S3, "ListObjectsV2"). */
const PAGE = 1000;

/** The folders of one folder as S3 buckets, to be read only; counts what is asked. */
export class ObjectService {
  /** GETs by `bucket/key`. */
  readonly gets = new Map<string, number>();
  lists = 0;
  readonly #root: string;
  readonly #keys = new Map<string, ReadonlySet<string>>();
  readonly #server: Server;

  constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.gets.clear();
    this.lists = 0;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer({ method, url = "/", headers }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    const [bucket = "", ...rest] = decodeURIComponent(pathname).slice(1).split("/");
    const key = rest.join("/");
    if (method === "GET" && searchParams.get("list-type") === "2") this.#list(bucket, searchParams, response);
    else if ((method === "GET" || method === "HEAD") && this.#keysOf(bucket).has(key))
      this.#send(`${bucket}/${key}`, method, headers.range, response);
    else {
      const missing = method === "GET" || method === "HEAD";
      const code = missing ? "NoSuchKey" : "MethodNotAllowed";
      response.writeHead(missing ? 404 : 405, { "content-type": "application/xml" });
      response.end(method === "HEAD" ? "" : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    }
  }

  #send(path: string, method: string, range: string | undefined, response: ServerResponse): void {
    const bytes = readFileSync(join(this.#root, path));
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const modified = statSync(join(this.#root, path)).mtime.toUTCString();
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
    const from = first === "" && last !== "" ? Math.max(0, bytes.length - Number(last)) : Number(first);
    const to = first === "" || last === "" ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
    const part = range === undefined ? bytes : bytes.subarray(from, to + 1);
    if (method === "GET") this.gets.set(path, (this.gets.get(path) ?? 0) + 1);
    response.writeHead(range === undefined ? 200 : 206, {
      etag,
      "last-modified": modified,
      "content-length": String(part.length),
      "content-type": "application/octet-stream",
      "accept-ranges": "bytes",
      ...(range === undefined ? {} : { "content-range": `bytes ${from}-${to}/${bytes.length}` }),
    });
    response.end(method === "HEAD" ? undefined : part);
  }

  #list(bucket: string, asked: URLSearchParams, response: ServerResponse): void {
    this.lists++;
    const prefix = asked.get("prefix") ?? "";
    const delimiter = asked.get("delimiter") ?? "";
    const after = asked.get("continuation-token") ?? asked.get("start-after") ?? "";
    const entries = new Map<string, boolean>();
    for (const key of this.#keysOf(bucket)) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      const name = end < 0 ? key : key.slice(0, end + delimiter.length);
      if (name > after) entries.set(name, end < 0);
    }
    const most = Math.min(PAGE, Number(asked.get("max-keys") ?? PAGE));
    const page = [...entries].slice(0, most);
    const more = entries.size > page.length;
    const items = page.map(([name, isObject]) => {
      if (!isObject) return `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`;
      const { size, mtime } = statSync(join(this.#root, bucket, name));
      return `<Contents><Key>${name}</Key><LastModified>${mtime.toISOString()}</LastModified><ETag>&quot;0&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${page.at(-1)?.[0]}</NextContinuationToken>` : "";
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${more}</IsTruncated>${next}${items.join("")}</ListBucketResult>`,
    );
  }

  /** Keys of a bucket in order, read once: nothing is written while it is served. */
  #keysOf(bucket: string): ReadonlySet<string> {
    const known = this.#keys.get(bucket);
    if (known !== undefined) return known;
    const folder = join(this.#root, bucket);
    if (bucket === "" || bucket.startsWith(".") || !existsSync(folder)) return new Set();
    const keys = new Set(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join("/"))
        .sort(),
    );
    this.#keys.set(bucket, keys);
    return keys;
  }
}
