import { execFileSync } from "node:child_process";
import tty from "node:tty";
import { describe, expect, test, vi } from "vitest";
import { assertReads } from "../../src/aws/athena-warehouse.ts";
import { forTerminal, guardOutput } from "../../src/cli/shared/guard-output.ts";
import { progress } from "../../src/cli/shared/progress.ts";
import { explainedText } from "../../src/query/explained-text.ts";
import { uniqueNames } from "../../src/query/unique-names.ts";
import { csvOf, harmless } from "../../src/report/csv.ts";
import { shellWord } from "../../src/shell-word.ts";

const HOSTILE = [
  "`id`",
  "$(id)",
  "a'b",
  "'; id; '",
  "a\nid\n",
  "\u001b[2Jx",
  "\u202egnp.exe",
  "\\",
  "a\\'`b",
  "x\u200by",
  "$HOME;",
  "!!",
  "ü 漢",
  "~",
  "#",
  "",
];

describe("a value in a command that is offered for pasting", () => {
  test.each(HOSTILE)("%j comes back as it is, from one line without a backtick", (value) => {
    const word = shellWord(value);
    for (const mark of ["`", "\n", "\r", "\u001b", "\u202e"]) expect(word).not.toContain(mark);
    expect(execFileSync("bash", ["-c", `printf %s ${word}`], { encoding: "utf8" })).toBe(value);
  });
});

describe("what is printed", () => {
  test.each(["\u001b]0;title\u0007", "\u001b[2J", "\u009b31m", "\u202e", "\u2066", "\u007f", "\u001b[8m", "\rover"])(
    "%j is shown and not acted on",
    (text) => {
      const shown = forTerminal(`a${text}b\n`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
      expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
      expect(JSON.parse(forTerminal(JSON.stringify({ text })))).toEqual({ text });
    },
  );

  test("our own colours and line breaks stay", () => {
    expect(forTerminal("\u001b[31mred\u001b[39m\tx\r\ny\n")).toBe("\u001b[31mred\u001b[39m\tx\r\ny\n");
  });
});

describe("the spinner", () => {
  test("writes nothing that is shown instead of acted on", () => {
    vi.stubEnv("CI", undefined);
    vi.stubEnv("TERM", "xterm");
    const written: string[] = [];
    const write = (chunk: string): boolean => written.push(chunk) > 0;
    // A terminal as Node makes one: it moves its cursor by writing.
    const screen = Object.assign(Object.create(tty.WriteStream.prototype), { isTTY: true, columns: 80, write, on: () => screen });
    const restore = guardOutput(screen);
    const reading = progress("Reading logs", false, screen);
    reading.update("1 record");
    reading.done("1 record");
    restore();
    vi.unstubAllEnvs();
    expect(written.join("")).toContain("Reading logs: 1 record");
    expect(written.join("")).not.toContain("\\u001b");
  });
});

describe("CSV", () => {
  test.each(["=1+1", "＝1+1", "＋1", "－1", "＠x", "\n=1", "\r\n=1", "\t=1", " =1", "a;=1", 'a;"=1', "a\t=1", "@SUM(1)", "-cmd"])(
    "%j is never run",
    (cell) => {
      const written = harmless(cell);
      for (const part of written.split(/[;\t\r\n]/)) expect(part).not.toMatch(/^["' ]{0,3}(?<!')[=+@＝＋－＠]/);
      expect(written).toContain("'");
    },
  );

  test.each(["12.50", "-3", "team-a", "a=b", "x; y", "2026-10-01", "a@b.example"])("%j stays as it is", (cell) => {
    expect(harmless(cell)).toBe(cell);
  });

  test("cells with a semicolon or a tab are quoted, and nothing hidden is in them", () => {
    const columns = [{ name: "a", kind: "text" as const }];
    expect(csvOf({ columns, rows: [["x;y"], ["x\ty"], ["\u001b[2J\u202ex"]] })).toBe('a\r\n"x;y"\r\n"x\ty"\r\n [2J x\r\n');
  });
});

describe("SQL that only reads", () => {
  test.each([
    ["explain select 1", "select 1"],
    ["EXPLAIN ANALYZE select 1", "select 1"],
    ["/* x */ explain -- y\n analyze copy t to 'x'", "copy t to 'x'"],
    ["explain (type io) select 1", "select 1"],
    ["explain (select 1)", "(select 1)"],
    ["select 1", undefined],
    ["explainer", undefined],
  ])("%s is about %s", (text, inner) => expect(explainedText(text)).toBe(inner));

  test.each([
    "explain analyze insert into t select 1",
    "explain analyze delete from t",
    "EXPLAIN ANALYZE create table x as select 1",
    "unload (select 1) to 's3://x'",
    "explain",
  ])("Athena refuses %s", (text) => expect(() => assertReads(text)).toThrow("only statements that read"));
  test.each([
    "select 1",
    "explain select 1",
    "explain analyze select 1",
    "with a as (select 1) select * from a",
    "show tables",
    "values 1",
  ])("Athena takes %s", (text) => expect(() => assertReads(text)).not.toThrow());

  test("columns of one name are all there", () => {
    expect(uniqueNames(["n", "n", "n_2", "n"])).toEqual(["n", "n_2", "n_2_2", "n_3"]);
  });
});
