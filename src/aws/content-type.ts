const TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  jsonl: "application/x-ndjson",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  svg: "image/svg+xml",
  parquet: "application/vnd.apache.parquet",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
/** What browsers and readers take an object of this key for. */
export const contentType = (key: string): string => TYPES[key.slice(key.lastIndexOf(".") + 1)] ?? "application/octet-stream";
