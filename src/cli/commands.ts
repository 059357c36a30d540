import type { Command } from "commander";

export type AddCommand = (program: Command, done: (code: number) => void) => void;

export interface CommandEntry {
  readonly name: string;
  /** What it does, as --help lists it: here and not beside its options, so that the list is shown without loading twenty commands. */
  readonly says: string;
  readonly load: () => Promise<AddCommand>;
}

/** In the order in which --help lists them. Each is loaded only when it is meant: all of them take two seconds of processor time. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "analyze",
    says: "read invocation logs and a bill; write tables, alerts and reports",
    load: async () => (await import("./analyze/command.ts")).analyzeCommand,
  },
  {
    name: "query",
    says: "run a saved query over a data folder or a deployed stack; without a name, list them",
    load: async () => (await import("./query.ts")).queryCommand,
  },
  {
    name: "sql",
    says: "run SQL of your own over the same tables and views; reads only",
    load: async () => (await import("./sql.ts")).sqlCommand,
  },
  {
    name: "attribution",
    says: "how calls are attributed: coverage by rule and source, labels that nobody knows, who sends none and how to fix it",
    load: async () => (await import("./attribution/command.ts")).attributionCommand,
  },
  {
    name: "reconcile",
    says: "what lies between a month's estimate and its bill, step by step, and how settled each day is",
    load: async () => (await import("./reconcile/command.ts")).reconcileCommand,
  },
  {
    name: "report",
    says: "write the monthly statement from a data folder again",
    load: async () => (await import("./report.ts")).reportCommand,
  },
  {
    name: "serve",
    says: "the report with live filters in a browser on this machine; read-only, Ctrl-C ends it",
    load: async () => (await import("./serve.ts")).serveCommand,
  },
  {
    name: "mcp",
    says: "answers questions of Claude Code, Kiro and others, over the Model Context Protocol; reads only",
    load: async () => (await import("./mcp.ts")).mcpCommand,
  },
  {
    name: "alerts",
    says: "what was raised, newest last; `alerts explain ID` shows the numbers behind one",
    load: async () => (await import("./alerts.ts")).alertsCommand,
  },
  {
    name: "backtest",
    says: "what alert rules would have told over history, at each tick as it was, with other numbers if you like",
    load: async () => (await import("./backtest.ts")).backtestCommand,
  },
  {
    name: "prices",
    says: "what models cost and why: a table of all, or everything about one",
    load: async () => (await import("./prices/command.ts")).pricesCommand,
  },
  {
    name: "forecast",
    says: "what the month will have cost at its end, with an interval; docs/forecast.md states the error",
    load: async () => (await import("./forecast.ts")).forecastCommand,
  },
  {
    name: "whatif",
    says: "savings on your own traffic: without a question every rule, with one its answer; assumptions are printed",
    load: async () => (await import("./whatif/command.ts")).whatifCommand,
  },
  {
    name: "plan",
    says: "what agents for a number of developers will cost, with limits and budgets; docs/planning.md states the assumptions",
    load: async () => (await import("./plan/command.ts")).planCommand,
  },
  {
    name: "doctor",
    says: "check an AWS account before and after deployment and say what to do; changes nothing",
    load: async () => (await import("./doctor/command.ts")).doctorCommand,
  },
  {
    name: "config",
    says: "the configuration of a deployed stack",
    load: async () => (await import("./config.ts")).configCommand,
  },
  {
    name: "init",
    says: "write a first strata.yml; an existing file is never touched",
    load: async () => (await import("./init.ts")).initCommand,
  },
  {
    name: "quarantine",
    says: "lines that could not be read: where they are and why, never what they say",
    load: async () => (await import("./quarantine/command.ts")).quarantineCommand,
  },
  {
    name: "backfill",
    says: "hand the log objects of past days to ingest, or those of collectors to telemetry; goes on where an interrupted run was",
    load: async () => (await import("./backfill/command.ts")).backfillCommand,
  },
  {
    name: "forget",
    says: "put a pseudonym in a person's place in curated tables, reports and alerts; raw logs are listed, not changed",
    load: async () => (await import("./forget/command.ts")).forgetCommand,
  },
  {
    name: "redrive",
    says: "send what ingest and telemetry gave up on back to their queues, after the cause is removed",
    load: async () => (await import("./redrive.ts")).redriveCommand,
  },
  {
    name: "completion",
    says: "a script that completes commands, saved queries and their parameters in bash, zsh or fish",
    load: async () => (await import("./completion.ts")).completionCommand,
  },
  {
    name: "demo",
    says: "write a month of an invented company, analyse it like anybody's, and compare what was planted with what was found",
    load: async () => (await import("./demo/command.ts")).demoCommand,
  },
  {
    name: "generate",
    says: "write a month of an invented company: Bedrock logs, a CUR 2.0 export, strata.yml and what is planted in them",
    load: async () => (await import("./generate.ts")).generateCommand,
  },
];
