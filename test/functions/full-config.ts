/** A strata.yml in which every part of the stack is used. */
export const FULL = `
organisation: Example
sources:
  logs: [s3://example-bedrock-logs/team a, s3://example-bedrock-logs-eu]
  cur: [s3://example-billing/exports/bedrock-cur2, s3://other-payer/cur]
  telemetry: [s3://example-otel/claude code, s3://example-otel-eu]
  cloudtrail: [s3://example-trail/AWSLogs]
  batch: [s3://example-batch/out]
  kiro: [s3://example-trail/user-activity-reports]
  retention_days: 730
report: { people: pseudonyms, pseudonym_key: a-secret-of-ours }
prices: { learned: use }
billing: { cost_explorer: true }
alerts:
  enforcement:
    enabled: true
    dry_run: false
    principals:
      - { arn: "arn:aws:iam::111122223333:role/apps/Dev", scope: team, name: platform }
      - { arn: "arn:aws:iam::111122223333:user/ann", scope: person, name: ann@example.com }
    models: [anthropic.claude-opus*]
deploy:
  subscriptions:
    critical: [oncall@example.com, https://events.example.com/strata, "arn:aws:lambda:us-east-1:111122223333:function:page"]
    data: ["arn:aws:sqs:us-east-1:111122223333:platform"]
  kms_keys: ["arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001"]
  source_accounts: ["444455556666"]
  organization: o-exampleorgid
  bucket_owners: { example-bedrock-logs-eu: "444455556666", other-payer: "777788889999" }
  notification_topics: ["arn:aws:sns:eu-central-1:444455556666:bedrock-logs"]
  replica: { bucket: example-strata-replica, account: "999988887777", kms_key: "arn:aws:kms:eu-west-1:999988887777:key/0a1b2c3d-0000-4000-8000-000000000002" }
  silence_hours: 12
  lake_formation: true
  permissions_boundary: arn:aws:iam::111122223333:policy/platform/boundary
  tags: { owner: platform, "cost:center": "4711" }
  vpc: { subnets: [subnet-0a1b2c3d, subnet-1a1b2c3d], security_groups: [sg-0a1b2c3d] }
  scan_limit_gb: 50
  log_days: 90
  dashboard: true
  ingest_concurrency: 50
  quicksight: { owner: "arn:aws:quicksight:us-east-1:111122223333:group/default/finops" }
`;
