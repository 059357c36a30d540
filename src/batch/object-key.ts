export type BatchKind = "output" | "manifest" | "job";

const JOB_ID = /^[a-z0-9]{12}$/;

/** `<output prefix>/<job id>/<input name>.jsonl.out` and `manifest.json.out` beside it (Bedrock User Guide, "View the results of a batch inference job"). */
export function batchObjectOf(key: string): { kind: BatchKind; jobId: string | null; fileName: string } | undefined {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const place = jobOf(parts);
  if (/^manifest\.json\.out(?:\.gz)?$/.test(name)) return { kind: "manifest", ...place };
  if (/\.jsonl\.out(?:\.gz)?$/.test(name)) return { kind: "output", ...place };
  if (/\.json$/.test(name)) return { kind: "job", ...place };
  return undefined;
}

/**
 * The nearest folder that is a job's; inputs in folders of their own may have theirs between. Further up it has letters and digits: twelve digits are
 * an account, twelve letters a word.
 */
function jobOf(parts: readonly string[]): { readonly jobId: string | null; readonly fileName: string } {
  for (let at = parts.length - 2; at >= 0; at -= 1) {
    const folder = parts[at] ?? "";
    const isParent = at === parts.length - 2;
    if (JOB_ID.test(folder) && (isParent || (/\d/.test(folder) && /[a-z]/.test(folder))))
      return { jobId: folder, fileName: parts.slice(at + 1).join("/") };
  }
  return { jobId: null, fileName: parts.at(-1) ?? "" };
}
