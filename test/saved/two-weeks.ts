import { type Call, chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

// Two weeks, small enough to work out by hand. 5 and 12 October 2026 are Mondays, 10 October is a Saturday.
const OPUS = {
  model: "claude-opus-4-8",
  model_family: "claude-opus",
  model_tier: "premium",
  model_id: "global.anthropic.claude-opus-4-8",
};
const BATCH = {
  person: null,
  principal_name: "Nightly",
  principal_arn: "arn:aws:iam::111122223333:user/nightly",
  operation: "InvokeModel",
  team: "search",
};
const CALLS: readonly Call[] = [
  // Ana, a session of three calls whose prompt grows, on Monday of the first week.
  {
    at: "2026-10-05T09:00:00Z",
    tokens: [100, 50, 0, 1000, 0],
    costs: ["0.10", "0.20", "0", "0.50"],
    uncached_cost: "0.70",
    latency_ms: 1000,
    time_to_first_token_ms: 200,
    feature: "chat",
    environment: "prod",
  },
  {
    at: "2026-10-05T09:10:00Z",
    tokens: [100, 50, 1000, 200, 0],
    costs: ["0.10", "0.20", "0.05", "0.15"],
    uncached_cost: "1.30",
    latency_ms: 3000,
    time_to_first_token_ms: 400,
    feature: "chat",
    environment: "prod",
  },
  {
    at: "2026-10-05T09:20:00Z",
    tokens: [100, 50, 2900, 0, 0],
    costs: ["0.10", "0.20", "0.20", "0"],
    uncached_cost: "2.00",
    feature: "chat",
    environment: "prod",
  },
  // Ben on the premium model with global routing and a 1-hour cache write; one failure, retried 30 seconds later with success.
  {
    at: "2026-10-06T20:00:00Z",
    person: "ben@example.com",
    team: "payments",
    ...OPUS,
    routing: "global",
    status: "error",
    error_code: "ThrottlingException",
    error_class: "throttling",
    tokens: [0, 0, 0, 0, 0],
    costs: ["0", "0", "0", "0"],
    request_metadata: { team: "payments", project: "ledger" },
  },
  {
    at: "2026-10-06T20:00:30Z",
    person: "ben@example.com",
    team: "payments",
    ...OPUS,
    routing: "global",
    tokens: [500, 100, 0, 0, 1000],
    costs: ["1.00", "2.00", "0", "4.00"],
    request_metadata: { team: "payments", project: "ledger" },
  },
  {
    at: "2026-10-10T12:00:00Z",
    person: "ben@example.com",
    team: "payments",
    ...OPUS,
    routing: "geo",
    tokens: [500, 100, 0, 0, 0],
    costs: ["1.10", "2.20", "0", "0"],
    request_metadata: { team: "payments", project: "ledger" },
  },
  // A service without streaming: three calls in one minute, in the second week.
  { at: "2026-10-12T02:00:00Z", ...BATCH, latency_ms: 30_000, costs: ["1.00", "1.00", "0", "0"], tokens: [1000, 10, 0, 0, 0] },
  { at: "2026-10-12T02:00:10Z", ...BATCH, latency_ms: 30_000, costs: ["1.00", "1.00", "0", "0"], tokens: [1000, 10, 0, 0, 0] },
  {
    at: "2026-10-12T02:00:20Z",
    ...BATCH,
    latency_ms: 5_000,
    costs: ["1.00", "1.00", "0", "0"],
    tokens: [1000, 10, 0, 0, 0],
    status: "blocked",
  },
  // Nobody's call on a model without a price.
  {
    at: "2026-10-13T10:00:00Z",
    person: null,
    principal_arn: null,
    principal_name: null,
    team: "unattributed",
    model: "mystery-1",
    model_id: "newvendor.mystery-1",
    model_tier: null,
    costs: null,
    tokens: [70, 7, 0, 0, 0],
    request_id: "twice",
    source_object: "log-1.json.gz",
    source_line: 90,
  },
  {
    at: "2026-10-13T10:00:00Z",
    person: null,
    principal_arn: null,
    principal_name: null,
    team: "unattributed",
    model: "mystery-1",
    model_id: "newvendor.mystery-1",
    model_tier: null,
    costs: null,
    tokens: [70, 7, 0, 0, 0],
    request_id: "twice",
    source_object: "log-2.json.gz",
    source_line: 1,
  },
];
const CHARGES = [
  chargeOf({
    dt: "2026-10-05",
    status: "allocated",
    billed_cost: "1.60",
    model: "claude-sonnet-4-6",
    token_type: "input",
    team: "platform",
  }),
  chargeOf({
    dt: "2026-10-06",
    status: "allocated",
    billed_cost: "10.30",
    model: "claude-opus-4-8",
    token_type: "output",
    team: "payments",
  }),
  chargeOf({
    dt: "2026-10-07",
    status: "billed_not_logged",
    billed_cost: "5.00",
    model: "claude-opus-4-8",
    endpoint: "mantle",
    reason: "mantle",
    billed_tokens: 1000,
  }),
  chargeOf({ dt: "2026-10-01", usage_dt: "2026-09-30", status: "adjustment", billed_cost: "-1.90", reason: "credit" }),
];

/** The data folder of these two weeks, with its sums; whoever asks closes it. */
export const twoWeeks = (): Promise<Fixture> =>
  monthFixture({
    calls: CALLS,
    charges: CHARGES,
    tables: {
      quarantine: [
        {
          source_object: "log-1.json.gz",
          source_line: 7,
          byte_offset: 10,
          reason: "not_json",
          detail: "line",
          fingerprint: "00",
        },
      ],
      service_counts: [
        {
          dt: "2026-10-05",
          hour: 9,
          account_id: "111122223333",
          region: "us-east-1",
          invocations: 4,
          undelivered: 1,
          throttled: 0,
        },
      ],
    },
  });
