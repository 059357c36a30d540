import { z } from "zod";
import type { TracedAnswers } from "../billing/month-answers.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { WriteConflict } from "../errors.ts";
import { jsonOf } from "../json-of.ts";
import { formatUsd, parseUsd } from "../money.ts";
import { levers } from "../planning/savings/rule.ts";
import type { ObjectStore } from "../ports.ts";
import { queryNames } from "../query/files.ts";
import { wholeText } from "../query/whole-text.ts";
import { addDays, dayOf } from "../time.ts";
import type { AskCalls, CallAnswers } from "./load-calls.ts";
import { sha256 } from "./report-file.ts";
import { settingsPrint } from "./settings-print.ts";

export interface KeptCallsInput {
  /** Where statements lie, and the answers beside them: lost or damaged, they are asked for again. */
  readonly store: ObjectStore;
  readonly config: StrataConfig;
  /** Tells whether a day of a month was summed up anew. */
  readonly answers: Pick<TracedAnswers, "madeFrom">;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * What statements say of single calls, asked for as seldom as they bear it: of a month that runs each morning of its first seven days, which are few to read, then on
 * the first morning of each ISO week; of one that is over when a day of it was summed up anew. Asked at once where nothing is kept or where questions, release or
 * settings are others, and always where the month closes.
 */
export function keptCalls({ store, config, answers, now }: KeptCallsInput): AskCalls {
  const today = dayOf(now);
  const asking = questions(config);
  return async (month, closing, ask) => {
    if (closing) return ask();
    const madeFrom = (await answers.madeFrom({ query: ERRORS, tables: ["hourly_usage"], first: month })).get(month) ?? "";
    const { months, etag } = await remembered(store);
    const kept = months[month];
    if (kept?.asking === asking && isFresh(kept, month, today, madeFrom)) return { ...kept.answers, asOf: kept.asked };
    const fresh = { asked: today, asking, made_from: madeFrom, answers: await ask() };
    await keep(store, recent({ ...months, [month]: fresh }, today), etag);
    return { ...fresh.answers, asOf: today };
  };
}

/** Days of a month in which it is asked about each morning. */
const FIRST_DAYS = 7;

function isFresh({ asked, made_from }: Kept, month: string, today: string, madeFrom: string): boolean {
  if (month < today.slice(0, 7)) return asked.slice(0, 7) > month && made_from === madeFrom;
  return asked === today || (Number(today.slice(8)) > FIRST_DAYS && weekOf(asked) === weekOf(today));
}

/** The Monday of an ISO week. */
const weekOf = (day: string): string => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

const KEY = "reports/calls.json";
const ERRORS = "reports/errors";

/** Everything but tables that the answers hang on. */
function questions(config: StrataConfig): string {
  const texts = [ERRORS, "reports/record_quality", ...queryNames("planning")].map(wholeText);
  return sha256(Buffer.from(JSON.stringify([settingsPrint(config), texts]))).slice(0, 32);
}

const count = z.int().nonnegative();
const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
  .transform(parseUsd);
const line = z.strictObject({
  id: z.string(),
  lever: z.enum(levers),
  title: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  kind: z.enum(["saving", "exposure"]),
  next: z.string(),
  perMonth: usd,
  who: z.array(z.string()),
  people: count,
  services: count,
  assumptions: z.array(z.string()),
});
const callAnswers = z.strictObject({
  errors: z.array(
    z.strictObject({
      errorClass: z.string(),
      errorCode: z.string(),
      model: z.string(),
      callers: count,
      lostTokens: count,
      failed: z.strictObject({ invocations: count, unpriced: count, uncounted: count, notTokenPriced: count, estimated: usd }),
    }),
  ),
  records: z.strictObject({ records: count, duplicates: z.int(), coerced: count, contradictions: count, objects: count }),
  savings: z
    .strictObject({ lines: z.array(line), withoutOverlap: usd })
    .optional()
    .transform((found) => found),
}) satisfies z.ZodType<CallAnswers>;
const memory = z.strictObject({
  schema_version: z.literal(1),
  months: z.record(
    z.string(),
    z.strictObject({ asked: z.iso.date(), asking: z.string(), made_from: z.string(), answers: callAnswers }),
  ),
});
/** Answers about a month: the day on which they were asked for, a digest of the questions, and what stood for the month's sums then. */
interface Kept {
  readonly asked: string;
  readonly asking: string;
  readonly made_from: string;
  readonly answers: CallAnswers;
}
type Months = Readonly<Record<string, Kept>>;

async function remembered(store: ObjectStore): Promise<{ readonly months: Months; readonly etag: string | undefined }> {
  const object = await store.readAll(KEY);
  return { months: memory.safeParse(jsonOf(object?.bytes)).data?.months ?? {}, etag: object?.etag };
}

/** Where somebody else wrote meanwhile (`strata forget` takes a name out), these answers are not kept, and asked for again. */
async function keep(store: ObjectStore, months: Months, etag: string | undefined): Promise<void> {
  const text = JSON.stringify({ schema_version: 1, months }, (_, value) =>
    typeof value === "bigint" ? formatUsd(value) : value,
  );
  try {
    await store.write(KEY, `${text}\n`, etag === undefined ? { ifAbsent: true } : { ifEtag: etag });
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}

/** Days after which answers of a month that nobody asked about again are of no use. */
const KEPT_DAYS = 62;

const recent = (months: Months, today: string): Months =>
  Object.fromEntries(Object.entries(months).filter(([, { asked }]) => asked >= addDays(today, -KEPT_DAYS)));
