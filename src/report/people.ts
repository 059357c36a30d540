import { createHmac, randomBytes } from "node:crypto";
import type { ReportConfig } from "../config/report.ts";
import type { DimensionRow, MonthData } from "./month-data.ts";

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

// A scope that is not known to be about a group is taken to be about one person.
const GROUPS = new Set(["organisation", "account", "team", "model", "source"]);
const aboutOnePerson = (scope: string): boolean => !GROUPS.has(scope);

// Ten hex digits: with 5,000 people the chance that two share an alias is about one in 90,000.
const digest = (key: string, name: string): string => createHmac("sha256", key).update(name).digest("hex").slice(0, 10);
