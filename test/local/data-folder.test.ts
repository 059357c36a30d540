import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isComplete, isUnfinished, newResult } from "../../src/local/data-folder.ts";

const fresh = (): string => join(mkdtempSync(join(tmpdir(), "strata-data-")), "data");
const make = (folder: string, content: string): void => {
  const next = newResult(folder);
  try {
    mkdirSync(join(next.folder, "hourly_usage"), { recursive: true });
    writeFileSync(join(next.folder, "hourly_usage", "x.parquet"), content);
    writeFileSync(join(next.folder, "summary.json"), content);
    next.commit();
  } finally {
    next.end();
  }
};
const closedMonth = (folder: string, month: string, status: string): void => {
  mkdirSync(join(folder, "reports", month), { recursive: true });
  writeFileSync(join(folder, "reports", month, "manifest.json"), JSON.stringify({ status }));
};
const lockOf = (owner: object): string =>
  JSON.stringify({ pid: 1, host: hostname(), since: "2026-10-01T00:00:00.000Z", id: "x", ...owner });

describe("the next result of a data folder", () => {
  it("replaces the old one, and nothing but the result is left", () => {
    const folder = fresh();
    make(folder, "one");
    make(folder, "two");
    expect(readdirSync(folder).sort()).toEqual([".strata", "hourly_usage", "summary.json"]);
    expect(readFileSync(join(folder, "hourly_usage", "x.parquet"), "utf8")).toBe("two");
  });

  it("leaves the old one as it is until it is put in place, and when it is given up", () => {
    const folder = fresh();
    make(folder, "one");
    const next = newResult(folder);
    writeFileSync(join(next.folder, "summary.json"), "half");
    expect(readFileSync(join(folder, "summary.json"), "utf8")).toBe("one");
    next.end();
    expect(readdirSync(folder).sort()).toEqual([".strata", "hourly_usage", "summary.json"]);
  });

  it("takes over closed months, versions of the bill and answers that were paid for", () => {
    const folder = fresh();
    make(folder, "one");
    closedMonth(folder, "month=2026-09", "final");
    closedMonth(folder, "month=2026-10", "provisional");
    mkdirSync(join(folder, "bill_versions"));
    writeFileSync(join(folder, "bill_versions", "v.jsonl"), "{}");
    make(folder, "two");
    expect(readdirSync(join(folder, "reports"))).toEqual(["month=2026-09"]);
    expect(existsSync(join(folder, "bill_versions", "v.jsonl"))).toBe(true);
  });

  it("is refused for a folder with something else in it, which is not touched", () => {
    const folder = fresh();
    mkdirSync(join(folder, "reports"), { recursive: true });
    writeFileSync(join(folder, "reports", "mine.html"), "mine");
    expect(() => newResult(folder)).toThrow("holds files that strata did not write");
    writeFileSync(join(folder, "letter.tmp"), "mine");
    expect(() => newResult(folder)).toThrow("(letter.tmp)");
    expect(readdirSync(folder).sort()).toEqual(["letter.tmp", "reports"]);
  });

  it("takes what a run that was stopped left behind as its own", () => {
    const folder = fresh();
    make(folder, "one");
    for (const name of ["alerts.jsonl.123-0.tmp", ".lock.abc.tmp"]) writeFileSync(join(folder, name), "");
    mkdirSync(join(folder, ".next", "invocation_records"), { recursive: true });
    make(folder, "two");
    expect(readdirSync(folder).sort()).toEqual([".strata", "hourly_usage", "summary.json"]);
  });

  it("goes on where a run was stopped while it put its result in place", () => {
    const folder = fresh();
    make(folder, "one");
    // As putting "two" in place leaves it between two renames.
    mkdirSync(join(folder, ".next"));
    for (const [name, text] of [
      ["summary.json", "two"],
      ["alerts.jsonl", "two"],
      [".going", ""],
    ] as const)
      writeFileSync(join(folder, ".next", name), text);
    writeFileSync(join(folder, "hourly_usage", "x.parquet"), "two");
    const next = newResult(folder);
    next.end();
    expect(readFileSync(join(folder, "summary.json"), "utf8")).toBe("two");
    expect(readFileSync(join(folder, "alerts.jsonl"), "utf8")).toBe("two");
    expect(readFileSync(join(folder, "hourly_usage", "x.parquet"), "utf8")).toBe("two");
  });

  it("is unfinished until its mark is there", () => {
    const folder = fresh();
    const next = newResult(folder);
    expect([isComplete(folder), isUnfinished(folder)]).toEqual([false, true]);
    next.end();
    make(folder, "one");
    expect([isComplete(folder), isUnfinished(folder)]).toEqual([true, false]);
  });

  it("is refused where the path would be taken for a value of the data", () => {
    expect(() => newResult(join(fresh(), "dt=2026-10-01", "data"))).toThrow("dt=2026-10-01");
  });
});

describe("one writer", () => {
  it("a second one is refused with owner and time, in the same process too", () => {
    const folder = fresh();
    const next = newResult(folder);
    expect(() => newResult(folder)).toThrow(new RegExp(`is being written by process ${process.pid} on .+ since \\d{4}-`));
    next.end();
    newResult(folder).end();
  });

  it("an owner that lives keeps it", () => {
    const folder = fresh();
    make(folder, "one");
    writeFileSync(join(folder, ".lock"), lockOf({ pid: process.ppid }));
    expect(() => newResult(folder)).toThrow(`process ${process.ppid}`);
    writeFileSync(join(folder, ".lock"), lockOf({ host: "another-machine" }));
    expect(() => newResult(folder)).toThrow("another-machine");
  });

  it.each([
    ["whose process is gone", lockOf({ pid: 2 ** 22 - 1 })],
    ["whose number is ours by chance", lockOf({ pid: process.pid })],
    ["that cannot be read", "{"],
    ["that is empty", ""],
  ])("a lock %s is taken over", (_, lock) => {
    const folder = fresh();
    make(folder, "one");
    writeFileSync(join(folder, ".lock"), lock);
    make(folder, "two");
    expect(readdirSync(folder).sort()).toEqual([".strata", "hourly_usage", "summary.json"]);
  });
});
