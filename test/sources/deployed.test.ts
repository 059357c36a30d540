import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { glueTable } from "../../src/aws/glue-tables.ts";
import { FURTHER_SOURCES } from "../../src/config/further-sources.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { sourceReaders } from "../../src/pipeline/source-readers.ts";
import { tables } from "../../src/tables/index.ts";
import { infraResources } from "../functions/infra-module.ts";

const readers = sourceReaders(defaultConfig());
/** The role of a stack that reads one source alone. */
const roles = new Map<string, string>();
beforeAll(() => {
  for (const named of FURTHER_SOURCES) {
    const made = infraResources("roles.cjs", `sources: { ${named}: [s3://example/${named}] }`);
    roles.set(named, JSON.stringify(made["SourcesRole"]));
  }
});

it("every further source has a reader", () =>
  expect(readers.map(({ source }) => source).sort()).toEqual([...FURTHER_SOURCES].sort()));

describe.each(readers.map((reader) => [reader.source, reader.table] as const))("in a stack, the table of %s", (source, table) => {
  it("is one of the catalog, with partitions that Athena works out", () => {
    expect(tables()).toContain(table);
    expect(glueTable(table, "s3://data/").Parameters).toHaveProperty(["projection.enabled"], "true");
  });

  it("may be written where strata.yml names the source, and only there", () => {
    const rows = `\${DataBucket.Arn}/${table.name}/*`;
    for (const named of FURTHER_SOURCES)
      if (named === source) expect(roles.get(named)).toContain(rows);
      else expect(roles.get(named)).not.toContain(rows);
  });

  it("ends with the retention of the data", () => {
    const buckets = readFileSync(join(import.meta.dirname, "../../infra/buckets.yml"), "utf8");
    const rule = buckets.split("\n").find((line) => line.includes(`Prefix: ${table.name}/`));
    expect(rule).toContain(`ExpirationInDays: "\${self:custom.settings.retentionDays}"`);
  });
});
