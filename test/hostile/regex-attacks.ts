/** A piece of a pattern: how one text that it matches is written, and what repeats in it. */
type Node =
  | { readonly kind: "text"; readonly sample: string }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly least: number; readonly endless: boolean };

const CANDIDATES = [..."ax0A9 .-_/@:,;=+*'\"()[]{}<>&#%\\\t\n", "é", "\u2028"];

/** One of them is no member of nearly every class: the match fails only after all of it was tried. */
const ENDS = ["\u0000", " @", "\n\n!"];

/**
 * Texts on which a backtracking matcher would take longest: for every place in the pattern that repeats without end, what leads there, that
 * place repeated with each character that it could take, and an end that nothing matches.
 */
export function attacksOn(pattern: RegExp, length: number): string[] {
  const attacks = new Set<string>();
  const root = parse(pattern.source);
  for (const { before, body } of endless(root, "")) {
    const units = new Set([sampleOf(body), ...CANDIDATES]);
    for (const unit of units) {
      if (unit === "") continue;
      const pumped = unit.repeat(Math.ceil(length / unit.length));
      for (const end of ENDS) attacks.add(`${before}${pumped}${end}`);
    }
  }
  return [...attacks];
}

const sampleOf = (node: Node): string => {
  switch (node.kind) {
    case "text":
      return node.sample;
    case "sequence":
      return node.parts.map(sampleOf).join("");
    case "choice":
      return sampleOf(node.options[0] ?? EMPTY);
    case "repeat":
      return sampleOf(node.body).repeat(Math.max(1, Math.min(node.least, 20)));
  }
};

const EMPTY: Node = { kind: "text", sample: "" };

/** Every endless repetition, with a text that leads up to it. */
function* endless(node: Node, before: string): Generator<{ before: string; body: Node }> {
  if (node.kind === "choice") for (const option of node.options) yield* endless(option, before);
  if (node.kind === "repeat") {
    if (node.endless) yield { before, body: node.body };
    yield* endless(node.body, before);
  }
  if (node.kind !== "sequence") return;
  let lead = before;
  for (const part of node.parts) {
    yield* endless(part, lead);
    lead += sampleOf(part);
  }
}

function parse(source: string): Node {
  let at = 0;
  const peek = (): string => source[at] ?? "";
  const choice = (): Node => {
    const options = [sequence()];
    while (peek() === "|") {
      at += 1;
      options.push(sequence());
    }
    return options.length === 1 ? (options[0] ?? EMPTY) : { kind: "choice", options };
  };
  const sequence = (): Node => {
    const parts: Node[] = [];
    while (at < source.length && peek() !== "|" && peek() !== ")") parts.push(quantified(atom()));
    return { kind: "sequence", parts };
  };
  const quantified = (body: Node): Node => {
    const [, sign, least, comma, most] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(at, at + 24)) ?? [];
    if (sign === undefined && least === undefined) return body;
    at += /^(?:[*+?]|\{[\d,]+\})\??/.exec(source.slice(at, at + 24))?.[0].length ?? 0;
    if (sign !== undefined) return { kind: "repeat", body, least: sign === "+" ? 1 : 0, endless: sign !== "?" };
    const bound = most === "" ? (comma === "" ? Number(least) : Number.POSITIVE_INFINITY) : Number(most);
    return { kind: "repeat", body, least: Number(least), endless: bound > 50 };
  };
  const atom = (): Node => {
    const character = peek();
    at += 1;
    if (character === "(") {
      const [head = ""] = /^\?(?:<?[=!]|:|<\w+>|[ims-]+:)/.exec(source.slice(at)) ?? [];
      at += head.length;
      const inner = choice();
      at += 1;
      return /^\?<?[=!]/.test(head) ? { kind: "choice", options: [EMPTY, inner] } : inner;
    }
    if (character === "[") return classOf();
    if (character === "\\") return escaped();
    if (character === ".") return { kind: "text", sample: "x" };
    return { kind: "text", sample: character === "^" || character === "$" ? "" : character };
  };
  const escaped = (): Node => {
    const character = peek();
    at += 1;
    if (character === "u" || character === "x") {
      const digits = character === "u" ? 4 : 2;
      const code = Number.parseInt(source.slice(at, at + digits), 16);
      at += digits;
      return { kind: "text", sample: String.fromCharCode(code) };
    }
    const known: Readonly<Record<string, string>> = {
      d: "0",
      D: "x",
      w: "a",
      W: "-",
      s: " ",
      S: "x",
      b: "",
      B: "",
      n: "\n",
      r: "\r",
      t: "\t",
    };
    return { kind: "text", sample: known[character] ?? character };
  };
  const classOf = (): Node => {
    const start = at - 1;
    while (peek() !== "]" || at === start + 1) at += peek() === "\\" ? 2 : 1;
    at += 1;
    const member = new RegExp(source.slice(start, at));
    return { kind: "text", sample: [...CANDIDATES, ..."bBnovsertTZ|~$^`!?"].find((each) => member.test(each)) ?? "" };
  };
  return choice();
}
