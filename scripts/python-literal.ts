/** A Python expression made of calls with keywords, lists, tuples, texts, numbers and names, as generated data modules have them. */
export type PythonValue = string | number | boolean | null | readonly PythonValue[] | PythonCall;

export interface PythonCall {
  readonly call: string;
  readonly args: readonly PythonValue[];
  readonly named: Readonly<Record<string, PythonValue>>;
}

const TOKEN = /\s*(?:('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([A-Za-z_][\w.]*)|(-?\d+(?:\.\d+)?(?:e-?\d+)?)|([()[\]{},=:]))/gy;

/**
 * Reads the expression that begins at `at`.
 * @throws Error naming the place of what it does not know
 */
export function pythonLiteral(source: string, at: number): PythonValue {
  TOKEN.lastIndex = at;
  let token = next();
  return value();

  function next(): { readonly kind: "text" | "name" | "number" | "sign"; readonly text: string } {
    const from = TOKEN.lastIndex;
    const [, text, name, number, sign] = TOKEN.exec(source) ?? [];
    if (text !== undefined) return { kind: "text", text: unquoted(text) };
    if (name !== undefined) return { kind: "name", text: name };
    if (number !== undefined) return { kind: "number", text: number };
    if (sign !== undefined) return { kind: "sign", text: sign };
    throw new Error(`python-literal: cannot read "${source.slice(from, from + 30)}" at ${from}`);
  }

  function take(sign: string): boolean {
    if (token.kind !== "sign" || token.text !== sign) return false;
    token = next();
    return true;
  }

  function value(): PythonValue {
    const { kind, text } = token;
    if (kind === "sign") return take("[") ? list("]") : take("(") ? list(")") : fail();
    token = next();
    // Texts beside each other are one text.
    if (kind === "text") {
      let all = text;
      while (token.kind === "text") {
        all += token.text;
        token = next();
      }
      return all;
    }
    if (kind === "number") return Number(text);
    if (text === "None") return null;
    if (text === "True" || text === "False") return text === "True";
    return take("(") ? call(text) : text;
  }

  function list(end: string): PythonValue[] {
    const items: PythonValue[] = [];
    while (!(token.kind === "sign" && token.text === end)) {
      items.push(value());
      take(",");
    }
    close();
    return items;
  }

  function call(name: string): PythonCall {
    const args: PythonValue[] = [];
    const named: Record<string, PythonValue> = {};
    while (!(token.kind === "sign" && token.text === ")")) {
      const one = value();
      if (take("=") && typeof one === "string") named[one] = value();
      else args.push(one);
      take(",");
    }
    close();
    return { call: name, args, named };
  }

  /** The last bracket of all may be followed by anything. */
  function close(): void {
    try {
      token = next();
    } catch {
      token = { kind: "sign", text: "" };
    }
  }

  function fail(): never {
    throw new Error(`python-literal: "${token.text}" is no value, before ${TOKEN.lastIndex}`);
  }
}

const unquoted = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
