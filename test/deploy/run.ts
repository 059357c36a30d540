/**
 * `npm run test:deploy`: the packaged stack in an emulated account with every function real, from a log object to a page and from a bill to a
 * statement, compared with the same input analysed here; upgrade from the previous release, removal, and disaster recovery.
 *
 *   npm run test:deploy                 everything
 *   npm run test:deploy -- first        the files whose name contains the word
 *   npm run test:deploy -- first -t "disaster"    the steps of that name, and what they need; further options are vitest's (--bail 0)
 *
 * The emulator comes from PyPI, the engine from Maven, both into .cache/. Where Python, Java or Maven is missing, one line says so and nothing fails.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findJava, JAVA } from "../../scripts/trino/find-java.ts";
import { installTrino } from "../../scripts/trino/install-trino.ts";
import { messageOf } from "../../src/errors.ts";
import { installRuler } from "../patterns/ruler.ts";
import { installMinistack } from "./servers/ministack.ts";
import { CACHE, ROOT } from "./world.ts";

function missing(): string | undefined {
  if (findJava() === undefined)
    return `Trino needs Java ${JAVA} or later; there is none in JAVA_HOME, on the path or in /usr/lib/jvm`;
  try {
    installMinistack(CACHE);
    installTrino(join(CACHE, "trino"));
    const ruler = installRuler(join(CACHE, "event-ruler"));
    return ruler === undefined ? undefined : `event-ruler: ${ruler}`;
  } catch (error) {
    return messageOf(error);
  }
}

const why = missing();
if (why !== undefined) {
  console.log(`deploy: skipped, ${why}`);
} else {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const config = join(import.meta.dirname, "vitest.config.ts");
  const { status } = spawnSync(process.execPath, [vitest, "run", "--config", config, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
