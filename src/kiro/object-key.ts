/**
 * What an object of Kiro's or Amazon Q's bucket is, by its key alone (Kiro User Guide, "Viewing per-user activity", and buckets of two public
 * repositories, 2026). Only user reports are ever opened: beside them lie prompt logs, which hold the text of people.
 */
export function kiroKindOf(key: string): string {
  const folder = /(?:^|\/)(?:KiroLogs|QDeveloperLogs)\/([^/]+)/.exec(key)?.[1];
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (folder === "by_user_analytic" || /by_user_analytic/.test(name)) return "legacy_report";
  if (folder !== undefined && folder !== "user_report") return /^[0-9a-f-]{36}$/.test(folder) ? "access_check" : "prompt_log";
  return /_user_report_\d{8,14}(?:[._-]?part_?\d+)?\.csv(?:\.gz)?$|_user_report_[\w.-]*\.csv(?:\.gz)?$/i.test(name)
    ? "records"
    : "other";
}

/** `KIRO_IDE_111122223333_user_report_…` → the account. */
export const accountOf = (key: string): string | null => /_(\d{12})_user_report_/.exec(key)?.[1] ?? null;

/** `KIRO_IDE_111122223333_user_report_…` → `KIRO_IDE`. */
export const clientOf = (key: string): string | null => /(?:^|\/)([A-Z][A-Z_]{0,30})_\d{12}_user_report_/.exec(key)?.[1] ?? null;
