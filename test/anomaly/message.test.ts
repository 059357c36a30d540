import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adviceOf } from "../../src/anomaly/advice.ts";
import { budgetIncidents } from "../../src/anomaly/budget-incidents.ts";
import type { Contributors } from "../../src/anomaly/contributors.ts";
import { summaryOf } from "../../src/anomaly/describe-incident.ts";
import { alertMessage } from "../../src/anomaly/message-schema.ts";
import { nextQuery } from "../../src/anomaly/next-query.ts";
import { type MessageInput, writeMessage } from "../../src/anomaly/write-message.ts";
import { BUDGET_RULES } from "../../src/config/budget-rules.ts";
import { budgetsConfig } from "../../src/config/budgets.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { queryFile } from "../../src/query/files.ts";
import { DAY, incident, MINUTE, rule, START, USD } from "./factories.ts";

const config = strataConfig.parse({});
const contributors: Contributors = {
  people: [
    { name: "ann@example.com", share: 0.62 },
    { name: "bob@example.com", share: 0.09 },
  ],
  models: [{ name: "claude-sonnet-4-6", share: 0.97 }],
  teams: [{ name: "payments", share: 1 }],
  accounts: [{ name: "111122223333", share: 1 }],
  regions: [{ name: "us-east-1", share: 0.97 }],
  errorCodes: [
    { name: "ServiceUnavailableException", share: 0.9 },
    { name: "InternalServerException", share: 0.07 },
  ],
  dollars: (USD * 5n) / 4n,
  guessed: 0n,
  retries: { failed: 30, retries: 21, succeeded: 17, wasted: (USD * 5n) / 4n, dollars: USD / 2n },
};

const input = (changes: Partial<MessageInput> = {}): MessageInput => ({
  organisation: "Example Corp",
  timezone: "UTC",
  rule: rule(),
  notice: {
    kind: "opened",
    tick: START,
    incident: incident({ scope: "team", name: "payments", team: "payments", key: "error_rate|team|payments" }),
  },
  contributors,
  explains: [],
  ...changes,
});

const used = budgetIncidents(
  {
    budgets: budgetsConfig.parse([{ scope: "team", name: "payments", period: "month", limit_usd: "350" }]),
    timezone: "UTC",
  },
  [
    {
      tick: START + 8 * DAY,
      since: START,
      key: null,
      claimed: 0n,
      guessed: 0n,
      guessedClaimed: 0n,
      scope: "team",
      name: "payments",
      period: "month",
      used: (USD * 2814n) / 10n,
      team: "payments",
      accountId: "111122223333",
    },
  ],
  new Map(),
);

const budgetInput: MessageInput = {
  ...input(),
  rule: BUDGET_RULES.budget,
  notice: used.notices[0] ?? input().notice,
  contributors: {
    ...contributors,
    errorCodes: [],
    retries: undefined,
    people: ["ann", "bob", "cem", "dia", "eva"].map((name, index) => ({ name: `${name}@example.com`, share: 0.24 - index / 50 })),
  },
};

const formOf = (body: string, protocol: string): string => String(JSON.parse(body)[protocol]);

describe("a message", () => {
  it("tells in plain text what, since when, how bad, who, the cost, what it is not and what to run", () => {
    expect(formOf(writeMessage(input()).body, "email")).toMatchInlineSnapshot(`
      "What:        Error rate above its limit, team payments (region us-east-1)
      Since:       2026-05-31 23:45 UTC, for 15 minutes
      How bad:     30 % of 100 calls failed in 15 minutes, limit 10 %
      Kind:        server 96.7 %
      Error:       ServiceUnavailableException 90 %, InternalServerException 7 %
      Who:         ann@example.com 62 %, bob@example.com 9 %
      Model:       claude-sonnet-4-6 97 %
      Cost:        $1.25 wasted on failed calls so far
      Retries:     about 21 retries, 17 answered, $0.50
      It is not:   throttling (0 % of the failures); the callers' own mistakes (3.33 % of the failures); the model's own errors (0 % of the failures)
      Do:          If AWS Health shows an event for Bedrock there, move to another region or a cross-region profile; if not, open a support case with some request ids.
      Look:        npx strata-bedrock query anomalies/contributors --param from=2026-05-31T23:45:00Z --param to=2026-06-01T00:00:00Z --param measure=errors --param scope=team --param name=payments --param top=20
      Id:          error_rate-20260601T0000-07n2pdo"
    `);
  });

  it("tells the same in a text message of one part and in chat", () => {
    expect(formOf(writeMessage(input()).body, "sms")).toMatchInlineSnapshot(
      `"30 % of 100 calls failed in 15 minutes, team payments, us-east-1, claude-sonnet-4-6 97 %, since 05-31 23:45Z, $1.25 so far, CRITICAL"`,
    );
    expect(JSON.parse(formOf(writeMessage(input()).body, "https"))).toMatchInlineSnapshot(`
      {
        "content": {
          "description": "Error rate above its limit: team payments, since 2026-05-31 23:45 UTC: 30 % of 100 calls failed in 15 minutes, limit 10 %.
      *Who:* ann@​example.com 62 %, bob@​example.com 9 %
      *Model:* claude-sonnet-4-6 97 %
      *Cost:* $1.25 wasted on failed calls so far
      *Retries:* about 21, 17 answered
      *It is not:* throttling (0 % of the failures); the callers' own mistakes (3.33 % of the failures); the model's own errors (0 % of the failures)
      *Do:* If AWS Health shows an event for Bedrock there, move to another region or a cross-region profile; if not, open a support case with some request ids.",
          "keywords": [
            "critical",
            "error_rate",
          ],
          "nextSteps": [
            "Run \`npx strata-bedrock query anomalies/contributors --param from=2026-05-31T23:45:00Z --param to=2026-06-01T00:00:00Z --param measure=errors --param scope=team --param name=payments --param top=20\`",
          ],
          "textType": "client-markdown",
          "title": ":rotating_light: Error rate above its limit (payments)",
        },
        "id": "error_rate-20260601T0000-07n2pdo",
        "metadata": {
          "eventType": "error_rate.opened",
          "summary": "Error rate above its limit: team payments, since 2026-05-31 23:45 UTC: 30 % of 100 calls failed in 15 minutes, limit 10 %.",
          "threadId": "error_rate-20260601T0000-07n2pdo",
        },
        "source": "custom",
        "version": "1.0",
      }
    `);
  });

  it("tells of a budget what is left and until when, in all three forms", () => {
    const { body, subject } = writeMessage(budgetInput);
    expect(subject).toBe("[budget] 80 % of the month's budget used - team payments");
    expect(formOf(body, "email")).toMatchInlineSnapshot(`
      "What:        80 % of the month's budget used, team payments (all of it in account 111122223333, region us-east-1)
      Period from: 2026-06-01 00:00 UTC
      How bad:     $281.40 of $350.00 (80.4 %) used in 2026-06, $68.60 left until 2026-07-01
      Who:         ann@example.com 24 %, bob@example.com 22 %, cem@example.com 20 %, dia@example.com 18 %, eva@example.com 16 %
      Model:       claude-sonnet-4-6 97 %
      Cost:        $281.40 so far
      It is not:   one caller (the largest has 24 %)
      Do:          If the month has long to go, lower the use or raise the limit under budgets in strata.yml.
      Look:        npx strata-bedrock query anomalies/contributors_hourly --param from=2026-06-01T00:00:00Z --param to=2026-06-09T00:00:00Z --param measure=usd --param scope=team --param name=payments --param top=20
      Id:          budget-20260609T0000-0z1byoz"
    `);
    expect(formOf(body, "sms")).toMatchInlineSnapshot(
      `"80 % of the month's budget used, $281.40 of $350.00, team payments, us-east-1, claude-sonnet-4-6 97 %, since 06-01 00:00Z, $281.40 so far..."`,
    );
    expect(JSON.parse(formOf(body, "https")).content).toMatchInlineSnapshot(`
      {
        "description": "80 % of the month's budget used: team payments: $281.40 of $350.00 (80.4 %) used in 2026-06, $68.60 left until 2026-07-01.
      *Who:* ann@​example.com 24 %, bob@​example.com 22 %, cem@​example.com 20 %, dia@​example.com 18 %, eva@​example.com 16 %
      *Model:* claude-sonnet-4-6 97 %
      *Cost:* $281.40 so far
      *It is not:* one caller (the largest has 24 %)
      *Do:* If the month has long to go, lower the use or raise the limit under budgets in strata.yml.",
        "keywords": [
          "budget",
        ],
        "nextSteps": [
          "Run \`npx strata-bedrock query anomalies/contributors_hourly --param from=2026-06-01T00:00:00Z --param to=2026-06-09T00:00:00Z --param measure=usd --param scope=team --param name=payments --param top=20\`",
        ],
        "textType": "client-markdown",
        "title": ":moneybag: 80 % of the month's budget used (payments)",
      }
    `);
  });

  it("says what share of the dollars rests on guessed prices, as text, in chat and as facts, and nothing where none does", () => {
    const guessing = writeMessage(input({ contributors: { ...contributors, guessed: USD / 2n } })).body;
    expect(formOf(guessing, "email")).toContain("Cost:        $1.25 wasted on failed calls so far, 40.0 % of it guessed\n");
    expect(formOf(guessing, "https")).toContain("40.0 % of it guessed");
    expect(JSON.parse(formOf(guessing, "lambda")).facts).toMatchObject({ guessed_usd: "0.50", guessed_share: "0.4" });
    expect(writeMessage(input()).body).not.toContain("guessed");
  });

  it("names the model in the subject when most of it is one model's", () => {
    expect(writeMessage(input()).subject).toBe("[critical] Error rate above its limit - team payments, claude-sonnet-4-6 97 %");
    const spread = { ...contributors, models: [{ name: "claude-sonnet-4-6", share: 0.3 }] };
    expect(writeMessage(input({ contributors: spread })).subject).toBe("[critical] Error rate above its limit - team payments");
  });

  it("says when it is over what it was, not what the quiet ticks after it look like", () => {
    const { notice } = input();
    const quiet = {
      ...notice.incident.latest,
      value: 0.01,
      facts: { calls: 50, failed: 1, throttling: 1, client: 0, server: 0, model: 0 },
    };
    const over = { ...notice.incident, latest: quiet, state: "resolved" as const, resolvedAt: START + 60 * MINUTE };
    const text = formOf(writeMessage(input({ notice: { ...notice, kind: "resolved", incident: over } })).body, "email");
    expect(text).toContain("What:        OVER: Error rate above its limit");
    expect(text).toContain("Over at:     2026-06-01 01:00 UTC\nAt worst:    ");
    expect(formOf(writeMessage(input()).body, "email")).not.toMatch(/^(?:Over at|At worst):/m);
    expect(text).toContain("30 % of 100 calls failed");
    expect(text).toContain("Kind:        server 96.7 %");
    expect(text).toContain("It is not:   throttling (0 % of the failures)");
  });

  it("names the teams where there are several, and nobody twice", () => {
    const teams = [
      { name: "payments", share: 0.7 },
      { name: "search", share: 0.3 },
    ];
    const organisation = incident({ scope: "organisation", name: null, team: null });
    const notice = { ...input().notice, incident: organisation };
    expect(formOf(writeMessage(input({ notice, contributors: { ...contributors, teams } })).body, "email")).toContain(
      "Team:        payments 70 %, search 30 %",
    );
    const person = { ...notice, incident: incident({ scope: "person", name: "ann@example.com" }) };
    expect(formOf(writeMessage(input({ notice: person })).body, "email")).not.toContain("Who:");
  });

  it.each([
    ["restated", 3n, "$3.00 more than before"],
    ["restated", -3n, "$3.00 less than before"],
    ["restated", 0n, "$0.00 more than before"],
    ["witnesses_disagree", 3n, "$3.00 more by Cost Explorer than on the bill"],
    ["witnesses_disagree", -3n, "$3.00 less by Cost Explorer than on the bill"],
    ["logs_stopped", 3n, "unknown: what was not logged has no price"],
    ["unpriced", 3n, "unknown: the model has no price; add one to prices in strata.yml"],
    ["throttling", 3n, "nothing: a throttled attempt is not billed"],
    ["tokens_hourly", 3n, "$3.00 above the usual so far"],
    ["ceiling_hour", 3n, "$3.00 above the usual so far"],
    ["unclassified", 3n, "$3.00 so far"],
  ])("says of %s what %s dollars are", (name, dollars, cost) => {
    const given = config.alerts.rules[name] ?? rule();
    const of = { ...input().notice, incident: incident({ rule: name, dollars: dollars * USD }) };
    const text = formOf(writeMessage(input({ rule: given, notice: of })).body, "email");
    expect(/^Cost: +(.*)$/m.exec(text)?.[1]).toBe(cost);
  });

  it("says how many times the usual where a percentage says nothing", () => {
    const tokens = config.alerts.rules["tokens_hourly"] ?? rule();
    const reading = { ...incident().latest, value: 32_000_000, baseline: 65_100, limit: 100_000, facts: {} };
    const grown = incident({ rule: "tokens_hourly", latest: reading, worst: reading });
    expect(summaryOf(tokens, grown)).toContain("32.00 M tokens, 492 times the usual 65.1 k tokens");
  });

  it.each([
    ["logs_stopped", {}, "npx strata-bedrock query rollups/log_gaps"],
    ["completeness", {}, "npx strata-bedrock query log_completeness --param from=2026-05-31 --param to=2026-05-31"],
    ["unreadable_logs", {}, "npx strata-bedrock query quarantined_lines"],
    ["unpriced", {}, "npx strata-bedrock query unpriced_usage --param from=2026-05-31 --param to=2026-05-31"],
    ["billed_not_logged", {}, "npx strata-bedrock query unlogged_spend --param from=2026-05-31 --param to=2026-05-31"],
    ["residual", {}, "npx strata-bedrock query billed_by_status --param from=2026-05-31 --param to=2026-05-31"],
    [
      "restated",
      { first_day: "2026-05-06", last_day: "2026-05-07" },
      "npx strata-bedrock query billing/status_by_day --param from=2026-05-06 --param to=2026-05-07",
    ],
  ])("for %s gives the query that explains it, and one that is there", (name, facts, query) => {
    const latest = { ...incident().latest, facts };
    expect(nextQuery(config.alerts.rules[name] ?? rule(), incident({ rule: name, latest }))).toBe(query);
    const file = query.split(" ")[3] ?? "";
    const { header } = queryFile(file.includes("/") ? file : `saved/${file}`);
    for (const [, param = ""] of query.matchAll(/--param (\w+)=/g))
      expect(header.params.map(({ name: known }) => known)).toContain(param);
  });

  it("gives the command for the deployed stack where it is told of one", () =>
    expect(formOf(writeMessage(input({ target: "--athena --stage prod" })).body, "email")).toContain(
      "npx strata-bedrock query anomalies/contributors --athena --stage prod --param from=",
    ));

  it("shows times in the zone of the config too, also on the night the clocks change", () => {
    const night = Date.UTC(2026, 9, 25, 1, 30);
    const text = formOf(
      writeMessage(
        input({ timezone: "Europe/Berlin", notice: { kind: "opened", tick: night, incident: incident({ since: night }) } }),
      ).body,
      "email",
    );
    expect(text).toContain("2026-10-25 01:30 UTC (2026-10-25 02:30 Europe/Berlin)");
  });

  it("carries attributes for filter policies, and no empty ones", () => {
    expect(writeMessage(input()).attributes).toEqual({
      severity: "critical",
      rule: "error_rate",
      kind: "opened",
      team: "payments",
    });
  });

  it("is data that its published schema accepts", () => {
    expect(alertMessage.parse(JSON.parse(formOf(writeMessage(input()).body, "sqs"))).people).toHaveLength(2);
  });

  it("keeps messages about one incident in one chat thread", () => {
    const chat = (kind: "opened" | "resolved") =>
      JSON.parse(formOf(writeMessage(input({ notice: { ...input().notice, kind } })).body, "https"));
    expect(chat("opened").metadata.threadId).toBe(chat("resolved").metadata.threadId);
    expect(chat("opened")).toMatchObject({ version: "1.0", source: "custom", content: { textType: "client-markdown" } });
  });

  const spread = (share: number): Partial<MessageInput> => ({
    notice: { ...input().notice, incident: incident({ team: null }) },
    contributors: {
      ...contributors,
      people: [
        { name: "ann@example.com", share: 0.5 },
        { name: "bob@example.com", share: 0.3 },
      ],
      teams: [
        { name: "payments", share },
        { name: "search", share: 1 - share },
      ],
    },
  });

  it("names the narrowest part of the organisation that carries it, and the region; nobody where nobody stands out", () => {
    const { body, subject } = writeMessage(input(spread(0.98)));
    expect(subject).toBe("[critical] Error rate above its limit - organisation, payments 98 %, claude-sonnet-4-6 97 %");
    expect(formOf(body, "email")).toContain("the organisation (team payments, 98 %, region us-east-1)");
    expect(formOf(body, "sms")).toMatch(/^30 % of 100 calls failed in 15 minutes, team payments 98 %, us-east-1, /);
    expect(JSON.parse(formOf(body, "lambda"))).toMatchObject({
      carried_by: { scope: "team", name: "payments", share: 0.98 },
      region: "us-east-1",
    });
    const even = spread(0.6);
    const accounts = [
      { name: "111122223333", share: 0.5 },
      { name: "444455556666", share: 0.5 },
    ];
    const nobody = input({ ...even, contributors: { ...contributors, ...even.contributors, accounts } });
    expect(JSON.parse(formOf(writeMessage(nobody).body, "lambda")).carried_by).toBeNull();
  });

  it("gives the runbook of its rule, the dashboard, and where a stack is deployed the command that mutes it", () => {
    const given = input({
      rule: rule({ runbook: "https://wiki.example.com/bedrock_errors" }),
      dashboard: "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/strata-prod",
      stage: "prod",
    });
    const { body } = writeMessage(given);
    expect(formOf(body, "email")).toContain("Runbook:     https://wiki.example.com/bedrock_errors\n");
    expect(formOf(body, "email")).toMatch(
      /Mute: {8}npx strata-bedrock alerts mute error_rate-\S+ --stage prod --for 8h --reason seen\n/,
    );
    expect(JSON.parse(formOf(body, "https")).content.nextSteps).toContain("Runbook: https://wiki.example.com/bedrock_errors");
    expect(formOf(writeMessage(input()).body, "email")).not.toMatch(/Runbook|Mute|Dashboard/);
  });

  it.each(["http://x.example", "https://x.example/`rm`", "https://x.example/<!here>", "see the wiki"])(
    "takes no runbook that is no plain address: %s",
    (runbook) => expect(() => strataConfig.parse({ alerts: { rules: { error_rate: { runbook } } } })).toThrow(/https:/),
  );

  it("has one line of what to do for every rule of the table", () => {
    for (const name of [...Object.keys(config.alerts.rules), ...Object.keys(BUDGET_RULES)])
      expect(adviceOf(incident({ rule: name })), name).toMatch(/^(If|Hold|Revoke) [^\n]{20,}\.$/);
  });

  describe("as a CloudWatch alarm, for PagerDuty and Opsgenie", () => {
    const alarm = (kind: "opened" | "escalated" | "resolved") => {
      const state = kind === "resolved" ? ({ state: "resolved", resolvedAt: START + 60 * MINUTE } as const) : {};
      const notice = { ...input().notice, kind, incident: { ...input().notice.incident, ...state } };
      const { body, subject } = writeMessage(input({ notice, httpsForm: "alarm" }));
      return { subject, form: JSON.parse(formOf(body, "https")), email: formOf(body, "email") };
    };

    it("opens, joins and closes one incident by its name, and its subject begins with the state", () => {
      const [opened, worse, over] = [alarm("opened"), alarm("escalated"), alarm("resolved")];
      expect(new Set([opened, worse, over].map(({ form }) => form.AlarmName)).size).toBe(1);
      expect([opened, worse, over].map(({ form }) => form.NewStateValue)).toEqual(["ALARM", "ALARM", "OK"]);
      expect([opened, worse, over].map(({ subject }) => subject.split(" ")[0])).toEqual(["ALARM:", "ALARM:", "OK:"]);
      expect(opened.form).toMatchObject({ OldStateValue: "OK", Region: "us-east-1", Trigger: { MetricName: "error_rate" } });
      expect(opened.form.NewStateReason).toContain("30 % of 100 calls failed");
      expect(opened.email).toContain("What:        Error rate");
    });

    it("keeps CloudWatch's limits", () => {
      const people = Array.from({ length: 5 }, (_, index) => ({ name: `${"x".repeat(600)}${index}`, share: 0.2 }));
      const form = JSON.parse(
        formOf(writeMessage(input({ httpsForm: "alarm", contributors: { ...contributors, people } })).body, "https"),
      );
      expect(form.AlarmDescription.length).toBeLessThanOrEqual(1024);
      expect(form.NewStateReason.length).toBeLessThanOrEqual(1023);
      expect(form.AlarmName.length).toBeLessThanOrEqual(255);
    });
  });

  it("does not let a name mention a channel or close a code span", () => {
    const named = incident({ scope: "team", name: "<!channel> `rm` @here" });
    const { content } = JSON.parse(
      formOf(writeMessage(input({ notice: { kind: "opened", tick: START, incident: named } })).body, "https"),
    );
    expect(content.title).not.toContain("<!channel>");
    expect(content.title).not.toContain("@here");
    expect(content.nextSteps[0].match(/`/g)).toHaveLength(2);
  });

  it("quotes names in the command so that a shell reads them as they are", () => {
    const named = incident({ scope: "team", name: "it's; $(reboot)" });
    expect(formOf(writeMessage(input({ notice: { kind: "opened", tick: START, incident: named } })).body, "email")).toContain(
      "--param 'name=it'\\''s; $(reboot)'",
    );
  });

  const wild = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "grapheme", maxLength: 300 }));

  it("has a subject of at most 100 printable ASCII characters and stays below 256 KB, whatever the names hold", () =>
    fc.assert(
      fc.property(
        wild,
        wild,
        fc.constantFrom("opened", "escalated", "renotified", "reopened", "resolved"),
        (name, person, kind) => {
          const people = Array.from({ length: 9 }, () => ({ name: person, share: 0.1 }));
          const notice = { kind, tick: START + MINUTE, incident: incident({ scope: "team", name, team: name }) } as const;
          const { subject, body, attributes } = writeMessage(input({ notice, contributors: { ...contributors, people } }));
          expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
          expect(formOf(body, "sms")).toMatch(/^[\x20-\x7e]{1,140}$/);
          expect(Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes))).toBeLessThan(262_144);
          expect(formOf(body, "email").replaceAll("\n", "")).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
          alertMessage.parse(JSON.parse(formOf(body, "sqs")));
        },
      ),
    ));
});
