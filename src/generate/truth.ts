/** What a generated month really holds: the answer sheet. Written as truth.json; every dollar is an exact decimal string. */
export interface Truth {
  readonly version: 1;
  readonly seed: number;
  readonly scale: number;
  /** `YYYY-MM`. */
  readonly month: string;
  readonly first_event: string;
  readonly last_event: string;
  readonly counts: TruthCounts;
  readonly tokens: TruthTokens;
  readonly money: TruthMoney;
  readonly bill: TruthBill;
  readonly teams: readonly TruthTeam[];
  readonly budgets: TruthBudgets;
  readonly telemetry: TruthTelemetry;
  readonly elsewhere: TruthElsewhere;
  readonly unattributed_principals: readonly string[];
  readonly incidents: readonly Incident[];
}

interface TruthCounts {
  readonly developers: number;
  /** Log objects, the damaged one included. */
  readonly objects: number;
  /** Side bodies and permission-check objects: not log objects. */
  readonly skipped_objects: number;
  readonly body_objects: number;
  readonly permission_checks: number;
  readonly damaged_objects: number;
  /** Lines that can be read: invocations + duplicates + quarantined. */
  readonly records: number;
  readonly invocations: number;
  readonly duplicates: number;
  /** Lines that are no records. The rest of a damaged object counts as damaged_objects. */
  readonly quarantined: number;
  readonly corrupt_lines: number;
  readonly coerced: number;
  readonly failed: number;
  readonly blocked: number;
  readonly unpriced: number;
  readonly uncounted: number;
  readonly not_token_priced: number;
  readonly unattributed: number;
  /** Calls that were made and billed, and whose record never came. */
  readonly lost_in_gap: number;
  readonly lost_in_damaged_object: number;
}

/** Of the invocations that can be read, failed ones and those not priced by tokens included. */
interface TruthTokens {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
}

interface TruthMoney {
  /** Logged invocations of listed models. */
  readonly list_usd: string;
  /** The same after the discount of strata.yml. */
  readonly estimated_usd: string;
  readonly not_yet_billed_usd: string;
  readonly unattributed_estimated_usd: string;
  /** Every Bedrock line: the sum of the six that follow. */
  readonly billed_usd: string;
  readonly allocated_usd: string;
  readonly billed_not_logged_usd: string;
  readonly not_token_based_usd: string;
  readonly adjustments_usd: string;
  readonly unclassified_usd: string;
  readonly residual_usd: string;
}

export interface TruthBill {
  readonly lines: number;
  readonly parts: number;
  /** Usage from here on is not on the bill yet. */
  readonly cutoff: string;
  /** Lines of other services in the same export; not in billed_usd. */
  readonly other_services_usd: string;
  readonly token_lines_usd: string;
  readonly unpriced_model_usd: string;
  readonly gap_usd: string;
  readonly damaged_object_usd: string;
  readonly mantle_usd: string;
  readonly provisioned_usd: string;
  readonly guardrail_usd: string;
  readonly discount: {
    readonly name: string;
    readonly percent: string;
    readonly vendors: readonly string[];
    readonly usd: string;
  };
  readonly tax_usd: string;
  readonly credit_usd: string;
  /** The one line that is billed higher than its tokens cost. */
  readonly residual: {
    readonly usd: string;
    readonly day: string;
    readonly principal: string;
    readonly model: string;
    readonly token_type: "input" | "output" | "cache_read" | "cache_write_5m" | "cache_write_1h";
    readonly routing: string;
  };
}

export interface TruthTeam {
  readonly team: string;
  readonly invocations: number;
  readonly estimated_usd: string;
  readonly budget_usd: string;
  /** estimated / budget, rounded to 4 places. */
  readonly share: number;
}

/** What one team's coding assistants told, and what it comes to. */
export interface TruthTelemetry {
  readonly team: string;
  readonly sessions: number;
  readonly calls: number;
  readonly estimated_usd: string;
  readonly commits: number;
  /** Of the calls that led to a commit. */
  readonly commits_usd: string;
  readonly pull_requests: number;
  readonly pull_requests_usd: string;
  /** `(no tool)` for calls that asked for none. */
  readonly tools: readonly { readonly tool: string; readonly uses: number; readonly usd: string }[];
}

/** What no log has, and who stands behind the gateway on one day. */
export interface TruthElsewhere {
  readonly mantle_calls: number;
  /** Part of billed_not_logged_usd, as bill.mantle_usd is. */
  readonly batch: {
    readonly job: string;
    readonly records: number;
    readonly failed: number;
    readonly tokens: number;
    readonly usd: string;
  };
  /** Part of other_services_usd. */
  readonly kiro: { readonly users: number; readonly credits: number; readonly usd: string };
  readonly gateway: { readonly calls: number; readonly people: number; readonly usd: string };
}

interface TruthBudgets {
  readonly organisation_month_usd: string;
  readonly person_day_usd: string;
  /** Dearest person-day of anyone but the runaway. */
  readonly dearest_ordinary_person_day_usd: string;
}

export type IncidentKind =
  | "error-burst"
  | "token-spike"
  | "busy-day"
  | "runaway-person"
  | "team-budget-80"
  | "team-budget-100"
  | "log-gap"
  | "unpriced-model"
  | "billed-not-logged"
  | "unattributed"
  | "residual";

export interface Incident {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly tier: "info" | "warning" | "critical" | "budget" | "data";
  /** What an alert about it names. */
  readonly scope: Readonly<Record<string, string>>;
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
  /** How big it is, as numbers or exact dollars. */
  readonly size: Readonly<Record<string, string | number>>;
  /** False where the company is too small for the incident to stand out. */
  readonly meaningful: boolean;
  /** Where else the same event shows, so that an alert there is no false one. */
  readonly echoes: readonly string[];
}
