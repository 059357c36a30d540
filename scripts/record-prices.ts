/**
 * Takes the figures for Bedrock out of two public price tables, as exact decimals, into scripts/price-sources:
 *   pip download --no-deps genai-prices litellm -d prices && (cd prices && for wheel in *.whl; do unzip -qo "$wheel"; done)
 *   node scripts/record-prices.ts prices && node scripts/update-prices.ts
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PythonCall, type PythonValue, pythonLiteral } from "./python-literal.ts";

/** Prices of one model; several where they changed, the newer ones with the day from which they hold. */
interface RecordedModel {
  readonly id: string;
  /** The prices are those of this id only, not of names that begin with it. */
  readonly exact?: true;
  readonly prices: readonly { readonly from?: string; readonly rates: RecordedRates }[];
}

/** USD per million, by the table's own name; a step is the rate above a number of prompt tokens. */
type RecordedRates = Record<string, string | { readonly base: string; readonly steps: Record<string, string> }>;

const folder = process.argv[2];
if (folder === undefined) throw new Error("record-prices: name the folder with the unpacked releases");
const checked = new Date().toISOString().slice(0, 10);
const target = (name: string): URL => new URL(`price-sources/${name}.json`, import.meta.url);

const source = readFileSync(join(folder, "genai_prices", "data.py"), "utf8");
const provider = pythonLiteral(source, source.lastIndexOf("Provider(", source.indexOf("id='aws'")));
const models = list(call(provider).named["models"]).map((model) => recorded(call(model)));
save("genai-prices", { source: `genai-prices ${version("genai_prices")} (PyPI), provider aws`, checked, models });

const table: unknown = JSON.parse(
  readFileSync(join(folder, "litellm", "model_prices_and_context_window_backup.json"), "utf8"),
  // The text of a number is its exact value; a double would print rounded where the text has more digits than it.
  (_, value: unknown, context?: { readonly source?: string }) => (typeof value === "number" ? context?.source : value),
);
const bedrock = Object.entries(object(table)).flatMap(([id, fields]) => {
  const entry = object(fields);
  if (!String(entry["litellm_provider"]).startsWith("bedrock")) return [];
  const costs = Object.entries(entry).flatMap(([key, value]) =>
    /cost/.test(key) && typeof value === "string" && Number(value) > 0
      ? [[key, key.includes("token") ? plain(value, 6) : plain(value)]]
      : [],
  );
  return costs.length === 0 ? [] : [[id, { provider: entry["litellm_provider"], ...Object.fromEntries(costs) }]];
});
save("litellm", {
  source: `LiteLLM ${version("litellm")} (PyPI), model_prices_and_context_window`,
  checked,
  models: Object.fromEntries(bedrock),
});

function save(name: string, data: { readonly source: string; readonly checked: string; readonly models: object }): void {
  const items = Object.entries(data.models).map(
    ([key, value]) => `    ${Array.isArray(data.models) ? "" : `${JSON.stringify(key)}: `}${JSON.stringify(value)}`,
  );
  const [open, close] = Array.isArray(data.models) ? ["[", "]"] : ["{", "}"];
  const head = `{\n  "source": ${JSON.stringify(data.source)},\n  "checked": "${data.checked}",\n  "models": ${open}\n`;
  writeFileSync(target(name), `${head}${items.join(",\n")}\n  ${close}\n}\n`);
  console.log(`record-prices: ${items.length} models of ${data.source}`);
}

function recorded(model: PythonCall): RecordedModel {
  const { id, match, prices } = model.named;
  const dated = Array.isArray(prices) ? prices.map((one) => call(one)) : undefined;
  return {
    id: String(id),
    ...(match !== undefined && call(match).call === "ClauseEquals" && { exact: true as const }),
    prices:
      dated === undefined
        ? [{ rates: ratesOf(call(prices)) }]
        : dated.map(({ named }) => ({
            ...(named["constraint"] != null && { from: startOf(call(named["constraint"])) }),
            rates: ratesOf(call(named["prices"])),
          })),
  };
}

function startOf({ call: kind, named }: PythonCall): string {
  const start = call(named["start_date"]);
  if (kind !== "StartDateConstraint") throw new Error(`record-prices: a price by ${kind}, which Strata cannot hold`);
  return start.args
    .map((part) => String(part).padStart(2, "0"))
    .slice(0, 3)
    .join("-");
}

function ratesOf({ named }: PythonCall): RecordedRates {
  return Object.fromEntries(Object.entries(named).map(([kind, value]) => [kind, rateOf(value)]));
}

function rateOf(value: PythonValue): RecordedRates[string] {
  const { call: kind, args, named } = call(value);
  if (kind === "Decimal") return plain(String(args[0]));
  const steps = list(named["tiers"]).map((tier) => [String(call(tier).named["start"]), plainRate(call(tier).named["price"])]);
  return { base: plainRate(named["base"]), steps: Object.fromEntries(steps) };
}

function plainRate(value: PythonValue | undefined): string {
  return plain(String(call(value).args[0]));
}

function call(value: PythonValue | undefined): PythonCall {
  if (typeof value !== "object" || value === null || !("call" in value))
    throw new Error(`record-prices: ${JSON.stringify(value)} is no call`);
  return value;
}

function list(value: PythonValue | undefined): readonly PythonValue[] {
  if (!Array.isArray(value)) throw new Error(`record-prices: ${JSON.stringify(value)} is no list`);
  return value;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new Error("record-prices: the table is not one of models");
  return Object.fromEntries(Object.entries(value));
}

/** `2.0625e-06` × 10^places as plain digits. */
function plain(amount: string, places = 0): string {
  const [, whole = "", fraction = "", exponent = "0"] = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(amount) ?? [];
  if (whole === "") throw new Error(`record-prices: ${amount} is not a plain decimal`);
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent) + places;
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), "0");
  const at = Math.max(point, 1);
  const filled = padded.padEnd(at, "0");
  const after = filled.slice(at).replace(/0+$/, "");
  return `${filled.slice(0, at).replace(/^0+(?=\d)/, "")}${after === "" ? "" : `.${after}`}`;
}

function version(name: string): string {
  const info = readdirSync(folder ?? "").find((entry) => entry.startsWith(`${name}-`) && entry.endsWith(".dist-info"));
  return info?.slice(name.length + 1, -".dist-info".length) ?? "of unknown version";
}
