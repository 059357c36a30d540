/** The console's hosts by partition (AWS General Reference, "AWS Management Console"). */
const HOSTS: readonly (readonly [prefix: string, host: string])[] = [
  ["cn-", "console.amazonaws.cn"],
  ["us-gov-", "console.amazonaws-us-gov.com"],
  ["", "console.aws.amazon.com"],
];

/** The stack's CloudWatch dashboard, as infra/dashboard.cjs names it. */
export function dashboardAddress(stage: string, region: string): string {
  const [, host = ""] = HOSTS.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return `https://${region}.${host}/cloudwatch/home?region=${region}#dashboards/dashboard/strata-${stage}`;
}
