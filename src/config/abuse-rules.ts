import { type AlertRule, COMMON_RULE } from "./alert-rule.ts";

const CEILING = {
  ...COMMON_RULE,
  query: "anomalies/spend_ceiling",
  tick: "1h",
  severity: "critical",
  family: "abuse",
  measure: "usd",
  compare: "ratio",
  threshold: 2,
  cool_down: "12h",
  clear_for: "2h",
} as const;

/** What nobody wants, however little is known about what is usual. A stolen key comes first: it is why dollars run away. */
export const ABUSE_RULES = {
  stolen_key: {
    ...COMMON_RULE,
    title: "Signs of a stolen key",
    query: "anomalies/stolen_key",
    tick: "1h",
    severity: "critical",
    family: "abuse",
    scopes: ["principal"],
    measure: "points",
    compare: "above",
    threshold: 3,
    floor: 20,
    learns: "8d",
    clear_for: "12h",
    escalate: 0,
    params: { denials: 4, volume_usd: 50, min_history: 7 },
  },
  ceiling_hour: {
    ...CEILING,
    title: "Dollars of an hour above the ceiling",
    scopes: ["organisation"],
    floor: 250,
    params: { of: "organisation", period: "hour", usual_usd: 50 },
  },
  ceiling_principal: {
    ...CEILING,
    title: "Dollars of one principal above the ceiling",
    scopes: ["principal"],
    floor: 500,
    params: { of: "principal", period: "day", usual_usd: 150 },
  },
  ceiling_day: {
    ...CEILING,
    title: "Dollars of a day above the ceiling",
    scopes: ["organisation"],
    floor: 1000,
    params: { of: "organisation", period: "day", usual_usd: 300 },
  },
} as const satisfies Readonly<Record<string, AlertRule>>;
