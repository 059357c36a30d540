// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Athena fills in the partition keys.
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient, type Table as GlueTable, type TableInput } from "@aws-sdk/client-glue";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { savedQuery, saveQueries } from "../../src/aws/athena-saved.ts";
import { checkDeployedCatalog } from "../../src/aws/check-deployed-catalog.ts";
import { GlueCatalog } from "../../src/aws/glue-catalog.ts";
import { glueTable, USABLE_KEY, VERSION_KEY } from "../../src/aws/glue-tables.ts";
import { queryNames } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";
import { clientFor, json, jsonError, StubService } from "./stub-service.ts";

/** A Glue and an Athena that remember. */
class Remembering {
  readonly tables = new Map<string, GlueTable>();
  readonly named = new Map<string, { Name: string; QueryString: string }>();
  database = false;
  writes = 0;

  answer({ operation, body }: { operation: string; body: string }) {
    const input = JSON.parse(body);
    const missing = jsonError("EntityNotFoundException", "not there");
    if (/^(Create|Update)/.test(operation)) this.writes += 1;
    switch (operation) {
      case "GetDatabase":
        return this.database ? json({ Database: { Name: input.Name } }) : missing;
      case "CreateDatabase":
        this.database = true;
        return json({});
      case "GetTable":
        return this.tables.has(input.Name) ? json({ Table: this.tables.get(input.Name) }) : missing;
      case "CreateTable":
      case "UpdateTable":
        this.tables.set(input.TableInput.Name, input.TableInput);
        return json({});
      case "ListNamedQueries":
        return json({ NamedQueryIds: [...this.named.keys()] });
      case "BatchGetNamedQuery":
        return json({ NamedQueries: input.NamedQueryIds.map((id: string) => ({ NamedQueryId: id, ...this.named.get(id) })) });
      case "CreateNamedQuery":
      case "UpdateNamedQuery": {
        const id = input.NamedQueryId ?? `id-${this.named.size}`;
        this.named.set(id, { Name: input.Name, QueryString: input.QueryString });
        return json({ NamedQueryId: id });
      }
      default:
        return jsonError("InvalidRequestException", `there is no ${operation} here`);
    }
  }
}

let stub: StubService;
let world: Remembering;
beforeAll(async () => {
  stub = await StubService.start();
});
beforeEach(() => {
  world = new Remembering();
  stub.on((request) => world.answer(request));
});
afterAll(() => stub.stop());

const catalog = (data = "s3://curated/"): GlueCatalog =>
  new GlueCatalog({ database: "strata_test", data, glue: new GlueClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }) });
const change = (name: string, edit: (table: GlueTable) => GlueTable): void => {
  const table = world.tables.get(name);
  if (table) world.tables.set(name, edit(table));
};

describe("GlueCatalog", () => {
  it("makes the database and every table, and does nothing the second time", async () => {
    const done = await catalog().ensure(tables());
    expect(done).toContain("made the database strata_test");
    expect(done).toContain("made the table invocation_records");
    expect([...world.tables.keys()].sort()).toEqual(
      tables()
        .map(({ name }) => name)
        .sort(),
    );
    const before = world.writes;
    expect(await catalog().ensure(tables())).toEqual([]);
    expect(world.writes).toBe(before);
  });

  it("adds columns at the end and keeps those that only the stack has", async () => {
    await catalog().ensure(tables());
    change("principals", (table) => ({
      ...table,
      StorageDescriptor: {
        ...table.StorageDescriptor,
        Columns: [
          ...(table.StorageDescriptor?.Columns ?? []).filter(({ Name }) => Name !== "team"),
          { Name: "of_another_release", Type: "string" },
        ],
      },
    }));
    expect(await catalog().ensure(tables())).toEqual(["added to principals: team"]);
    const names = world.tables.get("principals")?.StorageDescriptor?.Columns?.map(({ Name }) => Name);
    expect(names?.slice(-2)).toEqual(["of_another_release", "team"]);
  });

  it("works on the tables of a newer release that only added, and leaves them as they are", async () => {
    await catalog().ensure(tables());
    change("principals", (table) => ({
      ...table,
      Parameters: { ...table.Parameters, [VERSION_KEY]: "99", [USABLE_KEY]: "1" },
      StorageDescriptor: {
        ...table.StorageDescriptor,
        Columns: [...(table.StorageDescriptor?.Columns ?? []), { Name: "of_the_newer_release", Type: "string" }],
      },
    }));
    const before = world.writes;
    expect(await catalog().ensure(tables())).toEqual([]);
    expect(world.writes).toBe(before);
  });

  it("refuses a deployment before it changes anything, where this release cannot use the catalog", async () => {
    const glue = new GlueClient({ ...clientFor(stub.endpoint), maxAttempts: 1 });
    const check = (): Promise<void> => checkDeployedCatalog("strata_test", "us-east-1", glue);
    await expect(check()).resolves.toBeUndefined();
    await catalog().ensure(tables());
    await expect(check()).resolves.toBeUndefined();
    const newer = (usable: string) => (table: GlueTable) => ({
      ...table,
      Parameters: { ...table.Parameters, [VERSION_KEY]: "99", [USABLE_KEY]: usable },
    });
    change("invocation_records", newer("1"));
    await expect(check()).resolves.toBeUndefined();
    change("invocation_records", newer("50"));
    await expect(check()).rejects.toThrow(/invocation_records has catalog version 99; this release knows/);
  });

  it.each([
    ["a table of somebody else", (table: GlueTable) => ({ ...table, Parameters: {} }), /was not made by Strata/],
    [
      "a table of another stage",
      (table: GlueTable) => ({ ...table, StorageDescriptor: { ...table.StorageDescriptor, Location: "s3://other/principals/" } }),
      /lies at s3:\/\/other\/principals\//,
    ],
    [
      "a table of a newer release",
      (table: GlueTable) => ({ ...table, Parameters: { ...table.Parameters, [VERSION_KEY]: "99", [USABLE_KEY]: "50" } }),
      /has catalog version 99; this release knows/,
    ],
    [
      "a table that an older release laid out in another way",
      (table: GlueTable) => ({ ...table, PartitionKeys: [{ Name: "period", Type: "string" }] }),
      /principals is partitioned by period, and would have to be by nothing/,
    ],
    [
      "a column that changed its type",
      (table: GlueTable) => ({
        ...table,
        StorageDescriptor: {
          ...table.StorageDescriptor,
          Columns: table.StorageDescriptor?.Columns?.map((column) => ({ ...column, Type: "int" })),
        },
      }),
      /the column principal_arn of strata_test.principals is int and would become string/,
    ],
  ])("leaves %s alone and says so", async (_, edit, message) => {
    await catalog().ensure(tables());
    change("principals", edit);
    const before = world.writes;
    await expect(catalog().ensure(tables())).rejects.toThrow(message);
    expect(world.writes).toBe(before);
  });

  it("says which permission is missing", async () => {
    stub.on(() => jsonError("AccessDeniedException", "not authorized to perform: glue:GetDatabase"));
    await expect(catalog().ensure(tables())).rejects.toThrow(/access is denied.*glue:GetDatabase/);
  });
});

describe("glueTable", () => {
  const of = (name: string): TableInput => {
    const table = tables().find((known) => known.name === name);
    if (!table) throw new Error(name);
    return glueTable(table, "s3://curated/");
  };

  it("projects the hours of invocation_records, so that nobody registers them", () => {
    expect(of("invocation_records").Parameters).toMatchObject({
      "projection.enabled": "true",
      "projection.dt.type": "date",
      "projection.hour.digits": "2",
      "storage.location.template": "s3://curated/invocation_records/dt=${dt}/hour=${hour}/",
    });
    expect(of("hourly_usage").Parameters).not.toHaveProperty("projection.enabled");
  });

  it("gives every column a type that Glue knows", () => {
    for (const table of tables()) {
      const types = [
        ...(glueTable(table, "s3://c/").StorageDescriptor?.Columns ?? []),
        ...(glueTable(table, "s3://c/").PartitionKeys ?? []),
      ].map(({ Type }) => Type);
      for (const type of types)
        expect(type).toMatch(
          /^(string|boolean|int|bigint|double|date|timestamp|decimal\(\d+,\d+\)|map<string,string>|array<string>)$/,
        );
    }
  });
});

describe("saveQueries", () => {
  const save = () =>
    saveQueries({
      database: "strata_test",
      workgroup: "strata-test",
      athena: new AthenaClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }),
    });

  it("saves every file of sql/saved once, as a text that runs without being filled in", async () => {
    const names = queryNames("saved");
    const done = await save();
    expect(world.named.size).toBe(names.length);
    expect(done.length).toBeGreaterThanOrEqual(names.length);
    for (const [, { QueryString }] of world.named)
      expect(QueryString.replace(/'(?:[^']|'')*'|--[^\n]*/g, "")).not.toMatch(/\?|(?<![\w:]):[a-z]/);
    expect(await save()).toEqual([]);
  });

  it("names each value where it stands, and lists them above", () => {
    const { text } = savedQuery("saved/spend_by_metadata");
    expect(text).toMatch(/^-- Runs as it is\. To change a value/);
    expect(text).toContain("--   key (varchar): ");
    expect(text).toContain(
      "u.dt between date_add('day', -29, current_date) /* from */ and current_date /* to */".replace("u.", ""),
    );
    expect(text).toContain("'project' /* key */");
  });
});
