import type { AlertsConfig } from "../config/alerts.ts";
import { glob } from "../glob.ts";
import { parseDay, parseInstant } from "../time.ts";
import type { Incident, NoticeKind } from "./lifecycle.ts";

/** The short name of an incident, the same in every run: its rule, when it began, and a checksum of its key. */
export function incidentId(incident: Pick<Incident, "key" | "rule" | "firstBreach">): string {
  const minute = new Date(incident.firstBreach).toISOString().replace(/[-:]/g, "").slice(0, 13);
  return `${incident.rule}-${minute}-${checksum(incident.key)}`;
}

/** FNV-1a over UTF-16 units, 32 bits, as 7 characters of base 36: tells incidents of one rule and minute apart. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, "0");
}

/** What holds an address, alone or at the end of an ARN, is compared without regard to letter case. */
const isNamedSo = (pattern: string | undefined, name: string): boolean =>
  pattern?.includes("@") ? matches(pattern.toLowerCase(), name.toLowerCase()) : matches(pattern, name);

const matches = (pattern: string | undefined, text: string): boolean => pattern === undefined || glob(pattern)(text);

const instant = (text: string): number => parseDay(text) ?? parseInstant(text) ?? Number.NaN;

/** By its own id, or by the one under which people heard of the outage first. */
const isNamed = (incident: Incident, id: string): boolean => incidentId(incident) === id || incident.knownAs === id;

/** Why nothing is sent about this at that time: the reason of a suppression, or who acknowledged it; undefined to send. */
export function silencedBy(config: AlertsConfig, incident: Incident, tick: number, kind: NoticeKind): string | undefined {
  const window = config.suppress.find(
    (entry) =>
      tick >= instant(entry.from) &&
      tick < instant(entry.to) &&
      (entry.id === undefined || isNamed(incident, entry.id)) &&
      matches(entry.rule, incident.rule) &&
      (entry.scope === undefined || entry.scope === incident.scope) &&
      isNamedSo(entry.name, incident.name ?? ""),
  );
  if (window) return `suppressed: ${window.reason}`;
  if (kind !== "renotified") return undefined;
  const taken = config.acknowledge.find(({ id }) => isNamed(incident, id));
  return taken ? `acknowledged by ${taken.by}` : undefined;
}
