import {
  AthenaClient,
  BatchGetNamedQueryCommand,
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  GetPreparedStatementCommand,
  ListNamedQueriesCommand,
  type NamedQuery,
  UpdateNamedQueryCommand,
  UpdatePreparedStatementCommand,
} from "@aws-sdk/client-athena";
import { compile } from "../query/compile.ts";
import { queryFile, queryNames } from "../query/files.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError, failureOf } from "./failure.ts";

export interface SavedQueryOptions extends ClientOptions {
  readonly database: string;
  readonly workgroup: string;
  readonly athena?: AthenaClient;
}

/**
 * Puts every file of sql/saved into Athena: a named query for the console, which asks for a value for each `?`, and, where the query has
 * parameters, a prepared statement for programs. Writes only what differs.
 * @returns what was done, one sentence each
 */
export async function saveQueries(options: SavedQueryOptions): Promise<string[]> {
  const client = options.athena ?? new AthenaClient(clientConfig(options));
  const named = await namedQueries(client, options.workgroup);
  const done: string[] = [];
  for (const name of queryNames("saved")) {
    const { title, text, prepared } = savedQuery(name);
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
      if (prepared !== undefined && (await prepare(client, options.workgroup, short, prepared))) done.push(`prepared ${short}`);
    } catch (error) {
      throw awsError("athena", `saving the query ${short}`, name, error);
    }
  }
  return done;
}

/** What Athena's console and its prepared statements get of a query file. Values that have a default still need to be given: the text says them. */
export function savedQuery(name: string): {
  readonly title: string;
  readonly text: string;
  readonly prepared: string | undefined;
} {
  const { header, sql } = queryFile(name);
  const sample = Object.fromEntries(
    header.params.map((param) => [
      param.name,
      param.fallback === undefined ? null : param.fallback === "null" ? null : param.fallback,
    ]),
  );
  const { text, values } = compile(name, sql, header, sample);
  if (values.length === 0) return { title: header.title, text, prepared: undefined };
  const order = values.map(({ name: param, type }, index) => {
    const fallback = header.params.find((known) => known.name === param)?.fallback;
    return `--   ${index + 1}. ${param} ${type}${fallback === undefined ? "" : `, for example ${fallback}`}`;
  });
  return {
    title: header.title,
    text: `-- Values to give, in order (text and dates in quotes: 'search', date '2026-10-01'):\n${order.join("\n")}\n${text}`,
    prepared: text,
  };
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

/** @returns whether something was written */
async function prepare(client: AthenaClient, WorkGroup: string, StatementName: string, QueryStatement: string): Promise<boolean> {
  const there = await client.send(new GetPreparedStatementCommand({ WorkGroup, StatementName })).catch((error: unknown) => {
    if (failureOf(error).kind === "missing") return undefined;
    throw error;
  });
  if (there?.PreparedStatement?.QueryStatement === QueryStatement) return false;
  const statement = { WorkGroup, StatementName, QueryStatement };
  await (there
    ? client.send(new UpdatePreparedStatementCommand(statement))
    : client.send(new CreatePreparedStatementCommand(statement)));
  return true;
}
