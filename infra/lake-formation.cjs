// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * Grants in Lake Formation, where deploy.lake_formation asks for them: in an account whose new tables are not open to IAMAllowedPrincipals, IAM
 * alone opens none. The stack's bucket is not registered there, so files are read and written by IAM. Whoever deploys must be a data lake administrator.
 */
const { readConfig } = require("./read-config.cjs");
const { arn } = require("./references.cjs");
const settings = require("./settings.cjs");
const { tracing } = require("./trace.cjs");

const CatalogId = { Ref: "AWS::AccountId" };
const DATABASE = "strata_${sls:stage}";

const grant = (role, Resource, Permissions, DependsOn) => ({
  Type: "AWS::LakeFormation::PrincipalPermissions",
  ...(DependsOn && { DependsOn }),
  Properties: {
    Principal: { DataLakePrincipalIdentifier: arn(role) },
    Resource,
    Permissions,
    PermissionsWithGrantOption: [],
  },
});

/** Tables and views come with the catalog step, whose role owns what it makes. */
const tables = (role, ...more) =>
  grant(role, { Table: { CatalogId, DatabaseName: DATABASE, TableWildcard: {} } }, ["SELECT", "DESCRIBE", ...more], ["Catalog"]);
const database = (role, ...permissions) =>
  grant(role, { Database: { CatalogId, Name: DATABASE } }, ["DESCRIBE", ...permissions], ["Catalog"]);

/** Replacing partitions alters the table. */
const CHANGES = ["ALTER", "INSERT", "DELETE"];

module.exports = () => {
  if (!settings().lakeFormation) return { Resources: {} };
  return {
    Resources: {
      // The reference of the API and the CDK have an object here, cfn-lint's copy of the schema a text.
      CatalogMakesDatabase: {
        ...grant("CatalogRole", { Catalog: {} }, ["CREATE_DATABASE"]),
        Metadata: { "cfn-lint": { config: { ignore_checks: ["E3012"] } } },
      },
      // What it makes it owns; these are for tables that were there before.
      CatalogReadsDatabase: database("CatalogRole", "CREATE_TABLE", "ALTER"),
      CatalogReadsTables: tables("CatalogRole", ...CHANGES, "DROP"),
      DetectReadsDatabase: database("DetectRole"),
      DetectReadsTables: tables("DetectRole", ...CHANGES),
      CompactReadsDatabase: database("CompactRole"),
      CompactReadsTables: tables("CompactRole"),
      ReconcileReadsDatabase: database("ReconcileRole", "CREATE_TABLE"),
      ReconcileReadsTables: tables("ReconcileRole", ...CHANGES, "DROP"),
      ReportReadsDatabase: database("ReportRole"),
      ReportReadsTables: tables("ReportRole"),
      ...(readConfig().deploy.quicksight !== null && {
        QuickSightReadsDatabase: database("QuickSightRole"),
        QuickSightReadsTables: tables("QuickSightRole"),
      }),
      ...(tracing().tables.length > 0 && {
        TraceReadsDatabase: database("TraceRole"),
        TraceReadsTables: tables("TraceRole", ...CHANGES),
      }),
    },
  };
};
