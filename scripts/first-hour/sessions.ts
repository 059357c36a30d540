/** What one of the four users types, and what has to be seen. */
export interface Step {
  readonly command: string;
  /** What it shows, where the exit code alone says too little. */
  readonly shows?: RegExp;
  readonly code?: number;
}

export interface Session {
  readonly user: string;
  readonly steps: readonly Step[];
}

const DATA = "demo/data";
const S = "npx strata-bedrock";

/** The first commands of each; what these print is run afterwards. */
export const sessions = (month: string): readonly Session[] => [
  {
    user: "A platform engineer in the first hour",
    steps: [
      { command: `${S} --version`, shows: /^\d+\.\d+\.\d+$/m },
      { command: `${S} --help`, shows: /Examples:/ },
      { command: `${S} init`, shows: /strata\.yml written/ },
      { command: `${S} doctor`, shows: /credentials|region/i, code: 2 },
      { command: `${S} analyze ./logs --cur ./cur --config strata.yml --out ./data`, shows: /Money[\s\S]*Results/ },
      { command: `${S} analyze ./logs --cur ./curr --out ./data`, shows: /curr cannot be read/, code: 1 },
      { command: `${S} analyze ./cur --out ./nothing`, shows: /looks like Parquet, as bills are/, code: 1 },
      { command: `${S} quarantine list --data ${DATA}`, shows: /npx strata-bedrock|reason|missing|json/i },
      { command: `${S} attribution --data ${DATA}` },
      { command: `bash -n <(${S} completion bash)` },
      {
        command: `source <(${S} completion bash); COMP_WORDS=(strata query top) COMP_CWORD=2; _strata; echo "\${COMPREPLY[@]}"`,
        shows: /^top_spenders$/m,
      },
    ],
  },
  {
    user: "Finance at the end of the month",
    steps: [
      { command: `${S} report --month ${month} --data ${DATA}`, shows: /report\.html/ },
      { command: `${S} reconcile --month ${month} --data ${DATA}`, shows: /the sum of these six, to the last digit/ },
      { command: `${S} query billed_by_status --data ${DATA}`, shows: /not_token_based/ },
      { command: `${S} query billed_by_status --data ${DATA} --format csv`, shows: /^status,/m },
      { command: `${S} report --month 2099-01 --final --data ${DATA}`, shows: /cannot be closed|not over/, code: 2 },
      { command: `${S} report --month 2025-01 --final --data ${DATA}`, shows: /cannot be closed/, code: 2 },
      { command: `${S} report --month 2026-1 --data ${DATA}`, code: 2 },
    ],
  },
  {
    user: "On call at three in the morning",
    steps: [
      { command: `${S} alerts --data ${DATA}`, shows: /critical {2}error_rate-/ },
      { command: `${S} alerts explain ID --data ${DATA}`, shows: /Cost in all/ },
      { command: `${S} alerts explain nonsense --data ${DATA}`, code: 2 },
      { command: `${S} backtest --rule error_rate --data ${DATA}`, shows: /alert/ },
      { command: `${S} alerts mute ID --stage prod --for 8h --reason seen`, shows: /credentials|region/i, code: 2 },
      { command: `${S} alerts acknowledge ID --stage prod --by ann@example.com`, shows: /credentials|region/i, code: 2 },
    ],
  },
  {
    user: "An analyst, a lead, with a question",
    steps: [
      { command: `${S} query`, shows: /top_spenders/ },
      { command: `${S} query top_spendrs --data ${DATA}`, shows: /Did you mean top_spenders/, code: 2 },
      { command: `${S} query month_forecast --data ${DATA}`, shows: /forecast/, code: 2 },
      { command: `${S} forecast --data ${DATA} --as-of ${month}-20`, shows: /80 %|low/ },
      { command: `${S} whatif --data ${DATA}` },
      { command: `${S} plan --developers 100 --model claude-sonnet-4-6` },
      { command: `${S} prices claude-sonnet-4-6`, shows: /1M tokens|per 1M/i },
      {
        command: `${S} sql "select team, sum(estimated_cost) as usd from hourly_usage group by team order by usd desc" --data ${DATA}`,
      },
      { command: `${S} sql "drop table hourly_usage" --data ${DATA}`, shows: /only SELECT/, code: 1 },
    ],
  },
];
