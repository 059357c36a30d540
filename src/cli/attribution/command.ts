import type { Command } from "commander";
import { z } from "zod";
import { coverage } from "../../attribution/coverage.ts";
import { plainKey } from "../../attribution/facts.ts";
import { metadataFindings, unlabelled } from "../../attribution/metadata-findings.ts";
import { defaultConfig, loadConfig } from "../../config/load.ts";
import { requestMetadata } from "../../config/request-metadata.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import { openWarehouse, type WarehouseOptions, warehouseOptions } from "../shared/open-warehouse.ts";
import { dayOption } from "../shared/options.ts";
import { rememberedConfig } from "../shared/remembered-config.ts";
import { attributionText } from "./attribution-text.ts";

interface Options extends WarehouseOptions {
  readonly config?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly schema?: boolean;
}

export function attributionCommand(program: Command): void {
  const command = program.command("attribution");
  warehouseOptions(command)
    .option("--config <file>", "strata.yml; the one of the data folder unless given")
    .option("--from <date>", "first day, YYYY-MM-DD")
    .option("--to <date>", "last day, YYYY-MM-DD")
    .option("--json", "print everything as JSON")
    .option("--schema", "print the organisation's contract for request metadata as JSON Schema, with its teams")
    .addHelpText(
      "after",
      `
Examples:
  $ strata attribution --data ./data
  $ strata attribution --data ./data --from 2026-10-01 --to 2026-10-31 --json
  $ strata attribution --schema --config strata.yml > request-metadata.schema.json`,
    )
    .action(async (options: Options) => {
      const config = options.config === undefined ? (rememberedOr(options.data) ?? defaultConfig()) : loadConfig(options.config);
      if (options.schema) {
        console.log(JSON.stringify(contract(config), null, 2));
        return;
      }
      const { warehouse, close } = await openWarehouse(options);
      const [range] = (await warehouse.query("rollups/covered_days")).rows;
      const days = {
        from: dayOption("--from", options.from) ?? String(range?.["first_day"] ?? "1970-01-01"),
        to: dayOption("--to", options.to) ?? String(range?.["last_day"] ?? "1970-01-01"),
      };
      const teams = await warehouse.query("attribution/by_source", days);
      const people = await warehouse.query("saved/identity_sources", days);
      const { team, cost_center } = config.attribution.metadata_keys;
      const keys = { team_key: plainKey(team), cost_center_key: plainKey(cost_center) };
      const sent = await warehouse.query("attribution/metadata", { ...days, ...keys });
      const senders = await warehouse.query("attribution/senders", days);
      close();
      const findings = [...metadataFindings(sent.rows, config), ...unlabelled(senders.rows)];
      const known = Object.keys(config.attribution.teams);
      const all = {
        ...days,
        coverage: { teams: coverage(teams.rows, "attribution_source"), people: coverage(people.rows, "person_source") },
        teams: teams.rows,
        people: people.rows,
        metadata: sent.rows,
        senders: senders.rows,
        findings,
      };
      console.log(
        options.json
          ? JSON.stringify(all, null, 2)
          : attributionText({ ...days, teams: teams.rows, people: people.rows, findings, known }),
      );
    });
}

/** A folder that is none is told of where it is opened. */
function rememberedOr(folder: string): StrataConfig | undefined {
  try {
    return rememberedConfig(folder);
  } catch {
    return undefined;
  }
}

/** schemas/request-metadata with the organisation's own keys and teams. */
export function contract({ attribution, organisation }: StrataConfig): object {
  const schema = z.toJSONSchema(requestMetadata);
  const { team, cost_center, environment, feature, person } = attribution.metadata_keys;
  const teams = Object.keys(attribution.teams);
  const own = schema.properties ?? {};
  const label = own["team"] ?? {};
  const properties = {
    ...Object.fromEntries(
      Object.entries(own).filter(([key]) => !["team", "cost_center", "environment", "feature"].includes(key)),
    ),
    [team]: teams.length === 0 ? label : { ...(label as object), enum: teams },
    [cost_center]: own["cost_center"] ?? {},
    [environment]: own["environment"] ?? {},
    [feature]: own["feature"] ?? {},
    ...(person === null ? {} : { [person]: own["user"] ?? {} }),
  };
  return { ...schema, title: `Request metadata of ${organisation}`, properties, required: [team] };
}
