// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * Data sets and a dashboard in Amazon QuickSight, in the stack only where deploy.quicksight names who owns them. They ask Athena directly through a
 * role of their own, which reads the stack's tables and nothing else; the queries are those of sql/dashboards, over the last 400 days, and name no person.
 */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { loadTypeScript } = require("./load-ts.cjs");
const { readConfig } = require("./read-config.cjs");
const { dataRole } = require("./statements.cjs");
const { arn } = require("./references.cjs");

const DATABASE = "strata_${sls:stage}";
const ref = (Ref) => ({ Ref });

/** As far back as anybody looks at days; more would cost more with every month. */
const RANGE = { from: "date_add('day', -400, current_date)", to: "current_date" };

/** Logical id, query, and what QuickSight calls the types of its columns. */
const DATA_SETS = [
  { id: "usage", name: "Bedrock usage by day", query: "usage_by_day" },
  { id: "billed", name: "Bedrock bill by day", query: "billed_by_day" },
  { id: "alerts", name: "Bedrock alerts", query: "alerts_raised" },
];
const TYPES = { varchar: "STRING", bigint: "INTEGER", double: "DECIMAL", timestamp: "DATETIME" };
const resourceOf = (id) => `QuickSight${id[0].toUpperCase()}${id.slice(1)}`;

/** A query of sql/dashboards as QuickSight runs it: without comments, with its days and the database before its tables. */
function customSql(name) {
  const { dashboardText } = loadTypeScript("src/query/dashboard-text.ts");
  const text = readFileSync(join(__dirname, `../sql/dashboards/${name}.sql`), "utf8");
  const { sql, header } = dashboardText(`dashboards/${name}`, text, RANGE);
  const tables = new RegExp(`\\b(from|join) (${header.reads.join("|")})\\b`, "g");
  return {
    sql: sql.replace(tables, `$1 "${DATABASE}".$2`),
    columns: header.columns.map(({ name: Name, type }) => ({ Name, Type: TYPES[type] })),
  };
}

/** The sets of actions that QuickSight knows as owner (QuickSight API Reference, "ResourcePermission"). */
const OWNS = {
  source: [
    "DescribeDataSource",
    "DescribeDataSourcePermissions",
    "PassDataSource",
    "UpdateDataSource",
    "DeleteDataSource",
    "UpdateDataSourcePermissions",
  ],
  set: [
    ...[
      "DescribeDataSet",
      "DescribeDataSetPermissions",
      "PassDataSet",
      "DescribeIngestion",
      "ListIngestions",
      "UpdateDataSet",
      "DeleteDataSet",
    ],
    ...["CreateIngestion", "CancelIngestion", "UpdateDataSetPermissions"],
  ],
  dashboard: [
    ...[
      "DescribeDashboard",
      "ListDashboardVersions",
      "UpdateDashboardPermissions",
      "QueryDashboard",
      "UpdateDashboard",
      "DeleteDashboard",
    ],
    ...["DescribeDashboardPermissions", "UpdateDashboardPublishedVersion"],
  ],
};
const owned = (Principal, kind) => [{ Principal, Actions: OWNS[kind].map((action) => `quicksight:${action}`) }];

let fields = 0;
const field = (DataSetIdentifier, ColumnName) => {
  fields += 1;
  return { FieldId: `${DataSetIdentifier}.${ColumnName}.${fields}`, Column: { DataSetIdentifier, ColumnName } };
};
const day = (set, column) => ({ DateDimensionField: { ...field(set, column), DateGranularity: "DAY" } });
const category = (set, column) => ({ CategoricalDimensionField: field(set, column) });
const sum = (set, column) => ({
  NumericalMeasureField: { ...field(set, column), AggregationFunction: { SimpleNumericalAggregation: "SUM" } },
});
const titled = (VisualId, text) => ({ VisualId, Title: { Visibility: "VISIBLE", FormatText: { PlainText: text } } });

const kpi = (id, title, value) => ({
  KPIVisual: { ...titled(id, title), ChartConfiguration: { FieldWells: { Values: [value] } } },
});
const bars = (id, title, Category, Values, Colors) => ({
  BarChartVisual: {
    ...titled(id, title),
    ChartConfiguration: {
      FieldWells: {
        BarChartAggregatedFieldWells: { Category: [Category], Values: [Values], ...(Colors && { Colors: [Colors] }) },
      },
      Orientation: Colors ? "VERTICAL" : "HORIZONTAL",
      BarsArrangement: "STACKED",
    },
  },
});
const list = (id, title, GroupBy, Values) => ({
  TableVisual: { ...titled(id, title), ChartConfiguration: { FieldWells: { TableAggregatedFieldWells: { GroupBy, Values } } } },
});

const sheet = (SheetId, Name, Visuals) => ({ SheetId, Name, Visuals });
const sheets = () => [
  sheet("usage", "Usage", [
    kpi("estimated", "Estimated US dollars", sum("usage", "estimated_cost")),
    kpi("calls", "Calls", sum("usage", "invocations")),
    bars(
      "by-team",
      "Estimated US dollars by day and team",
      day("usage", "usage_day"),
      sum("usage", "estimated_cost"),
      category("usage", "team"),
    ),
    bars("by-model", "Estimated US dollars by model", category("usage", "model"), sum("usage", "estimated_cost")),
    list(
      "teams",
      "Teams",
      [category("usage", "team"), category("usage", "cost_center")],
      ["invocations", "errors", "total_tokens", "unpriced", "estimated_cost"].map((column) => sum("usage", column)),
    ),
  ]),
  sheet("bill", "Bill", [
    kpi("billed", "Billed US dollars", sum("billed", "billed_cost")),
    bars(
      "by-part",
      "Billed US dollars by day and part of the bill",
      day("billed", "statement_day"),
      sum("billed", "billed_cost"),
      category("billed", "status"),
    ),
    list(
      "billed-teams",
      "Billed by team and model",
      [category("billed", "team"), category("billed", "model")],
      [sum("billed", "billed_cost")],
    ),
  ]),
  sheet("alerts", "Alerts", [
    list(
      "raised",
      "Alerts",
      [
        day("alerts", "opened_at"),
        ...["severity", "title", "team", "state", "alert_id"].map((column) => category("alerts", column)),
      ],
      [sum("alerts", "dollars")],
    ),
  ]),
];

const AwsAccountId = ref("AWS::AccountId");

function dataSet({ id, name, query }, owner) {
  const { sql: SqlQuery, columns: Columns } = customSql(query);
  return {
    Type: "AWS::QuickSight::DataSet",
    DependsOn: ["Catalog"],
    Properties: {
      AwsAccountId,
      DataSetId: `strata-\${sls:stage}-${id}`,
      Name: `${name} (\${sls:stage})`,
      ImportMode: "DIRECT_QUERY",
      PhysicalTableMap: { [id]: { CustomSql: { DataSourceArn: arn("QuickSightSource"), Name: query, SqlQuery, Columns } } },
      Permissions: owned(owner, "set"),
    },
  };
}

const resources = (owner) => ({
  QuickSightRole: dataRole("quicksight", "quicksight.amazonaws.com"),
  QuickSightSource: {
    Type: "AWS::QuickSight::DataSource",
    Properties: {
      AwsAccountId,
      DataSourceId: "strata-${sls:stage}",
      Name: "Strata (${sls:stage})",
      Type: "ATHENA",
      DataSourceParameters: { AthenaParameters: { WorkGroup: ref("Workgroup"), RoleArn: arn("QuickSightRole") } },
      Permissions: owned(owner, "source"),
    },
  },
  ...Object.fromEntries(DATA_SETS.map((set) => [resourceOf(set.id), dataSet(set, owner)])),
  QuickSightDashboard: {
    Type: "AWS::QuickSight::Dashboard",
    Properties: {
      AwsAccountId,
      DashboardId: "strata-${sls:stage}",
      Name: "Amazon Bedrock (${sls:stage})",
      Definition: {
        DataSetIdentifierDeclarations: DATA_SETS.map(({ id }) => ({ Identifier: id, DataSetArn: arn(resourceOf(id)) })),
        Sheets: sheets(),
      },
      Permissions: owned(owner, "dashboard"),
    },
  },
});

module.exports = () => {
  const { quicksight } = readConfig().deploy;
  return { Resources: quicksight === null ? {} : resources(quicksight.owner) };
};
