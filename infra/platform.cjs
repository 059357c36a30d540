/** What a platform team asks of every role and function, wherever in the template it comes from (deploy.* in strata.yml). */
const { readConfig } = require("./read-config.cjs");

/** Changes the compiled template. */
exports.applyPlatform = ({ Resources }) => {
  const { permissions_boundary: PermissionsBoundary, vpc } = readConfig().deploy;
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === "AWS::IAM::Role" && PermissionsBoundary !== null) Object.assign(Properties, { PermissionsBoundary });
    if (Type === "AWS::Lambda::Function" && vpc !== null)
      Properties.VpcConfig = { SubnetIds: vpc.subnets, SecurityGroupIds: vpc.security_groups };
  }
};
