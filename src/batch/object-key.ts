export type BatchKind = "output" | "manifest" | "job";

const JOB_ID = /^[a-z0-9]{12}$/;

/** `<output prefix>/<job id>/<input name>.jsonl.out` and `manifest.json.out` beside it (Bedrock User Guide, "View the results of a batch inference job"). */
export function batchObjectOf(key: string): { kind: BatchKind; jobId: string | null; fileName: string } | undefined {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const folder = parts.at(-2) ?? "";
  const place = { jobId: JOB_ID.test(folder) ? folder : null, fileName: name };
  if (/^manifest\.json\.out(?:\.gz)?$/.test(name)) return { kind: "manifest", ...place };
  if (/\.jsonl\.out(?:\.gz)?$/.test(name)) return { kind: "output", ...place };
  if (/\.json$/.test(name)) return { kind: "job", ...place };
  return undefined;
}
