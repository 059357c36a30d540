// The one dependency rule: domain folders import each other downwards and never an adapter; only functions/ and src/cli choose adapters.
const LAYERS = [
  [
    "errors",
    "program",
    "aim-commands",
    "shell-word",
    "figures",
    "near-names",
    "glob",
    "fold-address",
    "money",
    "parse-csv",
    "json-of",
    "time",
    "local-time",
    "bounded-work",
  ],
  ["ports"],
  ["query", "config", "write-changed"],
  ["tables"],
  ["attribution", "principal", "model", "invocation", "doctor", "template"],
  ["pricing"],
  ["fast"],
  ["curated"],
  ["telemetry"],
  ["sources"],
  ["cloudtrail", "batch", "kiro"],
  ["billing"],
  ["anomaly"],
  ["planning"],
  ["report"],
  ["serve", "mcp"],
  ["pipeline"],
];
const pattern = (names) => `^src/(${names.join("|")})(/|\\.ts$)`;
const DOMAIN = LAYERS.flat();

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "domain-never-imports-adapters",
      comment: "Only functions/ and src/cli choose adapters.",
      severity: "error",
      from: { path: pattern(DOMAIN) },
      to: { path: "^src/(aws|live|local|cli|generate)/|^functions/" },
    },
    {
      name: "adapters-never-import-the-edge",
      severity: "error",
      from: { path: "^src/(aws|live|local|generate)/" },
      to: { path: "^src/cli/|^functions/" },
    },
    {
      name: "commands-stand-apart",
      comment:
        "A command is a file or a folder of src/cli; what two of them need lies in src/cli/shared. Only the demo runs another command.",
      severity: "error",
      from: { path: "^src/cli/(?!main|commands|demo)([^/.]+)" },
      to: { path: "^src/cli/", pathNot: ["^src/cli/($1|shared)[/.]", "^src/cli/commands\\.ts$"] },
    },
    {
      name: "functions-never-import-the-command-line",
      severity: "error",
      from: { path: "^functions/" },
      to: { path: "^src/(cli|local)/" },
    },
    {
      name: "instrument-stands-alone",
      comment: "It runs inside other people's applications: no dependency, not even of ours.",
      severity: "error",
      from: { path: "^src/instrument/" },
      to: { pathNot: "^src/instrument/" },
    },
    {
      name: "only-other-packages-import-instrument",
      severity: "error",
      from: { path: "^src/(?!instrument/)|^functions/" },
      to: { path: "^src/instrument/" },
    },
    {
      name: "the-generator-knows-nothing-of-pricing",
      comment: "The bills that it writes prove the pricing code, so they must not come from it.",
      severity: "error",
      from: { path: "^src/generate/" },
      to: { path: "^src/(pricing|billing|curated|model)/" },
    },
    ...LAYERS.slice(0, -1).map((names, index) => ({
      name: `downwards-from-${names[0]}`,
      severity: "error",
      from: { path: pattern(names) },
      to: { path: pattern(LAYERS.slice(index + 1).flat()) },
    })),
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
