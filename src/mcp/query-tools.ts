import { z } from "zod";
import { UsageError } from "../errors.ts";
import type { QueryParams } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { defaultValues } from "../query/default-dates.ts";
import { queryFile, queryNames } from "../query/files.ts";
import { shellWord } from "../shell-word.ts";
import { tables } from "../tables/index.ts";
import { bounded, MOST_ROWS, ROWS, USD } from "./answer.ts";
import { type Tool, tool } from "./tool.ts";

const limit = z.int().min(1).max(MOST_ROWS).default(ROWS).describe(`Rows at most, ${ROWS} unless given`);
const NAME = /^[a-z0-9_]{1,60}$/;
const VALUE = z.string().max(500);

const listQueries = tool({
  name: "list_queries",
  about:
    "The saved queries: the question that each answers and its parameters. Begin here: most questions about cost and usage have one.",
  input: {},
  answer: async ({ target }) => ({
    result: queryNames("saved").map((name) => {
      const { header } = queryFile(name);
      return {
        name: name.slice("saved/".length),
        question: header.purpose,
        params: header.params.map(({ name: param, type, fallback, meaning }) => ({
          name: param,
          type,
          default: fallback ?? null,
          meaning,
        })),
      };
    }),
    units: USD,
    query: `${PROGRAM} query ${target}`.trim(),
  }),
});

const runQuery = tool({
  name: "run_query",
  about: "Runs a saved query. Days `from` and `to` are UTC and both included; left out, they cover all data.",
  input: {
    name: z.string().regex(NAME).describe("A name that list_queries gives, for example spend_by_team"),
    params: z
      .record(z.string().regex(NAME), z.union([VALUE, z.number(), z.boolean(), z.null(), z.array(VALUE).max(200)]))
      .default({}),
    limit,
  },
  answer: async ({ warehouse, config: { timezone }, target }, { name, params, limit: most }) => {
    const file = queryFile(`saved/${name}`);
    const known = file.header.params.map((param) => param.name);
    for (const given of Object.keys(params))
      if (!known.includes(given))
        throw new UsageError(`query: ${name} has no parameter "${given}"`, {
          hint: known.length === 0 ? "It takes none." : `It takes ${known.join(", ")}.`,
        });
    const values: QueryParams = { ...(await defaultValues(warehouse, known, new Set(Object.keys(params)), timezone)), ...params };
    const shown = Object.entries(values).flatMap(([key, value]) =>
      [value].flat().map((one) => `--param ${shellWord(`${key}=${one}`)}`),
    );
    return {
      ...bounded(await warehouse.query(file.name, values), most),
      units: `${USD} Columns: ${file.header.columns.map((column) => `${column.name}: ${column.meaning}`).join("; ")}.`,
      query: [PROGRAM, "query", name, target, ...shown].filter(Boolean).join(" "),
    };
  },
});

/** Tables and views that answers are made of; the others are steps on the way. */
const DESCRIBED = [
  "hourly_usage",
  "allocated_charges",
  "alerts",
  "quarantine",
  "ingested_objects",
  "usage_types",
  "traced_calls",
];

interface Relation {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly meaning: string }[];
}

function relations(): Relation[] {
  const views = queryNames("views").map((name) => {
    const { header } = queryFile(name);
    return { name: name.slice("views/".length), meaning: header.purpose, columns: header.columns };
  });
  const stored = tables()
    .filter(({ name }) => DESCRIBED.includes(name))
    .map(({ name, meaning, columns, partitions }) => ({ name, meaning, columns: [...columns, ...partitions] }));
  return [...stored, ...views];
}

const describeTables = tool({
  name: "describe_tables",
  about: "Tables and views for the tool sql; with a name its columns and what they mean.",
  input: { name: z.string().regex(NAME).optional().describe("For example hourly_usage, which answers most questions") },
  answer: async ({ target }, { name }) => {
    const all = relations();
    const one = all.find((relation) => relation.name === name);
    if (name !== undefined && one === undefined)
      throw new UsageError(`describe_tables: there is no table or view "${name}"`, {
        hint: `There is: ${all.map((relation) => relation.name).join(", ")}.`,
      });
    return {
      result: one
        ? {
            name: one.name,
            meaning: one.meaning,
            columns: one.columns.map(({ name: column, type, meaning }) => ({ name: column, type, meaning })),
          }
        : all.map(({ name: relation, meaning }) => ({ name: relation, meaning })),
      units: USD,
      query: `${PROGRAM} sql "select * from ${one?.name ?? "hourly_usage"} limit 1" ${target}`.trim(),
    };
  },
});

const sql = tool({
  name: "sql",
  about:
    "One SELECT of your own over the documented tables and views (describe_tables), in SQL that Athena engine v3 and DuckDB both run. Reads only. Prefer hourly_usage to invocations: it is smaller by far. Sum money as decimals, never as doubles.",
  input: { text: z.string().min(1).max(20_000), limit },
  answer: async ({ warehouse, target }, { text, limit: most }) => {
    const statement = text.replace(/;\s*$/, "");
    return {
      ...bounded(await warehouse.adhoc(statement), most),
      units: USD,
      query: `${PROGRAM} sql ${shellWord(statement)} ${target}`.trim(),
    };
  },
});

export const queryTools: readonly Tool[] = [listQueries, runQuery, describeTables, sql];
