import { describe, expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const A = "111122223333";

// docs/other-calls.md: records and tokens by job, held against the manifest; where answers state no tokens the manifest's count.
describe("a batch job", () => {
  const ARN = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abcdefghij12";
  const job = { job_id: "abcdefghij12", dt: "2026-06-10" };
  const output = (cells: Cells = {}): Cells => ({
    ...{ ...job, kind: "output", file_name: "a.jsonl", event_time: "2026-06-10 10:00", source_object: "o", source_item: 1 },
    ...{
      records: 5,
      succeeded: 4,
      failed: 1,
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 3,
      cache_write_tokens: 2,
      uncounted: 0,
    },
    ...cells,
  });
  const manifest = (cells: Cells = {}): Cells => ({
    ...{ ...job, kind: "manifest", event_time: "2026-06-10 10:00", records: 5, failed: 1, input_tokens: 100, output_tokens: 20 },
    ...cells,
  });
  const created = (cells: Cells = {}): Cells => ({
    ...{
      dt: "2026-06-08",
      operation: "CreateModelInvocationJob",
      status: "ok",
      resource_arn: ARN,
      account_id: A,
      region: "us-east-1",
    },
    ...{ model: "m1", principal_arn: "p1", principal_name: "ci", person: "ann" },
    ...cells,
  });
  const jobs = (batch_records: readonly Cells[], trail_events: readonly Cells[] = []) =>
    ask("views/batch_jobs", {}, { batch_records, trail_events });

  it("is the sum of its files, each as it was written last", async () => {
    const rows = await jobs([
      output(),
      output({ event_time: "2026-06-10 09:00", records: 90, input_tokens: 900 }),
      output({
        file_name: "b.jsonl",
        dt: "2026-06-09",
        records: 2,
        succeeded: 2,
        failed: 0,
        input_tokens: 10,
        output_tokens: 1,
        uncounted: 0,
      }),
      output({ job_id: "other", records: 7 }),
      { kind: "output", dt: "2026-06-10", records: 9 },
    ]);
    expect(rows.find(({ job_id }) => job_id === "abcdefghij12")).toEqual({
      ...{ dt: "2026-06-09", job_id: "abcdefghij12", records: 7, succeeded: 6, failed: 1, input_tokens: 110, output_tokens: 21 },
      ...{ cache_read_tokens: 6, cache_write_tokens: 4, uncounted: 0, manifest_check: "no_manifest" },
    });
    expect(rows.length).toBe(2);
  });

  it("is of its end, as described, and of who made it, as CloudTrail says", async () => {
    const described = {
      ...job,
      dt: "2026-06-12",
      kind: "job",
      job_arn: ARN,
      job_name: "n",
      model: "m0",
      role_arn: "r",
      role_name: "rn",
      status: "Completed",
    };
    const [row] = await jobs([output(), described], [created()]);
    expect(row).toMatchObject({
      ...{
        dt: "2026-06-12",
        job_arn: ARN,
        job_name: "n",
        account_id: A,
        region: "us-east-1",
        model: "m0",
        role_arn: "r",
        role_name: "rn",
      },
      ...{ creator_arn: "p1", creator_name: "ci", creator_person: "ann", status: "Completed" },
    });
    expect(await jobs([output({ answered_model: "answered" })], [created()])).toMatchObject([{ dt: "2026-06-10", model: "m1" }]);
    expect(await jobs([output({ answered_model: "answered" })])).toMatchObject([{ model: "answered" }]);
    expect(await jobs([], [created(), created({ dt: "2026-06-09" })])).toMatchObject([
      {
        dt: "2026-06-08",
        job_id: "abcdefghij12",
        job_arn: ARN,
        account_id: A,
        region: "us-east-1",
        records: 0,
        manifest_check: "no_output",
      },
    ]);
    const no: readonly Cells[] = [
      { operation: "Converse" },
      { status: "error" },
      { resource_arn: "arn:aws:bedrock:us-east-1:111122223333:model/abcdefghij12" },
    ];
    for (const cells of no) expect(await jobs([], [created(cells)])).toEqual([]);
  });

  it("is told by its own records first, and is one however often CloudTrail names who made it", async () => {
    const records = [
      output({ job_arn: ARN, account_id: A, region: "r", model: "m0", answered_model: "m9", file_name: "a", status: "s1" }),
      output({ file_name: "b", dt: "2026-06-08" }),
    ];
    const [row] = await jobs(records, [
      created({ account_id: "2", region: "z", model: "z", resource_arn: `${ARN.replace("1111", "2222")}` }),
      created({ dt: "2026-06-07", principal_arn: "p2", principal_name: "di", person: "bob" }),
    ]);
    // What the job's records say comes first; of two who made it under one id, the last by name.
    expect(row).toMatchObject({
      ...{
        dt: "2026-06-08",
        job_arn: ARN,
        account_id: A,
        region: "r",
        model: "m0",
        status: "s1",
        records: 10,
        input_tokens: 200,
      },
      ...{ creator_arn: "p2", creator_name: "di", creator_person: "bob" },
    });
  });

  it("whose manifest lies in two places has of each figure the largest", async () => {
    const least = { records: 4, failed: 0, input_tokens: 90, output_tokens: 10 };
    const found = { manifest_records: 5, manifest_input_tokens: 100, manifest_output_tokens: 20, manifest_check: "agrees" };
    const places = [manifest({ file_name: "a/manifest" }), manifest({ file_name: "b/manifest", ...least })];
    expect(await jobs([output(), ...places])).toMatchObject([found]);
    expect(await jobs([output(), ...places.toReversed()])).toMatchObject([found]);
  });

  it("counts of a file written twice at one moment the first delivery, of files of one name only the same kind and job", async () => {
    const records = async (...given: readonly Cells[]) => (await jobs(given)).map((row) => row["records"]).sort();
    expect(await records(output(), output({ source_object: "p", records: 7 }))).toEqual([5]);
    expect(await records(output(), output({ source_item: 2, records: 7 }))).toEqual([5]);
    expect(await records(output(), output({ job_id: "other", records: 7 }))).toEqual([5, 7]);
    expect((await jobs([output(), manifest({ file_name: "a.jsonl" })]))[0]).toMatchObject({
      records: 5,
      manifest_records: 5,
      manifest_check: "agrees",
    });
  });

  it.each([
    ["agrees", {}, {}],
    ["agrees", {}, { failed: undefined, input_tokens: undefined, output_tokens: undefined }],
    // Whether the manifest counts cached tokens is not documented.
    ["agrees", {}, { input_tokens: 105 }],
    ["differs", {}, { input_tokens: 104 }],
    ["differs", {}, { output_tokens: 21 }],
    ["differs", {}, { records: 6 }],
    ["differs", {}, { failed: 2 }],
    ["uncounted", { uncounted: 4 }, { input_tokens: 300 }],
    ["uncounted", { uncounted: 4 }, { failed: undefined }],
    ["differs", { uncounted: 4 }, { records: 6, input_tokens: 300 }],
    ["differs", { uncounted: 4 }, { failed: 0, input_tokens: 300 }],
  ])("%s with its manifest: %j, %j", async (check, out, of) => {
    const stated = Object.fromEntries(Object.entries(manifest(of as Cells)).filter(([, value]) => value !== undefined));
    expect(await jobs([output(out as Cells), stated])).toMatchObject([
      { manifest_check: check, manifest_records: stated["records"] },
    ]);
  });

  it("without tokens in its answers has the manifest's, less what was cached", async () => {
    const tokens = async (out: Cells, of: Cells) => {
      const [row] = await jobs([output(out), manifest(of)]);
      return [row?.["input_tokens"], row?.["output_tokens"]];
    };
    expect(await tokens({ uncounted: 1 }, { input_tokens: 305, output_tokens: 50 })).toEqual([300, 50]);
    expect(await tokens({ uncounted: 1 }, { input_tokens: 90, output_tokens: 10 })).toEqual([100, 20]);
    expect(await tokens({}, { input_tokens: 305, output_tokens: 50 })).toEqual([100, 20]);
    expect((await jobs([output({ uncounted: 1 })]))[0]).toMatchObject({ input_tokens: 100, output_tokens: 20 });
    expect((await jobs([manifest()]))[0]).toMatchObject({
      input_tokens: 0,
      output_tokens: 0,
      manifest_check: "no_output",
      manifest_input_tokens: 100,
    });
  });
});
