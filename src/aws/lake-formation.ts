/** How Athena and Glue say that Lake Formation refused what IAM allows. */
export const LAKE_FORMATION = /lake ?formation/i;

/** What to do about it, with the grants by hand. */
export const LAKE_FORMATION_HINT =
  'Lake Formation governs these tables: set deploy.lake_formation: true in strata.yml and let a data lake administrator deploy. By hand, for the caller\'s role: aws lakeformation grant-permissions --principal DataLakePrincipalIdentifier=ROLE_ARN --permissions SELECT DESCRIBE --resource \'{"Table":{"DatabaseName":"strata_STAGE","TableWildcard":{}}}\', and DESCRIBE on the database; functions that replace partitions take ALTER, INSERT and DELETE, too.';
