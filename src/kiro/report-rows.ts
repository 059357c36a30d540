import { parseDecimal, toPico } from "../money.ts";
import { splitUserId } from "../principal/user-id.ts";
import type { RowOf } from "../tables/column.ts";
import type { kiroUsage } from "../tables/kiro-usage.ts";
import { parseDay } from "../time.ts";

export type KiroRow = RowOf<typeof kiroUsage>;

export interface ReportPlace {
  readonly object: string;
  readonly account: string | null;
  /** Number of the line, from 1; the header is line 1. */
  readonly item: number;
}

/** Why a report or a row of it cannot be used. */
export class ReportError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = "ReportError";
    this.reason = reason;
  }
}

/** Without these a row says nothing; every other column may be missing or stand anywhere. */
const NEEDED = ["date", "userid", "credits_used"] as const;
const MODEL = /^(.+)_messages$/;
/** Ends like a model's column. */
const NO_MODEL = new Set(["total_messages"]);
const MOST_MODELS = 200;

/** Columns of a report by their names, wherever they stand. @throws ReportError */
export class ReportColumns {
  readonly #places: ReadonlyMap<string, number>;
  readonly #models: readonly (readonly [string, number])[];
  readonly #width: number;

  constructor(header: readonly string[]) {
    const names = header.map((name) =>
      name
        .replace(/^\uFEFF/, "")
        .trim()
        .toLowerCase(),
    );
    this.#places = new Map(names.map((name, index) => [name, index]));
    const missing = NEEDED.filter((name) => !this.#places.has(name));
    if (missing.length > 0) throw new ReportError("missing_field", `a report without the columns ${missing.join(", ")}`);
    if (this.#places.size < names.length) throw new ReportError("bad_header", "a report with two columns of one name");
    this.#models = names
      .flatMap((name, index) => {
        const model = NO_MODEL.has(name) ? undefined : MODEL.exec(name)?.[1];
        return model === undefined ? [] : [[model.slice(0, 128), index] as const];
      })
      .slice(0, MOST_MODELS);
    this.#width = names.length;
  }

  /** The row of a person, client and day, and one for each model with messages. @throws ReportError */
  rows(cells: readonly string[], { object, account, item }: ReportPlace): { readonly day: string; readonly rows: KiroRow[] } {
    if (cells.length !== this.#width)
      throw new ReportError("bad_row", `a row of ${cells.length} cells under a header of ${this.#width}`);
    const text = (name: string): string | null => {
      const place = this.#places.get(name);
      const value = place === undefined ? "" : (cells[place] ?? "").trim();
      return value === "" || value.length > 2048 ? null : value;
    };
    const day = text("date");
    if (day === null || parseDay(day) === undefined) throw new ReportError("implausible_time", "a row without a day YYYY-MM-DD");
    const user = text("userid");
    if (user === null) throw new ReportError("missing_field", "a row without UserId");
    const { userId, store } = splitUserId(user);
    const common = {
      user_id: userId,
      identity_store: store,
      person: text("user_email")?.toLowerCase() ?? null,
      client: text("client_type"),
      account_id: account ?? accountIn(text("profileid")),
      profile_arn: text("profileid"),
      plan: planOf(text("subscription_tier")),
      source_object: object,
      source_item: item,
    };
    const whole: KiroRow = {
      ...common,
      model: null,
      messages: whole0(text("total_messages"), "Total_Messages"),
      conversations: whole0(text("chat_conversations"), "Chat_Conversations"),
      credits: decimal0(text("credits_used"), "Credits_Used") ?? 0n,
      overage_credits: decimal0(text("overage_credits_used"), "Overage_Credits_Used"),
      overage_cap: decimal0(text("overage_cap"), "Overage_Cap"),
      overage_enabled: flag(text("overage_enabled")),
      usage_limit: decimal0(text("usage_limit"), "Usage_Limit"),
      is_new: flag(text("new_user")),
    };
    const models = this.#models.flatMap(([model, place]): KiroRow[] => {
      const messages = whole0((cells[place] ?? "").trim() || null, "a model's messages");
      if (messages === null || messages === 0) return [];
      return [{ ...NOTHING, ...common, model, messages }];
    });
    return { day, rows: [whole, ...models] };
  }
}

const NOTHING = {
  conversations: null,
  credits: null,
  overage_credits: null,
  overage_cap: null,
  overage_enabled: null,
  usage_limit: null,
  is_new: null,
};

/** `PRO_MAX`, `ProMax` and `Pro Max` are one plan. */
export const planOf = (text: string | null): string | null =>
  text === null
    ? null
    : text
        .replace(/([a-z])([A-Z])/g, "$1_$2")
        .replace(/[\s-]+/g, "_")
        .toUpperCase();

const accountIn = (arn: string | null): string | null => /^arn:[\w-]+:\w+:[\w-]*:(\d{12}):/.exec(arn ?? "")?.[1] ?? null;
const flag = (text: string | null): boolean | null =>
  text === null ? null : /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : null;

function whole0(text: string | null, column: string): number | null {
  if (text === null) return null;
  if (!/^\d{1,12}(?:\.0+)?$/.test(text)) throw new ReportError("wrong_type", `${column} is no whole number`);
  return Math.trunc(Number(text));
}

/** Credits to twelve decimals. */
function decimal0(text: string | null, column: string): bigint | null {
  if (text === null) return null;
  try {
    const value = toPico(parseDecimal(text));
    if (value >= 0n && value < 10n ** 24n) return value;
  } catch {
    // Told below, without the text.
  }
  throw new ReportError("wrong_type", `${column} is no number of credits`);
}
