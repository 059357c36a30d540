// The examples import the package as others do; here it is the source, which needs no build.
import { registerHooks } from "node:module";

registerHooks({
  resolve: (name, context, next) =>
    next(name === "strata-bedrock/instrument" ? new URL("../../src/instrument/index.ts", import.meta.url).href : name, context),
});
