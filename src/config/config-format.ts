import { createHash } from "node:crypto";
import { z } from "zod";
import { strataConfig } from "./strata-config.ts";

/** Differs between releases whose configurations differ in shape: what one wrote, the other must not read. */
export const configFormat = (): string =>
  createHash("sha256")
    .update(JSON.stringify(z.toJSONSchema(strataConfig, { io: "output", unrepresentable: "any" })))
    .digest("hex")
    .slice(0, 16);
