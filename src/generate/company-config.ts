import { stringify } from "yaml";
import { formatUsd } from "../money.ts";
import type { Budgets } from "./budgets.ts";
import { organisation, teams } from "./company.ts";
import type { Directory } from "./directory.ts";
import { discount } from "./rates.ts";

const HEADER = `# The configuration of an invented company, written together with its logs and its bill.
# Teams are found in four ways: by role, by members' addresses, by request metadata, and services by their role or user.

`;

/** The company's strata.yml. */
export function companyConfig(directory: Directory, budgets: Budgets): string {
  const costCenters = new Map(teams.map((team) => [team.name, team.costCenter]));
  const memberTeams = new Set(teams.filter((team) => team.attribution === "members").map((team) => team.name));
  const names = [...budgets.teams.keys()];
  const byRole = teams
    .filter((team) => team.attribution === "role")
    .map((team) => ({
      name: team.name,
      match: { principal: `arn:aws:sts::*:assumed-role/AWSReservedSSO_${team.role}_*` },
      team: team.name,
    }));
  const services = directory.services.filter(
    ({ service }, index, all) =>
      service.team !== undefined && all.findIndex((other) => other.service.principal === service.principal) === index,
  );
  const byService = services.map(({ service, caller }) => ({
    name: service.name,
    match: { principal: caller.arn },
    team: service.team,
    environment: "prod",
  }));
  return (
    HEADER +
    stringify(
      {
        organisation,
        attribution: {
          teams: Object.fromEntries(
            names.map((name) => [
              name,
              {
                ...(costCenters.has(name) ? { cost_center: costCenters.get(name) } : {}),
                lead: `${name}-lead@example.com`,
                ...(memberTeams.has(name) ? { members: [`*@${name}.example.com`] } : {}),
              },
            ]),
          ),
          rules: [...byRole, ...byService],
        },
        models: { inference_profiles: Object.fromEntries(directory.profiles) },
        prices: { discounts: [{ name: discount.name, percent: String(discount.percent), vendors: [...discount.vendors] }] },
        budgets: [
          { scope: "organisation", period: "month", limit_usd: formatUsd(budgets.organisation) },
          ...[...budgets.teams].map(([name, limit]) => ({ scope: "team", name, period: "month", limit_usd: formatUsd(limit) })),
          { scope: "person", period: "day", limit_usd: formatUsd(budgets.personDay) },
        ],
      },
      { lineWidth: 0 },
    )
  );
}
