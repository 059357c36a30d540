// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * The dashboard. Totals are metrics; by team, tier and person it reads the detector's log lines (message `usage`), which cost nothing until
 * somebody looks. test/aws/template.test.ts compares both with what the functions emit.
 */
const settings = require("./settings.cjs");

const WIDTH = 24;
const LOG_GROUP = "/aws/lambda/strata-${sls:stage}-detect";

const own = (service, metric, options = {}) => [
  "Strata",
  metric,
  "service",
  service,
  "stage",
  "${sls:stage}",
  { stat: "Sum", ...options },
];
const chart = (title, metrics, options = {}) => ({
  type: "metric",
  width: 8,
  height: 6,
  properties: { title, metrics, region: "${AWS::Region}", view: "timeSeries", stacked: false, period: 3600, ...options },
});
const figure = (title, metrics, period) => ({
  type: "metric",
  width: 4,
  height: 4,
  properties: { title, metrics, region: "${AWS::Region}", view: "singleValue", period, setPeriodToTimeRange: false },
});
const logTable = (title, query, view = "table") => ({
  type: "log",
  width: 12,
  height: 7,
  properties: { title, region: "${AWS::Region}", view, query: `SOURCE '${LOG_GROUP}' | ${query}` },
});

const DAY = 86_400;
const widgets = [
  figure("Tokens, day", [own("detect", "Tokens")], DAY),
  figure("Tokens, week", [own("detect", "Tokens")], 7 * DAY),
  figure("Tokens, 30 days", [own("detect", "Tokens")], 30 * DAY),
  figure("Estimated $, day", [own("detect", "EstimatedCost")], DAY),
  figure("Estimated $, 30 days", [own("detect", "EstimatedCost")], 30 * DAY),
  figure("Open incidents", [own("detect", "OpenIncidents", { stat: "Maximum" })], 300),
  chart(
    "Cost by day, with the band that its past predicts",
    [
      [{ expression: "ANOMALY_DETECTION_BAND(cost, 2)", label: "expected" }],
      own("detect", "EstimatedCost", { id: "cost", label: "estimated $" }),
    ],
    { period: DAY },
  ),
  chart("Requests", [own("detect", "Invocations")]),
  chart("Tokens", [own("detect", "Tokens")]),
  chart("Errors and throttles, share of requests", [
    [{ expression: "100 * errors / requests", label: "errors %", id: "e" }],
    [{ expression: "100 * throttles / requests", label: "throttled %", id: "t" }],
    own("detect", "Errors", { id: "errors", visible: false }),
    own("detect", "Throttles", { id: "throttles", visible: false }),
    own("detect", "Invocations", { id: "requests", visible: false }),
  ]),
  chart("Cache hits, share of prompt tokens", [
    [{ expression: "100 * hits / prompts", label: "cache hits %", id: "h" }],
    own("detect", "CacheReadTokens", { id: "hits", visible: false }),
    own("detect", "PromptTokens", { id: "prompts", visible: false }),
  ]),
  chart("Unpriced calls", [own("detect", "Unpriced")]),
  logTable(
    "Cost by team",
    'filter message = "usage" | stats sum(usd) as dollars, sum(tokens) as tokens_used, sum(invocations) as calls by team | sort dollars desc | limit 50',
  ),
  logTable("Cost by model tier", 'filter message = "usage" | stats sum(usd) as dollars by bin(1h), model_tier', "timeSeries"),
  logTable(
    "Top 10 people",
    'filter message = "usage of a person" | stats sum(usd) as dollars, sum(tokens) as tokens_used, sum(invocations) as calls by person | sort dollars desc | limit 10',
  ),
  logTable("Tokens by team", 'filter message = "usage" | stats sum(tokens) as tokens_used by bin(1h), team', "timeSeries"),
  chart(
    "From Bedrock's delivery to the table, seconds",
    [own("ingest", "DeliveryLag", { stat: "p50", label: "p50" }), own("ingest", "DeliveryLag", { stat: "p95", label: "p95" })],
    { period: 300 },
  ),
  chart(
    "Ingest",
    [
      own("ingest", "Objects"),
      own("ingest", "Records"),
      own("ingest", "Quarantined"),
      own("ingest", "FailedObjects"),
      own("ingest", "DamagedObjects"),
    ],
    { period: 300 },
  ),
  chart("Bytes read", [own("ingest", "Bytes")], { period: 300 }),
  chart("Alerts", [own("detect", "AlertsSent"), own("detect", "AlertsFailed")], { period: 300 }),
  chart(
    "The bill: billed and unexplained $",
    [own("reconcile", "BilledUsd", { stat: "Maximum" }), own("reconcile", "ResidualUsd", { stat: "Maximum", yAxis: "right" })],
    { period: DAY },
  ),
  chart(
    "What Strata's own queries cost, $",
    ["detect", "reconcile", "report"].map((name) => own(name, "AthenaUsd", { label: name })),
    { period: DAY, stacked: true },
  ),
];

/** Left to right, top to bottom. */
function placed(list) {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return list.map((widget) => {
    if (x + widget.width > WIDTH) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const at = { ...widget, x, y };
    x += widget.width;
    rowHeight = Math.max(rowHeight, widget.height);
    return at;
  });
}

const address = [
  "https://${Console}/cloudwatch/home?region=${AWS::Region}#dashboards:name=${Dashboard}",
  { Console: { "Fn::FindInMap": ["Partitions", { Ref: "AWS::Partition" }, "Console"] } },
];

module.exports = () => {
  if (!settings().dashboard) return { Resources: {} };
  return {
    // Where the partitions differ beyond ${AWS::Partition} and ${AWS::URLSuffix} (AWS General Reference, console endpoints).
    Mappings: {
      Partitions: {
        aws: { Console: "console.aws.amazon.com" },
        "aws-cn": { Console: "console.amazonaws.cn" },
        "aws-us-gov": { Console: "console.amazonaws-us-gov.com" },
      },
    },
    Resources: {
      Dashboard: {
        Type: "AWS::CloudWatch::Dashboard",
        Properties: {
          DashboardName: "strata-${sls:stage}",
          DashboardBody: { "Fn::Sub": JSON.stringify({ start: "-P7D", widgets: placed(widgets) }) },
        },
      },
    },
    Outputs: { DashboardUrl: { Description: "CloudWatch dashboard", Value: { "Fn::Sub": address } } },
  };
};
