// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the Serverless Framework fills it in.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GRAFANA_FILE, grafanaDashboard } from "../../scripts/grafana-dashboard.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { infraResources } from "../functions/infra-module.ts";
import { chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

const OWNER = "arn:aws:quicksight:us-east-1:111122223333:group/default/finops";
const text = (value: unknown): string => JSON.stringify(value);

interface DataSet {
  readonly PhysicalTableMap: Readonly<
    Record<
      string,
      {
        readonly CustomSql: {
          readonly Name: string;
          readonly SqlQuery: string;
          readonly Columns: readonly { Name: string; Type: string }[];
        };
      }
    >
  >;
}

/** What infra/quicksight.cjs puts into the stack for a strata.yml. */
const quickSight = (yaml: string) => infraResources("quicksight.cjs", yaml);

let month: Fixture;
beforeAll(async () => {
  const teams = Array.from({ length: 12 }, (_, index) => ({
    at: `2026-10-0${1 + (index % 3)}T0${index % 10}:00:00Z`,
    team: `team-${index}`,
    costs: [`${index + 1}.00`, "0", "0", "0"] as const,
    ...(index === 3 ? { status: "error", error_class: "throttling", error_code: "ThrottlingException" } : {}),
  }));
  month = await monthFixture({
    calls: teams,
    charges: [
      chargeOf({ dt: "2026-10-01", status: "allocated", billed_cost: "77.00", team: "team-1" }),
      chargeOf({ dt: "2026-10-02", status: "adjustment", billed_cost: "-7.00" }),
    ],
    tables: {
      alerts: [
        {
          ...{
            alert_id: "a1",
            rule: "error_rate",
            severity: "critical",
            title: "Calls fail",
            scope: "team",
            scope_name: "team-3",
          },
          ...{ team: "team-3", state: "open", since: "2026-10-01 03:00:00", opened_at: "2026-10-01 03:05:00", dollars: "4.00" },
        },
      ],
    },
  });
});
afterAll(() => month?.close());

const run = async (sql: string) => (await month.warehouse.adhoc(sql)).rows;

describe("the dashboard for Grafana", () => {
  const file = JSON.parse(readFileSync(GRAFANA_FILE, "utf8"));

  test("is what the queries and its types make; npm run docs writes it", () => {
    expect(file).toEqual(JSON.parse(text(grafanaDashboard())));
  });

  test("asks for a data source and names no database, account or region", () => {
    expect(file.__inputs).toHaveLength(1);
    expect(text(file)).not.toMatch(/\d{12}|strata_[a-z]|us-east-1/);
    const ids = file.panels.map(({ id }: { id: number }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("lies on the grid without gaps at the edge or panels over each other", () => {
    const taken = new Set<string>();
    for (const { gridPos: place, title } of file.panels)
      for (let x = place.x; x < place.x + place.w; x += 1)
        for (let y = place.y; y < place.y + place.h; y += 1) {
          expect(x, title).toBeLessThan(24);
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
  });

  test("has rows in every panel, and the dollars of the calls in each that has dollars", async () => {
    const sums: Record<string, number> = {};
    for (const { title, targets, fieldConfig } of file.panels) {
      const [{ rawSQL }] = targets;
      const sql = rawSQL
        .replaceAll("$__timeFrom()", "timestamp '2026-10-01 05:00:00'")
        .replaceAll("$__timeTo()", "timestamp '2026-10-03 05:00:00'");
      expect(sql, title).not.toContain("$__");
      const rows = await run(sql);
      expect(rows.length, title).toBeGreaterThan(0);
      const columns = Object.keys(rows[0] ?? {});
      for (const { matcher } of fieldConfig.overrides) expect(columns, title).toContain(matcher.options);
      const dollars = columns.find((column) => /_cost$/.test(column));
      if (dollars) sums[title] = rows.reduce((sum, row) => sum + Number(row[dollars]), 0);
      if (targets[0].format === 0) {
        expect(columns[0], title).toBe("time");
        const times = rows.map((row) => String(row["time"]));
        expect(times, title).toEqual([...times].sort());
      }
      if (title === "Estimated dollars by team") {
        const names = new Set(rows.map((row) => row["name"]));
        // Ten of twelve have a line of their own, the two cheapest are the others.
        expect(names.size).toBe(11);
        expect(
          rows.filter((row) => row["name"] === "others").reduce((sum, row) => sum + Number(row["estimated_cost"]), 0),
        ).toBeCloseTo(3);
      }
    }
    expect(sums).toEqual({
      "At a glance": 78,
      "Estimated dollars by team": 78,
      "Estimated dollars by model": 78,
      "Billed dollars by part of the bill": 70,
      Teams: 78,
    });
  });
});

describe("the resources for Amazon QuickSight", () => {
  const made = quickSight(`deploy: { quicksight: { owner: "${OWNER}" } }`);
  const sets = Object.values(made)
    .filter(({ Type }) => Type === "AWS::QuickSight::DataSet")
    .flatMap(({ Properties }) => Object.entries((Properties as unknown as DataSet).PhysicalTableMap));

  test("are there only where strata.yml names an owner, and are his alone", () => {
    expect(quickSight("{}")).toEqual({});
    const owned = Object.values(made).flatMap(({ Properties }) => Properties["Permissions"] ?? []) as { Principal: string }[];
    expect(owned).toHaveLength(Object.values(made).filter(({ Type }) => Type.startsWith("AWS::QuickSight::")).length);
    expect(new Set(owned.map(({ Principal }) => Principal))).toEqual(new Set([OWNER]));
    expect(() => quickSight("deploy: { quicksight: { owner: finops } }")).toThrow(
      "write the ARN of a user or group of Amazon QuickSight",
    );
  });

  test("every data set runs, with the columns and types that it declares", async () => {
    expect(sets.map(([id]) => id)).toEqual(expect.arrayContaining(["usage", "billed", "alerts"]));
    for (const [id, { CustomSql }] of sets) {
      expect(CustomSql.SqlQuery).toContain('from "strata_${sls:stage}".');
      const rows = await run(
        CustomSql.SqlQuery.replaceAll('"strata_${sls:stage}".', "").replaceAll("current_date", "date '2026-11-01'"),
      );
      expect(rows.length, id).toBeGreaterThan(0);
      expect(Object.keys(rows[0] ?? {}), id).toEqual(CustomSql.Columns.map(({ Name }) => Name));
      for (const { Type } of CustomSql.Columns) expect(["STRING", "INTEGER", "DECIMAL", "DATETIME"], id).toContain(Type);
      for (const name of ["person", "principal_arn", "scope_name", "contributors", "summary"])
        expect(CustomSql.Columns.map(({ Name }) => Name)).not.toContain(name);
    }
  });

  test("every field of the dashboard is a column of its data set, every id is used once", () => {
    const columns = new Map(
      sets.map(([id, { CustomSql }]) => [id, new Map(CustomSql.Columns.map(({ Name, Type }) => [Name, Type]))]),
    );
    const dashboard = text(made["QuickSightDashboard"]?.Properties);
    const fields = [
      ...dashboard.matchAll(
        /"(DateDimensionField|CategoricalDimensionField|NumericalMeasureField)":\{"FieldId":"([^"]+)","Column":\{"DataSetIdentifier":"(\w+)","ColumnName":"(\w+)"\}/g,
      ),
    ];
    expect(fields.length).toBeGreaterThan(20);
    for (const [, kind, , set = "", column = ""] of fields) {
      const type = columns.get(set)?.get(column);
      if (kind === "DateDimensionField") expect(type, column).toBe("DATETIME");
      else if (kind === "NumericalMeasureField") expect(["INTEGER", "DECIMAL"], column).toContain(type);
      else expect(type, column).toBe("STRING");
    }
    for (const found of [fields.map(([, , id]) => id), [...dashboard.matchAll(/"VisualId":"([^"]+)"/g)].map(([, id]) => id)])
      expect(new Set(found).size).toBe(found.length);
  });
});

test("every query of sql/dashboards is shown: a panel of Grafana, or a data set that a visual of QuickSight reads", () => {
  const { panels }: { panels: readonly { description: string }[] } = JSON.parse(readFileSync(GRAFANA_FILE, "utf8"));
  const made = quickSight(`deploy: { quicksight: { owner: "${OWNER}" } }`);
  const visuals = text(made["QuickSightDashboard"]);
  const read = Object.values(made).flatMap(({ Properties }) =>
    Object.entries((Properties as unknown as Partial<DataSet>).PhysicalTableMap ?? {}).flatMap(([id, { CustomSql }]) =>
      visuals.includes(`"DataSetIdentifier":"${id}","ColumnName"`) ? [CustomSql.Name] : [],
    ),
  );
  const shown = (name: string): boolean =>
    read.includes(name.replace("dashboards/", "")) ||
    panels.some(({ description }) => description === queryFile(name).header.purpose);
  expect(queryNames("dashboards").filter((name) => !shown(name))).toEqual([]);
});
