import { queryFile, queryNames } from "./files.ts";

/** The text of a query with those of the views behind it: answers to another text are other answers. */
export function wholeText(name: string): string {
  const { sql, header } = queryFile(name);
  const views = header.reads.map((table) => `views/${table}`).filter((view) => queryNames("views").includes(view));
  return [sql, ...views.map(wholeText)].join("\n");
}
