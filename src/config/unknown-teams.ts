import { nearNames } from "../near-names.ts";
import type { StrataConfig } from "./strata-config.ts";

interface UnknownTeam {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/**
 * Rules and budgets whose team is a declared one but for a letter. Other teams that are not declared are none of this: tags and the bill name teams, too.
 */
export function unknownTeams({ attribution, budgets }: StrataConfig): UnknownTeam[] {
  const declared = Object.keys(attribution.teams);
  const check = (team: string | undefined, path: readonly (string | number)[]): UnknownTeam[] => {
    if (team === undefined || declared.includes(team) || /[*$]/.test(team)) return [];
    const near = nearNames(team, declared).filter((name) => !isNext(name, team));
    if (near.length === 0) return [];
    return [
      {
        path,
        text: `there is no team "${team}" under attribution.teams; did you mean ${near.join(" or ")}? If it is another team, declare it there`,
      },
    ];
  };
  return [
    ...attribution.rules.flatMap((rule, index) => check(rule.team, ["attribution", "rules", index, "team"])),
    ...budgets.flatMap(({ scope, name }, index) => (scope === "team" ? check(name, ["budgets", index, "name"]) : [])),
  ];
}

/** team-a and team-b, or one name that goes on where the other ends: names of a series, no typing error. */
function isNext(a: string, b: string): boolean {
  const [short = "", long = ""] = [a, b].sort((one, other) => one.length - other.length);
  const same = [...short].findIndex((letter, index) => letter !== long[index]);
  return same === -1 || same === short.length - 1 || Math.abs(a.length - b.length) > 1;
}
