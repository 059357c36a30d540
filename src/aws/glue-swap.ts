import { GlueClient } from "@aws-sdk/client-glue";
import type { AthenaOptions } from "./athena-warehouse.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { swapPartitions } from "./partition-swap.ts";

/** The partition swap of a warehouse that replaces tables. */
export function glueSwap(
  options: ClientOptions = {},
  glue: GlueClient = new GlueClient(clientConfig(options)),
): NonNullable<AthenaOptions["swapPartitions"]> {
  return (swap) => swapPartitions(glue, swap);
}
