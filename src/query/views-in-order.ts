import { queryFile, queryNames } from "./files.ts";

/** Names of the views, each after the views that it reads. */
export function viewsInOrder(): string[] {
  const names = queryNames("views");
  const done: string[] = [];
  const visit = (name: string): void => {
    if (done.includes(name) || !names.includes(name)) return;
    for (const read of queryFile(name).header.reads) visit(`views/${read}`);
    if (!done.includes(name)) done.push(name);
  };
  names.forEach(visit);
  return done;
}
