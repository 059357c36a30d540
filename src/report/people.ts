import { createHmac, randomBytes } from "node:crypto";
import type { ReportConfig } from "../config/report.ts";
import type { DoneLine, Work } from "./load-work.ts";
import type { DimensionRow, MonthData } from "./month-data.ts";
import { sumUsd } from "./rows.ts";

const KEPT = new Set(["", "(no person)", "(none)"]);

/** How a privacy mode calls a person or principal. Names that stand for nobody are kept. */
export function aliasOf(config: Pick<ReportConfig, "people" | "pseudonym_key">): Alias {
  if (config.people === "names") return (name) => name;
  // Where people are not shown at all, nothing that this gives is shown either.
  const key = config.pseudonym_key ?? randomBytes(16).toString("hex");
  return (name, kind) => (KEPT.has(name) ? name : `${kind}-${digest(key, name)}`);
}
export type Alias = (name: string, kind: "person" | "principal") => string;

/**
 * The month as the privacy mode wants it shown. `pseudonyms` gives each person and principal a stable alias (HMAC-SHA-256 with
 * `report.pseudonym_key`, so that it cannot be found by hashing known addresses); `none` leaves out every line about a single person.
 */
export function withPeople(data: MonthData, config: Pick<ReportConfig, "people" | "pseudonym_key">): MonthData {
  if (config.people === "names") return data;
  const alias = aliasOf(config);
  const hidden = config.people === "none";
  const person = hidden ? [] : data.by.person.map((row): DimensionRow => ({ ...row, name: alias(row.name, "person") }));
  return {
    ...data,
    by: { ...data.by, person },
    movers: data.movers
      .filter((mover) => !hidden || mover.dimension !== "person")
      .map((mover) => (mover.dimension === "person" ? { ...mover, name: alias(mover.name, "person") } : mover)),
    quality: {
      ...data.quality,
      unattributed: hidden
        ? []
        : data.quality.unattributed.map((row) => ({ ...row, principal: alias(row.principal, "principal") })),
    },
    alerts: data.alerts
      .filter((alert) => !hidden || !aboutOnePerson(alert.scope))
      .map((alert) =>
        aboutOnePerson(alert.scope) ? { ...alert, name: alias(alert.name, "person"), message: "" } : { ...alert, message: "" },
      ),
  };
}

/** Sessions and commits as the privacy mode wants them shown: both are one person's work, so with `none` only sums are left. */
export function workFor(work: Work | undefined, config: Pick<ReportConfig, "people" | "pseudonym_key">): Work | undefined {
  if (work === undefined || config.people === "names") return work;
  const hidden = config.people === "none";
  const alias = aliasOf(config);
  const sumOnly = (lines: readonly DoneLine[]): readonly DoneLine[] => {
    const counted = lines.filter(({ number }) => number > 0);
    if (!hidden || counted.length === 0) return lines;
    const sum = (of: (line: DoneLine) => number): number => counted.reduce((total, line) => total + of(line), 0);
    const all: DoneLine = {
      ...{ name: "(all)", branch: "", team: "", at: "" },
      number: sum((line) => line.number),
      calls: sum((line) => line.calls),
      estimated: sumUsd(counted.map((line) => line.estimated)),
    };
    return [all, ...lines.filter(({ number }) => number === 0)];
  };
  return {
    ...work,
    sessions: hidden ? [] : work.sessions.map((line) => ({ ...line, person: alias(line.person, "person") })),
    commits: sumOnly(work.commits),
    pullRequests: sumOnly(work.pullRequests),
  };
}

// A scope that is not known to be about a group is taken to be about one person.
const GROUPS = new Set(["organisation", "account", "team", "model", "source"]);
const aboutOnePerson = (scope: string): boolean => !GROUPS.has(scope);

// Ten hex digits: with 5,000 people the chance that two share an alias is about one in 90,000.
const digest = (key: string, name: string): string => createHmac("sha256", key).update(name).digest("hex").slice(0, 10);
