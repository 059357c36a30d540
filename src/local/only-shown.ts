import { z } from "zod";

/** What stands between a statement and the rows it may read. */
const SHOWN_FUNCTIONS = new Set(["unnest", "range", "generate_series"]);

const parsed = z.union([
  z.object({ error: z.literal(true), error_message: z.string() }),
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
]);

/**
 * Looks through what the engine's own parser made of a statement (`json_serialize_sql`): it may read the given relations and its own `with`, and nothing else:
 * no file, no other schema, no catalogue, no function that makes rows of something.
 * @returns why it is refused; undefined when it may run
 */
export function refusal(serialized: string, relations: ReadonlySet<string>): string | undefined {
  const result = parsed.parse(JSON.parse(serialized));
  if (result.error) return "only SELECT statements can be run";
  if (result.statements.length !== 1) return "give exactly one statement";
  const own = new Set<string>();
  const nodes = [...walk(result.statements)];
  for (const { key, value } of nodes) if (key === "cte_map") for (const name of cteNames(value)) own.add(name.toLowerCase());
  for (const name of own) if (!/^\w+$/.test(name)) return `"${name}" is not a name for a part of a query`;
  for (const { value } of nodes) {
    const { type } = value;
    if (type === "BASE_TABLE") {
      const { schema_name: schema, catalog_name: catalog, table_name: table } = value;
      const name = String(table).toLowerCase();
      if (schema !== "" || catalog !== "" || !(relations.has(name) || own.has(name)))
        return `there is no table or view "${String(table)}"; describe_tables lists them`;
    }
    if (type === "TABLE_FUNCTION") {
      const called = functionSchema.safeParse(value["function"]);
      if (!called.success || !SHOWN_FUNCTIONS.has(called.data.function_name))
        return "functions that read files or settings cannot be used";
    }
    if (type === "SHOW_REF") return "SHOW and DESCRIBE cannot be run; describe_tables tells the columns";
  }
  return undefined;
}

const functionSchema = z.object({ function_name: z.string(), schema: z.literal(""), catalog: z.literal("") });
const ctes = z.object({ map: z.array(z.object({ key: z.string() })) });
const cteNames = (value: unknown): string[] => {
  const found = ctes.safeParse(value);
  return found.success ? found.data.map.map(({ key }) => key) : [];
};

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

function* walk(value: unknown, key = ""): Generator<{ key: string; value: Node }> {
  if (!isNode(value)) return;
  yield { key, value };
  for (const [name, inner] of Object.entries(value)) yield* walk(inner, name);
}
