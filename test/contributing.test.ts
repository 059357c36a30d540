import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { tables } from "../src/tables/index.ts";
import { FULL } from "./functions/full-config.ts";
import { infraResources } from "./functions/infra-module.ts";
import { skippedLines } from "./skipped-reporter.ts";

const ROOT = join(import.meta.dirname, "..");
const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith(".md"),
);
const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read("package.json"));

test.each(pages)("%s names scripts, files and anchors that are there", (page) => {
  const text = read(page);
  for (const [, name = ""] of text.matchAll(/npm run ([a-z][a-z:]*)/g)) expect(Object.keys(scripts), page).toContain(name);
  for (const [, path = ""] of text.matchAll(/bash (scripts\/[\w./-]+)/g)) expect(existsSync(join(ROOT, path)), path).toBe(true);
  for (const [, target = "", anchor] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#([^)\s]+))?\)/g)) {
    const path = join(ROOT, page, "..", target);
    expect(existsSync(path), `${page} → ${target}`).toBe(true);
    if (anchor !== undefined && target.endsWith(".md"))
      expect(anchorsOf(readFileSync(path, "utf8")), `${page} → ${target}#${anchor}`).toContain(anchor);
  }
  for (const [, anchor = ""] of text.matchAll(/\]\(#([^)\s]+)\)/g))
    expect(anchorsOf(text), `${page}#${anchor}`).toContain(anchor);
});

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );

test("every command with a proof of its own is in CONTRIBUTING.md", () => {
  const proofs = Object.keys(scripts).filter((name) => /^(?:test:|eval:|check:|bench|sim:)/.test(name));
  for (const name of proofs) expect(read("CONTRIBUTING.md")).toContain(`npm run ${name}\``);
});

test("every library that ships is in docs/performance.md, and none is overridden", () => {
  const sources = ["src", "functions"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => read(join(folder, name))),
  );
  const named = sources.flatMap((text) =>
    [...text.matchAll(/(?:from|import\() ?"((?:@[a-z][\w-]*\/)?[a-z][\w-]*)[\w/.-]*"/g)].map(([, name = ""]) => name),
  );
  const libraries = [...new Set(named)].filter((name) => !name.startsWith("@aws-sdk/"));
  expect(libraries.length).toBeGreaterThan(15);
  const page = read("docs/performance.md");
  expect(libraries.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`\`${name.split("/")[0]}\``))).toEqual([]);
  expect(JSON.parse(read("package.json"))).not.toHaveProperty("overrides");
});

test("what was skipped is told by what is missing", () => {
  expect(skippedLines([])).toEqual([]);
  expect(
    skippedLines(["a page (needs Chromium) > is wide", "a page (needs Chromium) > is narrow", "an example (needs boto3)"]),
  ).toEqual([
    "2 tests skipped, for want of Chromium",
    "1 test skipped, for want of boto3",
    "To have them run: bash scripts/install-test-tools.sh",
  ]);
  expect(skippedLines(["nobody knows why"])[0]).toBe("1 test skipped without a need of theirs: nobody knows why");
});

test("CI and a release run every kind of test", () => {
  expect(scripts["test"]).toBe("vitest run --project quick --project alone");
  expect(scripts["test:slow"]).toBe("vitest run --project slow");
  for (const place of [".ci/run", ".github/workflows/release.yml"])
    for (const command of ["npm test\n", "npm run test:slow\n"]) expect(read(place), place).toContain(command);
});

test("hooks are a test file's own: what files share is loaded once, and would take them for the first file alone", () => {
  const shared = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" }).filter(
    // Setup files run before each test file.
    (name) =>
      name.endsWith(".ts") && !/\.(?:test|deploy)\.ts$/.test(name) && !["setup.ts", "mutants/note-reads.ts"].includes(name),
  );
  expect(shared.length).toBeGreaterThan(50);
  expect(shared.filter((name) => /^(?:before|after)(?:All|Each)\(/m.test(read(join("test", name))))).toEqual([]);
});

test("tests that replace modules run alone: others share a process, and would meet what was loaded in their place", () => {
  const replacing = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => /\bvi\.(?:mock|doMock|resetModules|stubGlobal)\(/.test(read(join("test", name))));
  expect(replacing.length).toBeGreaterThan(0);
  expect(replacing.filter((name) => !name.endsWith(".alone.test.ts"))).toEqual([]);
});

test.each(pages)("%s names files and folders that are there, and options that scripts have", (page) => {
  const text = read(page);
  const named = [...text.matchAll(/`((?:src|functions|infra|sql|test|scripts|bench|docs|examples|schemas)\/[\w./-]+)`/g)];
  // A file may be named without its ending; NAME is what a recipe calls.
  for (const [, path = ""] of named)
    if (!path.includes("NAME"))
      expect(
        [path, `${path}.ts`, `${path}.test.ts`, `${path}.sql`].some((one) => existsSync(join(ROOT, one))),
        path,
      ).toBe(true);
  for (const [, name = "", options = ""] of text.matchAll(/npm run ([a-z][a-z:]*) -- ([^\n`#|]*)/g)) {
    const script = /(?:bench|scripts|test)\/\S+\.ts/.exec(scripts[name] ?? "")?.[0] ?? "";
    const folder = dirname(join(ROOT, script));
    const code = readdirSync(folder)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    for (const [, option = ""] of options.matchAll(/--([a-z][a-z-]*)/g))
      expect(code, `${page}: npm run ${name} -- --${option}`).toMatch(new RegExp(`\\b${option}\\b`));
  }
});

test("every folder and file of src has its layer, and every folder its line in docs/architecture.md", () => {
  const { forbidden }: { forbidden: readonly { name: string; from: { path?: string } }[] } = createRequire(import.meta.url)(
    "../.dependency-cruiser.cjs",
  );
  const domain = new RegExp(forbidden.find(({ name }) => name === "domain-never-imports-adapters")?.from.path ?? "");
  const edge = ["aws", "live", "local", "cli", "generate", "instrument"];
  const entries = readdirSync(join(ROOT, "src"), { withFileTypes: true });
  const name = (entry: (typeof entries)[number]) => `src/${entry.name}${entry.isDirectory() ? "/" : ""}`;
  expect(entries.filter((entry) => !edge.includes(entry.name) && !domain.test(name(entry))).map(name)).toEqual([]);
  const layered = /\((.+?)\)/.exec(domain.source)?.[1]?.split("|") ?? [];
  expect(layered.filter((one) => !entries.some((entry) => entry.name.replace(/\.ts$/, "") === one))).toEqual([]);
  const table = /\| folder \|[\s\S]*?\n\n/.exec(read("docs/architecture.md"))?.[0] ?? "";
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders.filter((folder) => !new RegExp(`\`(?:src/)?${folder}\``).test(table))).toEqual([]);
});

test("docs/architecture.md has every table, and every folder of the data bucket that a function may write", () => {
  const page = read("docs/architecture.md");
  const map = page.slice(page.indexOf("## The data folder"), page.indexOf("A *batch* is"));
  const written = JSON.stringify(infraResources("roles.cjs", FULL)).matchAll(/DataBucket\.Arn\}\/([\w-]+)\//g);
  const folders = new Set([...tables().map(({ name }) => name), ...[...written].map(([, folder = ""]) => folder)]);
  expect(folders.size).toBeGreaterThan(45);
  expect([...folders].filter((folder) => !new RegExp(`\\b${folder}\\b`).test(map))).toEqual([]);
});

test("pages name settings that strata.yml has", () => {
  const known = (schema: unknown, [name, ...rest]: readonly string[]): boolean => {
    if (name === undefined) return true;
    const { properties, additionalProperties, items, anyOf = [], allOf = [], oneOf = [] } = Object(schema);
    return (
      [...anyOf, ...allOf, ...oneOf, ...(items ? [items] : [])].some((one) => known(one, [name, ...rest])) ||
      (known(properties?.[name] ?? additionalProperties, rest) && Boolean(properties?.[name] ?? additionalProperties))
    );
  };
  const schema = JSON.parse(read("schemas/config.schema.json"));
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`([a-z_]+(?:\.[a-z_<>]+)+)(?=[`:])/g)].flatMap(([, key = ""]) =>
      (key.split(".")[0] ?? "") in schema.properties && !/\.(?:jsonl?|html|ts)$/.test(key) ? [`${page}: ${key}`] : [],
    ),
  );
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((one) => !known(schema, one.split(": ")[1]?.split(".") ?? []))).toEqual([]);
});

test("docs/deploy.md says of every function what it does, and of every alarm what to do", () => {
  const page = read("docs/deploy.md");
  for (const name of readdirSync(join(ROOT, "functions"))) expect(page).toContain(`functions/${name}`);
  const made = Object.entries(infraResources("alarms.cjs", FULL)).flatMap(([name, { Type }]) =>
    Type === "AWS::CloudWatch::Alarm" ? [name.replace(/Alarm$/, "").replace(/^Source(?=.*ObjectsFailed$)/, "")] : [],
  );
  const alarms = [...made, "DenialsFailed"];
  expect(alarms.length).toBeGreaterThan(20);
  expect(alarms.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const told = [...page.matchAll(/^\| alarms? ((?:`\w+`(?:, | and )?)+)/gm)].flatMap(
    ([, names = ""]) => names.match(/\w+(?=`)/g) ?? [],
  );
  expect(told.filter((name) => !alarms.includes(name) && name !== "and")).toEqual([]);
});
