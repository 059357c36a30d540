import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import type { Template } from "../../src/template/template.ts";
import { onePackage } from "./one-package.ts";

const root = join(import.meta.dirname, "../..");

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Packaged {
  readonly folder: string;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: readonly string[];
}

/**
 * `serverless package` without an account, as CI and users run it; once for each configuration and each state of the sources, whichever test file
 * asks first.
 * @param config text of a strata.yml
 */
export async function packaged(config?: string): Promise<Packaged> {
  const folder = await onePackage(join(root, ".cache/packages"), sourcesDigest(config), (into) => packageInto(into, config));
  const template: { Resources: Record<string, Resource>; Outputs: Record<string, unknown> } = JSON.parse(
    readFileSync(join(folder, "cloudformation-template-update-stack.json"), "utf8"),
  );
  return { folder, resources: new Map(Object.entries(template.Resources)), outputs: Object.keys(template.Outputs) };
}

/** Where and under which name a template is packaged. */
export interface Destination {
  readonly stage: string;
  readonly region: string;
}

const HERE: Destination = { stage: "test", region: "us-east-1" };
const TEMPLATES_KEPT = 40;

/**
 * The template alone, as `packaged` makes it but without the code, which takes most of the time; for everything that only reads templates.
 * @throws Error with what the framework printed, where packaging is refused
 */
export async function packagedTemplate(config?: string, destination: Destination = HERE): Promise<Template> {
  const name = `${destination.stage}-${destination.region}-${sourcesDigest(config, TEMPLATE_SOURCES)}`.toLowerCase();
  const folder = await onePackage(
    join(root, ".cache/templates"),
    name,
    (into) => packageInto(into, config, destination, { STRATA_TEMPLATE_ONLY: "1" }),
    TEMPLATES_KEPT,
  );
  return JSON.parse(readFileSync(join(folder, "cloudformation-template-update-stack.json"), "utf8"));
}

/** Everything that a package is made of. */
const SOURCES = ["functions", "infra", "sql", "src", "serverless.yml", "package.json", "package-lock.json", "tsconfig.json"];

/** What a template is made of: the functions' code is not in it. */
const TEMPLATE_SOURCES = [
  "infra",
  "serverless.yml",
  "package.json",
  "src/config",
  "src/pipeline/checked-config.ts",
  "src/pricing",
  "src/template",
];

function sourcesDigest(config: string | undefined, sources = SOURCES): string {
  const digest = createHash("sha256").update(config ?? "defaults");
  for (const source of sources) {
    const paths = statSync(join(root, source)).isDirectory()
      ? readdirSync(join(root, source), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => join(parentPath, name))
          .sort()
      : [join(root, source)];
    for (const path of paths) digest.update(path.slice(root.length)).update(readFileSync(path));
  }
  return digest.digest("hex").slice(0, 16);
}

function packageInto(
  folder: string,
  config: string | undefined,
  { stage, region }: Destination = HERE,
  variables: NodeJS.ProcessEnv = {},
): void {
  const work = `.cache/${basename(folder)}`;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`,
    AWS_REGION: region,
    SLS_NOTIFICATIONS_MODE: "off",
    STRATA_WORK_FOLDER: work,
    ...variables,
  };
  for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "VITEST", "NODE_ENV", "STRATA_CONFIG"])
    delete environment[name];
  if (config !== undefined) {
    environment["STRATA_CONFIG"] = join(folder, "strata.yml");
    writeFileSync(join(folder, "strata.yml"), config);
  }
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/serverless"),
    ["package", "--package", folder, "--stage", stage],
    { cwd: root, env: environment, encoding: "utf8" },
  );
  rmSync(join(root, work), { recursive: true, force: true });
  if (status !== 0) throw new Error(stdout + stderr);
}

export const FUNCTIONS = ["ingest", "detect", "compact", "reconcile", "report", "prices", "catalog"] as const;

export const zipBytes = ({ folder }: Packaged, name: string): number => statSync(join(folder, `${name}.zip`)).size;

/** Files of a zip by name: the central directory says where each is (APPNOTE 4.3.12). */
export function unzip({ folder }: Packaged, name: string): Map<string, Buffer> {
  const zip = readFileSync(join(folder, `${name}.zip`));
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, nameLength] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const local = zip.readUInt32LE(at + 42);
    const path = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const stored = zip.subarray(start, start + size);
    files.set(path, method === 0 ? stored : inflateRawSync(stored));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
