import type { Alert } from "../anomaly/alert.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { Warehouse } from "../ports.ts";
import type { DataState } from "./answer.ts";
import type { Names } from "./shown-names.ts";

/** Where the answers come from: a data folder or a deployed stack. */
export interface Source {
  /** Shows names as `names` says. */
  readonly warehouse: Warehouse;
  readonly config: StrataConfig;
  readonly names: Names | undefined;
  readonly alerts: () => Promise<readonly Alert[]>;
  readonly state: () => Promise<DataState>;
  /** Options of the command that say where the data is. */
  readonly target: string;
  /** Day on which prices are asked for unless another is named. */
  readonly today: () => string;
}
