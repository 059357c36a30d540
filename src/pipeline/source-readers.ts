import { batchReader } from "../batch/batch-reader.ts";
import { trailReader } from "../cloudtrail/trail-reader.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { kiroReader } from "../kiro/kiro-reader.ts";
import type { SourceReader } from "../sources/source-reader.ts";

/** Readers of the sources beside the log. */
export const sourceReaders = ({ attribution }: Pick<StrataConfig, "attribution">): readonly SourceReader[] => [
  trailReader({ trustSessionNames: attribution.trust_session_names }),
  batchReader,
  kiroReader,
];
