import { columns, type Table } from "./column.ts";

/** What the bill knows of inference profiles that the log could not resolve. Written by reconciliation. */
export const profileModels = {
  name: "profile_models",
  meaning: "Each inference profile on the staged bill whose token lines all name one model, with that model.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["resource_id", "varchar", "Inference profile as billed."],
    ["model", "varchar", "Model."],
  ]),
} as const satisfies Table;
