import type { AlertSink } from "../ports.ts";
import type { Manifest } from "./manifest-schema.ts";

/** A message for AlertSink.publish, tier info. */
export type ReportNotice = Parameters<AlertSink["publish"]>[0];

/** What to tell when a month closes or is restated; undefined for a provisional month, of which nobody needs to hear. */
export function reportNotice(manifest: Manifest, folder: string, link: string | undefined): ReportNotice | undefined {
  if (manifest.status === "provisional") return undefined;
  const { month, totals, restates, tie_out: tieOut } = manifest;
  const rule = restates ? "month-restated" : "month-final";
  const lines = [
    restates ? `The closed month ${month} was published anew.` : `The statement of ${month} is final.`,
    ...(restates?.why ?? []).map(({ sentence }) => sentence),
    tieOut ? `${tieOut.sentence}.` : `Estimated: ${totals["estimated_usd"]} USD. No bill covers this month.`,
    restates ? `What moved: ${folder}/diff.csv. The version before: ${restates.folder}/.` : `Files: ${folder}/.`,
    ...(link ? [`Open the page (the link expires): ${link}`] : []),
  ];
  return {
    severity: "info",
    // SNS takes subjects of at most 100 ASCII characters without line breaks.
    subject: `[info] Bedrock statement ${month}: ${manifest.status}`,
    body: `${lines.join("\n")}\n`,
    attributes: { severity: "info", rule, month, status: manifest.status },
  };
}
