/** What one resource of a template says of another, in CloudFormation's words. */
const arn = (resource) => ({ "Fn::GetAtt": [resource, "Arn"] });
/** Text with `${Resource}`, `${Resource.Attribute}` and pseudo parameters in it. */
const sub = (text) => ({ "Fn::Sub": text });

module.exports = { arn, sub };
