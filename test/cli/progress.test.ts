import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { howFar, progress } from "../../src/cli/shared/progress.ts";

/** What was written to a screen, as a terminal or as a pipe. */
class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns = 40;
  readonly written: string[] = [];

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.written.push(String(chunk));
    done();
  }

  cursorTo(): boolean {
    return true;
  }
  clearLine(): boolean {
    return true;
  }
  moveCursor(): boolean {
    return true;
  }

  get lines(): string[] {
    return this.written.map((text) => stripVTControlCharacters(text).replaceAll("\n", "")).filter((text) => text !== "");
  }
}

/** As at somebody's desk, whatever runs the tests. */
function atADesk(): void {
  vi.stubEnv("CI", undefined);
  vi.stubEnv("TERM", "xterm");
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("progress", () => {
  it("is one line in a terminal that says the phase, how much of how much, and the share", () => {
    atADesk();
    const screen = new Screen(true);
    const reading = progress("Reading logs", false, screen);
    reading.update("1,200 records, part 3 of 12", { done: 3, of: 12 });
    reading.done("4,800 records in 12 objects");
    expect(screen.lines.some((line) => /Reading logs: 1,200 records.*, 25 %$/.test(line))).toBe(true);
    expect(screen.lines.at(-1)).toMatch(/Reading logs: 4,800 records in 12 objects \(\d+\.\d s\)$/);
  });

  it("never breaks the line, however long the text is", () => {
    atADesk();
    const screen = new Screen(true);
    const writing = progress("Writing", false, screen);
    writing.update("x".repeat(500), { done: 1, of: 2 });
    expect(screen.lines.some((line) => line.endsWith("x, 50 %"))).toBe(true);
    const widest = Math.max(...screen.lines.map((line) => line.length));
    writing.done("all");
    expect(widest).toBeGreaterThan(30);
    expect(widest).toBeLessThan(40);
  });

  it.each([
    ["a terminal", true],
    ["a pipe", false],
  ])("lets no name steer %s", (_where, isTTY) => {
    atADesk();
    const screen = new Screen(isTTY);
    const name = "\u001b]0;owned\u0007\u001b[2J\u202eevil\r\nsecond";
    const piped = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const reading = progress("Reading", false, screen);
    reading.update(name);
    reading.done(name);
    const text = [...screen.written, ...piped.mock.calls.flat()].join("");
    for (const mark of ["\u001b]0", "\u0007", "\u001b[2J", "\u202e", "\r\n"]) expect(text).not.toContain(mark);
    expect(text).toContain("evil second");
  });

  it.each<[where: string, isTTY: boolean, environment: Readonly<Record<string, string>>]>([
    ["a pipe", false, {}],
    ["CI", true, { CI: "true" }],
    ["a dumb terminal", true, { TERM: "dumb" }],
  ])("prints a phase once, when it is done, in %s", (_where, isTTY, environment) => {
    atADesk();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const screen = new Screen(isTTY);
    const piped = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const reading = progress("Reading", false, screen);
    reading.update("one", { done: 1, of: 2 });
    reading.update("two", { done: 2, of: 2 });
    reading.done("both");
    expect(piped.mock.calls).toEqual([[expect.stringMatching(/^Reading: both \(\d+\.\d s\)$/)]]);
    expect(screen.written).toEqual([]);
  });

  it("says nothing with --json", () => {
    const screen = new Screen(true);
    const reading = progress("Reading", true, screen);
    reading.update("one", { done: 1, of: 2 });
    reading.done("both");
    expect(screen.written).toEqual([]);
  });
});

describe("what is left", () => {
  it.each([
    ["as if the rest goes as fast", { done: 25, of: 100 }, 10_000, ", 25 %, about 30 s left"],
    ["in minutes where it is long", { done: 1, of: 4 }, 120_000, ", 25 %, about 6 min left"],
    ["never as nothing", { done: 999, of: 1000 }, 3000, ", 99 %, about 1 s left"],
    ["not before it can be known", { done: 25, of: 100 }, 500, ", 25 %"],
    ["not from next to nothing", { done: 1, of: 1000 }, 5000, ", 0 %"],
    ["not at the end", { done: 4, of: 4 }, 9000, ", 100 %"],
    ["not of nothing", { done: 0, of: 0 }, 9000, ""],
  ])("is told %s", (_how, part, elapsed, text) => {
    expect(howFar(part, elapsed)).toBe(text);
  });
});
