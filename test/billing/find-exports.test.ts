import { describe, expect, it } from "vitest";
import { findExports } from "../../src/billing/find-exports.ts";
import { type Manifest, parseManifest } from "../../src/billing/manifest.ts";

const listing = (...keys: string[]) => keys.map((key) => ({ key, lastModified: 0 }));
const manifest = (files: readonly string[], more: Partial<Manifest> = {}): Manifest => ({
  executionId: "run-1",
  writtenAt: "2026-10-06T04:29:55Z",
  dataFiles: files,
  columns: null,
  ...more,
});
const DATA = "cur/data/BILLING_PERIOD=2026-10";
const META = "cur/metadata/BILLING_PERIOD=2026-10";

describe("findExports", () => {
  it("reads the files that the manifest lists, wherever the bucket was, and leaves others out", () => {
    const found = findExports(
      listing(`${DATA}/cur-00001.csv.gz`, `${DATA}/cur-00002.csv.gz`, `${META}/cur-Manifest.json`),
      new Map([[`${META}/cur-Manifest.json`, manifest([`s3://bucket/some/prefix/${DATA}/cur-00001.csv.gz`])]]),
    );
    expect(found.deliveries).toMatchObject([
      { period: "2026-10", version: "cur/2026-10/run-1", files: [`${DATA}/cur-00001.csv.gz`] },
    ]);
    expect(found.findings).toMatchObject([{ code: "unlisted_file", severity: "note" }]);
  });

  it("names a ZIP archive and says what to set instead", () => {
    const found = findExports(listing("cur/data/BILLING_PERIOD=2026-10/cur-00001.csv.zip"), new Map());
    expect(found.deliveries).toEqual([]);
    expect(found.findings).toMatchObject([
      { code: "unreadable_file", severity: "error", message: expect.stringContaining("is a ZIP archive, which is not read") },
    ]);
  });

  it("takes the newest execution of a period and only that", () => {
    const keys = ["a", "b"].flatMap((run) => [`${DATA}/${run}/cur-00001.parquet`, `${META}/${run}/cur-Manifest.json`]);
    const found = findExports(
      listing(...keys),
      new Map([
        [
          `${META}/a/cur-Manifest.json`,
          manifest([`${DATA}/a/cur-00001.parquet`], { executionId: "a", writtenAt: "2026-10-07T00:00:00Z" }),
        ],
        [
          `${META}/b/cur-Manifest.json`,
          manifest([`${DATA}/b/cur-00001.parquet`], { executionId: "b", writtenAt: "2026-10-06T00:00:00Z" }),
        ],
      ]),
    );
    expect(found.deliveries.map((delivery) => delivery.files)).toEqual([[`${DATA}/a/cur-00001.parquet`]]);
  });

  it("takes the later of two executions that bear no time by their names", () => {
    const keys = ["a", "b"].flatMap((run) => [`${DATA}/${run}/cur-00001.parquet`, `${META}/${run}/cur-Manifest.json`]);
    const manifests = ["b", "a"].map(
      (run) =>
        [`${META}/${run}/cur-Manifest.json`, manifest([`${DATA}/${run}/cur-00001.parquet`], { executionId: run })] as const,
    );
    expect(findExports(listing(...keys), new Map(manifests)).deliveries.map((delivery) => delivery.files)).toEqual([
      [`${DATA}/b/cur-00001.parquet`],
    ]);
  });

  it("leaves out a period with a missing part and names it; another period is read", () => {
    const other = "cur/data/BILLING_PERIOD=2026-09/cur-00001.parquet";
    const found = findExports(
      listing(`${DATA}/cur-00001.parquet`, other),
      new Map([
        [`${META}/cur-Manifest.json`, manifest([`${DATA}/cur-00001.parquet`, `${DATA}/cur-00002.parquet`])],
        ["cur/metadata/BILLING_PERIOD=2026-09/cur-Manifest.json", manifest([other])],
      ]),
    );
    expect(found.deliveries.map((delivery) => delivery.period)).toEqual(["2026-09"]);
    expect(found.findings).toMatchObject([
      {
        code: "half_written_delivery",
        severity: "error",
        message: `billing: ${META}/cur-Manifest.json: period 2026-10 is left out: 1 of 2 files that the manifest lists are missing, first ${DATA}/cur-00002.parquet`,
      },
    ]);
  });

  it("names a manifest that is cut off and does not read its files as loose ones", () => {
    const found = findExports(
      listing(`${DATA}/cur-00001.csv`),
      new Map([[`${META}/cur-Manifest.json`, parseManifest('{"dataFiles": [')]]),
    );
    expect(found.deliveries).toEqual([]);
    expect(found.findings).toMatchObject([
      { code: "unreadable_manifest", message: expect.stringContaining("it is not JSON (cut off?)") },
    ]);
  });

  it("reads loose files of a folder without manifests, and nothing else", () => {
    const found = findExports(listing("october.csv", "september.csv.gz", "readme.txt", "notes.json"), new Map());
    expect(found.deliveries).toMatchObject([{ period: null, version: "files", files: ["october.csv", "september.csv.gz"] }]);
  });

  it("calls exports by their folders, and two of one name by their paths", () => {
    const keys = ["a/cur", "b/cur", "c/other"].map((base) => `${base}/data/BILLING_PERIOD=2026-10/part.csv`);
    expect(findExports(listing(...keys), new Map()).deliveries.map(({ exportName }) => exportName)).toEqual([
      "a/cur",
      "b/cur",
      "other",
    ]);
  });

  it("does not depend on the order of the listing", () => {
    const keys = [`${DATA}/cur-00001.csv`, `${DATA}/cur-00002.csv`, "loose.csv"];
    expect(findExports(listing(...keys.toReversed()), new Map())).toEqual(findExports(listing(...keys), new Map()));
  });
});

describe("parseManifest", () => {
  it.each([
    ["dataFiles of text", { dataFiles: ["a"], executionId: "e" }, { executionId: "e", dataFiles: ["a"] }],
    ["reportKeys and an assembly", { reportKeys: ["a"], assemblyId: "e" }, { executionId: "e", dataFiles: ["a"] }],
    ["files as objects", { files: [{ key: "a" }], columns: [{ name: "c" }] }, { dataFiles: ["a"], columns: ["c"] }],
  ])("accepts %s", (_, json, expected) => {
    expect(parseManifest(JSON.stringify(json))).toMatchObject(expected);
  });

  it.each([
    ["[]", "it is not a JSON object"],
    ["{}", "it lists no data files"],
    ['{"dataFiles": [1]}', "it lists no data files"],
    ['{"dataFiles": [], "statusCode": "DELIVERY_FAILED"}', "the delivery's status is DELIVERY_FAILED"],
  ])("refuses %s", (text, reason) => {
    expect(parseManifest(text)).toBe(reason);
  });
});
