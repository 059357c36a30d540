/** The package, and the command of the same name in it. */
export const PACKAGE = "strata-bedrock";

/**
 * How whoever reads a message starts this program. The name is nobody else's: in a clone and where the package is installed npx runs that one, elsewhere the published one.
 * Messages of a deployed stack are read where neither is, and mean the version that is deployed: serverless.yml sets STRATA_PROGRAM to `npx strata-bedrock@<version>`.
 */
export const PROGRAM = process.env.STRATA_PROGRAM ?? `npx ${PACKAGE}`;
