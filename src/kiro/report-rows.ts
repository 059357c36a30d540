import { parseDecimal, toPico } from "../money.ts";
import { splitUserId } from "../principal/user-id.ts";
import type { RowOf } from "../tables/column.ts";
import type { kiroUsage } from "../tables/kiro-usage.ts";
import { parseDay } from "../time.ts";

export type KiroRow = RowOf<typeof kiroUsage>;

export interface ReportPlace {
  readonly object: string;
  readonly account: string | null;
  /** By the report's name, for reports that have no such column. */
  readonly client?: string | null;
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
const NEEDED = ["Date", "UserId", "Credits_Used"] as const;
const MODEL = /^(.+)[_-]messages$/;
/** Ends like a model's column. */
const NO_MODEL = "totalmessages";
const MOST_MODELS = 200;

/** `Credits_Used`, `creditsUsed` and `Credits used` are one column. */
const plain = (name: string): string => name.replace(/[\uFEFF\s_-]/g, "").toLowerCase();
const written = (name: string): string => name.trim().toLowerCase().replace(/\s+/g, "_");
/** The model whose messages a column has, as the report names it. */
const modelOf = (name: string): string | undefined =>
  plain(name) === NO_MODEL ? undefined : MODEL.exec(written(name))?.[1]?.slice(0, 128);

/** Whether a row names columns. */
export const isHeader = (cells: readonly string[]): boolean => {
  const names = new Set(cells.map(plain));
  return NEEDED.every((name) => names.has(plain(name)));
};

/** Columns of a report by their names, wherever they stand. @throws ReportError */
export class ReportColumns {
  readonly #places: ReadonlyMap<string, number>;
  readonly #models: readonly (readonly [string, number])[];
  readonly #width: number;

  constructor(header: readonly string[]) {
    const named = header.flatMap((name, index) => (name.trim() === "" ? [] : [{ name, index, model: modelOf(name) }]));
    const models = named.flatMap(({ model, index }) => (model === undefined ? [] : [[model, index] as const]));
    const fixed = named.filter(({ model }) => model === undefined).map(({ name, index }) => [plain(name), index] as const);
    this.#places = new Map(fixed);
    const missing = NEEDED.filter((name) => !this.#places.has(plain(name)));
    if (missing.length > 0)
      throw new ReportError("missing_field", `a report without the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`);
    if (this.#places.size + new Map(models).size < named.length)
      throw new ReportError("bad_header", "a report with two columns of one name");
    this.#models = models.slice(0, MOST_MODELS);
    this.#width = header.length;
  }

  /** The row of a person, client and day, and one for each model with messages. @throws ReportError */
  rows(
    cells: readonly string[],
    { object, account, client = null, item }: ReportPlace,
  ): { readonly day: string; readonly rows: KiroRow[] } {
    // A spreadsheet fills rows up with empty cells.
    if (cells.length < this.#width || cells.slice(this.#width).some((cell) => cell.trim() !== ""))
      throw new ReportError("bad_row", `a row of ${cells.length} cells under a header of ${this.#width}`);
    const text = (name: string): string | null => {
      const place = this.#places.get(plain(name));
      const value = place === undefined ? "" : (cells[place] ?? "").trim();
      return NOTHING_TOLD.test(value) || value.length > 2048 ? null : value;
    };
    const count = (name: string): number | null => wholeOf(text(name), name);
    const amount = (name: string): bigint | null => creditsOf(text(name), name);
    const day = text("Date");
    if (day === null || parseDay(day) === undefined) throw new ReportError("implausible_time", "a row without a day YYYY-MM-DD");
    const user = text("UserId");
    if (user === null) throw new ReportError("missing_field", "a row without UserId");
    const { userId, store } = splitUserId(user);
    const common = {
      user_id: userId,
      identity_store: store,
      person: text("User_Email")?.toLowerCase() ?? null,
      client: text("Client_Type") ?? client,
      account_id: account ?? accountIn(text("ProfileId")),
      profile_arn: text("ProfileId"),
      plan: planOf(text("Subscription_Tier")),
      source_object: object,
      source_item: item,
    };
    const whole: KiroRow = {
      ...common,
      model: null,
      messages: count("Total_Messages"),
      conversations: count("Chat_Conversations"),
      credits: amount("Credits_Used") ?? 0n,
      overage_credits: amount("Overage_Credits_Used"),
      overage_cap: amount("Overage_Cap"),
      overage_enabled: flag(text("Overage_Enabled")),
      usage_limit: amount("Usage_Limit"),
      is_new: flag(text("New_User")),
    };
    const models = this.#models.flatMap(([model, place]): KiroRow[] => {
      const value = (cells[place] ?? "").trim();
      const messages = wholeOf(NOTHING_TOLD.test(value) ? null : value, "a model's messages");
      if (messages === null || messages === 0) return [];
      return [{ ...NOTHING, ...common, model, messages }];
    });
    return { day, rows: [whole, ...models] };
  }
}

/** What stands in a cell that says nothing. */
const NOTHING_TOLD = /^(?:null|none|n\/a|nan|-)?$/i;

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

function wholeOf(text: string | null, column: string): number | null {
  if (text === null) return null;
  if (!/^\d{1,12}(?:\.0+)?$/.test(text)) throw new ReportError("wrong_type", `${column} is no whole number`);
  return Math.trunc(Number(text));
}

/** Credits to twelve decimals. */
function creditsOf(text: string | null, column: string): bigint | null {
  if (text === null) return null;
  try {
    const value = toPico(parseDecimal(text));
    if (value >= 0n && value < 10n ** 24n) return value;
  } catch {
    // Told below, without the text.
  }
  throw new ReportError("wrong_type", `${column} is no number of credits`);
}
