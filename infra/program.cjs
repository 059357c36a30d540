// How messages of a stack start the command: whoever reads them has neither a clone nor an installation, and means the version that is deployed.
const { name, version } = require("../package.json");
module.exports = { program: `npx ${name}@${version}` };
