import { describe, expect, it } from "vitest";
import { parseUnload, refusal, withParameters } from "./athena-rules.ts";

describe("what Athena refuses", () => {
  it("takes a parameter in a WHERE clause, however deep", () => {
    expect(
      refusal({ QueryString: "select 1 where a in (?, ?) and b = ?", ExecutionParameters: ["1", "2", "3"] }),
    ).toBeUndefined();
    expect(
      refusal({
        QueryString: "select * from (select 1 from t where x = ?) where (y > 1 or z = ?)",
        ExecutionParameters: ["1", "2"],
      }),
    ).toBeUndefined();
  });

  it.each([
    ["select ?", "select"],
    ["select a from t limit ?", "limit"],
    ["select a from t group by a having count(*) > ?", "having"],
    ["select a from t join u on t.a = ?", "on"],
    ["select a from t where b = (select max(?) from u)", "select"],
    ["select a from (values ?) as v (a)", "values"],
  ])("refuses a parameter elsewhere: %s", (QueryString, clause) => {
    expect(refusal({ QueryString, ExecutionParameters: ["1"] })).toContain(`in the ${clause} clause`);
  });

  it("does not take a question mark in a string, a name or a comment for a parameter", () => {
    expect(refusal({ QueryString: `select '?' as "?" -- ?\n from t /* ? */ where a = '?'` })).toBeUndefined();
  });

  it("counts parameters and measures them", () => {
    expect(refusal({ QueryString: "select 1 where a = ?" })).toContain("expected 1 but found 0");
    expect(refusal({ QueryString: "select 1", ExecutionParameters: ["1"] })).toContain("expected 0 but found 1");
    const where = "select 1 where a = ?";
    expect(refusal({ QueryString: where, ExecutionParameters: ["x".repeat(1_024)] })).toBeUndefined();
    expect(refusal({ QueryString: where, ExecutionParameters: ["x".repeat(1_025)] })).toContain("1025");
    expect(refusal({ QueryString: where, ExecutionParameters: [""] })).toContain("a length of 0");
  });

  it("measures the text in bytes, and the token", () => {
    expect(refusal({ QueryString: "x".repeat(262_144) })).toBeUndefined();
    expect(refusal({ QueryString: "é".repeat(131_073) })).toContain("262146");
    expect(refusal({ QueryString: "" })).toContain("a length of 0");
    expect(refusal({ QueryString: "select 1", ClientRequestToken: "short" })).toContain("ClientRequestToken");
  });
});

describe("UNLOAD", () => {
  it("is taken apart", () => {
    expect(
      parseUnload(
        "unload (select a, (b) from t\n)\nto 's3://b/x/'\nwith (format = 'PARQUET', compression = 'ZSTD', partitioned_by = array['dt'])",
      ),
    ).toEqual({
      query: "select a, (b) from t\n",
      location: "s3://b/x/",
      format: "PARQUET",
      compression: "ZSTD",
      partitionedBy: ["dt"],
    });
    expect(parseUnload("select 'unload (x) to'")).toBeUndefined();
  });
});

it("puts parameters where the question marks are", () => {
  expect(withParameters("select '?' where a = ? -- ?\n and b = ?", ["1", "'x?'"])).toBe(
    "select '?' where a = 1 -- ?\n and b = 'x?'",
  );
});
