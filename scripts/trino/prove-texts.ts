import { savedQuery } from "../../src/aws/athena-saved.ts";
import { messageOf } from "../../src/errors.ts";
import { sqlLiteral } from "../../src/query/sql-literal.ts";
import { HOSTILE } from "./hostile.ts";
import type { Proof } from "./prove-query.ts";
import type { TrinoClient } from "./trino-client.ts";

/** A saved query in the very text that the Athena console shows, run as it stands and with a text value changed to a hostile one (a time zone must be one). */
export async function proveStored(trino: TrinoClient, name: string): Promise<Proof> {
  const { text } = savedQuery(name);
  const changed = text.replace(
    /(?<!\b(?:integer|bigint|double|date|timestamp|decimal|boolean) )'(?:[^']|'')*' (?=\/\* (?!timezone\b)\w+ \*\/)/gi,
    `${sqlLiteral({ name: "p", type: "varchar", value: "' or 1=1 --" })} `,
  );
  try {
    if (changed !== text) await trino.run(changed);
    return { outcome: "same", rows: (await trino.run(text)).rows.length };
  } catch (error) {
    return { outcome: "fails", why: messageOf(error) };
  }
}

/** Every hostile text comes back from Trino as it went in. */
export async function proveValues(trino: TrinoClient): Promise<Proof> {
  for (const value of HOSTILE) {
    try {
      const { rows } = await trino.run(`select ${sqlLiteral({ name: "p", type: "varchar", value })} as v`);
      if (rows.length !== 1 || rows[0]?.[0] !== value)
        return { outcome: "differs", why: `${JSON.stringify(value)} came back as ${JSON.stringify(rows)}` };
    } catch (error) {
      return { outcome: "fails", why: `${JSON.stringify(value)}: ${messageOf(error)}` };
    }
  }
  return { outcome: "same", rows: HOSTILE.length };
}
