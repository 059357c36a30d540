// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
/** Places in S3: what an entry of strata.yml means to IAM, and to nobody else. A prefix is a folder; it ends where it ends. */
const { sub } = require("./references.cjs");

/** `s3://bucket/prefix` → bucket and prefix, which is empty or ends with a slash; folders of a local setup are not the stack's. */
function places(list) {
  return list.flatMap((text) => {
    const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text);
    if (!match) return [];
    const prefix = match[2] ?? "";
    return [{ bucket: match[1], prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` }];
  });
}

/** Without places that another one holds: an object is told of once, and granted once. */
const outermost = (list) =>
  distinct(list).filter(
    (inner) =>
      !list.some(({ bucket, prefix }) => bucket === inner.bucket && prefix !== inner.prefix && inner.prefix.startsWith(prefix)),
  );

const distinct = (list) => [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];

/** A star, a question mark and a variable mean nothing in a name: IAM writes them `${*}`, and `Fn::Sub` writes that `${!*}`. */
const literal = (text) => text.replace(/[*?]|\$(?=\{)/g, (sign) => `\${!${sign}}`);

/** All objects of a place. */
const objects = ({ bucket, prefix }) => sub(`arn:\${AWS::Partition}:s3:::${bucket}/${literal(prefix)}*`);
const bucketArn = ({ bucket }) => sub(`arn:\${AWS::Partition}:s3:::${bucket}`);

/**
 * What stays when the stack goes or stops naming it. What was made by a deployment that then failed goes with it, or the next try would find
 * its names taken (CloudFormation User Guide, DeletionPolicy). `UpdateReplacePolicy` knows `Retain` only.
 */
const RETAINED = { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" };

module.exports = { bucketArn, distinct, objects, outermost, places, RETAINED };
