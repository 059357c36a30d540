/**
 * A plugin of the Serverless Framework: holds the finished template against what services refuse, before anything is uploaded.
 * With STRATA_TEMPLATE_ONLY nothing is bundled, for a look at the template alone; such a package cannot be deployed.
 */
const { writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { bringEngine } = require("./engine.cjs");
const { loadTypeScript } = require("./load-ts.cjs");
const { applyPlatform } = require("./platform.cjs");
const { applyReplica } = require("./replica.cjs");

/** A zip without files: its end-of-directory record (APPNOTE 4.3.16). */
const EMPTY_ZIP = Buffer.concat([Buffer.from("PK\u0005\u0006", "latin1"), Buffer.alloc(18)]);

module.exports = class StrataPackage {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      initialize: () => {
        if (process.env.STRATA_TEMPLATE_ONLY) this.skipBundling();
        else bringEngine();
      },
      "before:deploy:deploy": () => this.checkCatalog(),
      "after:aws:package:finalize:stripNullPropsFromTemplateResources": () => this.finish(),
    };
  }

  finish() {
    const { provider } = this.serverless.service;
    applyReplica(provider.compiledCloudFormationTemplate, provider.stage);
    applyPlatform(provider.compiledCloudFormationTemplate);
    const { checkTemplate } = loadTypeScript("src/template/check-template.ts");
    const refusals = checkTemplate(provider.compiledCloudFormationTemplate, { stage: provider.stage, region: provider.region });
    if (refusals.length === 0) return;
    // A stage that makes names invalid makes all of them invalid.
    const stage = refusals.filter(({ rule }) => rule === "stage-name");
    const told = (stage.length > 0 ? stage : refusals).map(({ message, hint, source }) => `  ${message}. ${hint} (${source})`);
    throw new this.serverless.classes.Error(`AWS would refuse this stack:\n${told.join("\n")}`);
  }

  /** Going back to an older release is refused before anything changes, or works. */
  async checkCatalog() {
    const { service, classes } = this.serverless;
    const { checkDeployedCatalog } = loadTypeScript("src/aws/check-deployed-catalog.ts");
    try {
      await checkDeployedCatalog(service.custom.database, service.provider.region);
    } catch (error) {
      throw new classes.Error(error.hint ? `${error.message}. ${error.hint}` : error.message);
    }
  }

  skipBundling() {
    const { service, pluginManager } = this.serverless;
    if (process.argv.includes("deploy"))
      throw new this.serverless.classes.Error("deploy: STRATA_TEMPLATE_ONLY is set, so there is no code to deploy. Unset it.");
    const artifact = join(tmpdir(), "strata-empty.zip");
    writeFileSync(artifact, EMPTY_ZIP);
    for (const name of service.getAllFunctions()) Object.assign(service.getFunction(name), { package: { artifact } });
    // The bundler's plugin has nothing to do then, and does not know that.
    for (const event of ["before:package:createDeploymentArtifacts", "after:package:createDeploymentArtifacts"])
      pluginManager.hooks[event] = (pluginManager.hooks[event] ?? []).filter(({ pluginName }) => !/esbuild/i.test(pluginName));
  }
};
