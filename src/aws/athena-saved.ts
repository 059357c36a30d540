import {
  AthenaClient,
  BatchGetNamedQueryCommand,
  CreateNamedQueryCommand,
  ListNamedQueriesCommand,
  type NamedQuery,
  UpdateNamedQueryCommand,
} from "@aws-sdk/client-athena";
import { replaceParameters } from "../query/compile.ts";
import { queryFile, queryNames } from "../query/files.ts";
import type { QueryParam } from "../query/header.ts";
import { exampleOf, sqlLiteral } from "../query/sql-literal.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

export interface SavedQueryOptions extends ClientOptions {
  readonly database: string;
  readonly workgroup: string;
  readonly athena?: AthenaClient;
}

/**
 * Puts every file of sql/saved into Athena as a named query, which runs as it stands and says where to change values. Writes only what differs.
 * @returns what was done, one sentence each
 */
export async function saveQueries(options: SavedQueryOptions): Promise<string[]> {
  const client = options.athena ?? new AthenaClient(clientConfig(options));
  const named = await namedQueries(client, options.workgroup);
  const done: string[] = [];
  for (const name of queryNames("saved")) {
    const { title, text } = savedQuery(name);
    const short = name.slice("saved/".length);
    try {
      const there = named.get(title);
      const query = { Name: title, Description: short, QueryString: text };
      if (!there) {
        await client.send(new CreateNamedQueryCommand({ ...query, Database: options.database, WorkGroup: options.workgroup }));
        done.push(`saved the query ${short}`);
      } else if (there.QueryString !== text) {
        await client.send(new UpdateNamedQueryCommand({ ...query, NamedQueryId: there.NamedQueryId }));
        done.push(`updated the query ${short}`);
      }
    } catch (error) {
      throw awsError("athena", `saving the query ${short}`, name, error);
    }
  }
  return done;
}

/**
 * The text that the console shows. Every value stands in it as a literal, with its name in a comment after it: Athena's own placeholders work in a
 * WHERE clause only. Ranges begin as the last 30 days, since a range without bounds would read the whole retention.
 */
export function savedQuery(name: string): { readonly title: string; readonly text: string } {
  const { header, sql } = queryFile(name);
  const params = new Map(header.params.map((param) => [param.name, param]));
  const text = replaceParameters(name, sql, (parameter) => {
    const param = params.get(parameter);
    return param && `${startValue(param)} /* ${param.name} */`;
  });
  if (params.size === 0) return { title: header.title, text };
  const list = header.params.map((param) => `--   ${param.name} (${param.type}): ${param.meaning}; now ${startValue(param)}`);
  return {
    title: header.title,
    text: `-- Runs as it is. To change a value, change it wherever its name follows in a comment, text in single quotes:\n${list.join("\n")}\n${text}`,
  };
}

const RANGES: Readonly<Record<string, string>> = {
  from: "date_add('day', -29, current_date)",
  to: "current_date",
  month: "date_format(current_date, '%Y-%m')",
};

/** What a parameter is until somebody changes it. */
function startValue({ name, type, fallback }: QueryParam): string {
  const range = RANGES[name];
  if (range !== undefined) return type === "timestamp" ? `cast(${range} as timestamp)` : range;
  return sqlLiteral({ name, type, value: fallback === "null" ? null : (fallback ?? exampleOf(type)) });
}

async function namedQueries(client: AthenaClient, workgroup: string): Promise<Map<string, NamedQuery>> {
  const found = new Map<string, NamedQuery>();
  let NextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new ListNamedQueriesCommand({ WorkGroup: workgroup, MaxResults: 50, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      const ids = page.NamedQueryIds ?? [];
      if (ids.length > 0) {
        const { NamedQueries = [] } = await client.send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids }));
        for (const query of NamedQueries) found.set(query.Name ?? "", query);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    throw awsError("athena", `listing the saved queries of ${workgroup}`, workgroup, error);
  }
  return found;
}
