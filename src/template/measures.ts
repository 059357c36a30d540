import { isRecord } from "./template.ts";

/** How much of something there is; undefined where there is nothing to measure. */
export type Measure = (value: unknown) => number | undefined;

const json = (value: unknown): string => JSON.stringify(value) ?? "";
const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Of resolved values. Policies and patterns are measured without white space, as IAM and EventBridge keep them. */
export const MEASURES: Readonly<Record<string, Measure>> = {
  characters: (value) => (typeof value === "string" ? value.length : undefined),
  bytes: (value) => (typeof value === "string" ? bytes(value) : undefined),
  json: (value) => (value === undefined ? undefined : bytes(json(value))),
  number: (value) => (value === undefined ? undefined : Number(value)),
  items: (value) => (Array.isArray(value) ? value.length : isRecord(value) ? Object.keys(value).length : undefined),
  "json-sum": (value) => (Array.isArray(value) ? value.reduce((sum: number, item) => sum + bytes(json(item)), 0) : undefined),
  environment: (value) =>
    isRecord(value) ? Object.entries(value).reduce((sum, [key, text]) => sum + bytes(key) + bytes(String(text)), 0) : undefined,
  "dashboard-metrics": (value) => (typeof value === "string" ? dashboardMetrics(value) : undefined),
};

function dashboardMetrics(body: string): number {
  const { widgets }: { widgets: { properties?: { metrics?: unknown[] } }[] } = JSON.parse(body);
  return widgets.reduce((sum, { properties }) => sum + (properties?.metrics?.length ?? 0), 0);
}

/** `Policies.*.PolicyDocument` of properties; a star gathers a list. */
export function at(value: unknown, path: string): unknown {
  if (path === "") return value;
  const [head = "", ...rest] = path.split(".");
  const tail = rest.join(".");
  if (head === "*") return Array.isArray(value) ? value.map((item) => at(item, tail)) : undefined;
  return isRecord(value) ? at(value[head], tail) : undefined;
}
