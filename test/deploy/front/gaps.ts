/** What MiniStack 1.5.33 lacks of Glue and Athena, or answers otherwise than they do. */

export type Forward = (operation: string, body: object) => Promise<{ readonly status: number; readonly body: string }>;

/** BatchDeletePartition, which the emulator does not have, one partition at a time. */
export async function batchDeletePartition(body: string, forward: Forward): Promise<object> {
  const { PartitionsToDelete = [], ...table }: { PartitionsToDelete?: { Values: string[] }[] } = JSON.parse(body);
  const Errors: object[] = [];
  for (const { Values } of PartitionsToDelete) {
    const { status, body: answer } = await forward("DeletePartition", { ...table, PartitionValues: Values });
    if (status < 400) continue;
    const { __type = "", message = "", Message = message }: Record<string, string> = JSON.parse(answer);
    Errors.push({ PartitionValues: Values, ErrorDetail: { ErrorCode: __type.split("#").at(-1), ErrorMessage: Message } });
  }
  return { Errors };
}

/** Glue leaves out a description that nobody gave; the emulator's empty one hides from Trino that a table is a view. */
export const withoutEmptyDescriptions = (answer: string): string => answer.replaceAll(/"Description": ?"",? ?/g, "");

/** UpdateNamedQuery, which the emulator does not have: the query is made anew, under another id. */
export async function updateNamedQuery(body: string, forward: Forward): Promise<object> {
  const { NamedQueryId, ...changed }: Record<string, string> = JSON.parse(body);
  const found = await forward("GetNamedQuery", { NamedQueryId });
  const { NamedQuery = {} }: { NamedQuery?: Record<string, string> } = JSON.parse(found.body);
  await forward("DeleteNamedQuery", { NamedQueryId });
  const { Database, WorkGroup, Name, Description } = NamedQuery;
  await forward("CreateNamedQuery", { Database, WorkGroup, Name, Description, ...changed });
  return {};
}
