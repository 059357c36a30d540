import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { RECORDINGS } from "./recordings.ts";

// examples/collector against what clients were recorded to send.
const EXAMPLES = new URL("../../examples/collector/", import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, EXAMPLES), "utf8");

interface Collector {
  readonly receivers: Record<string, unknown>;
  readonly processors: Record<string, { readonly actions?: readonly { readonly key: string; readonly action: string }[] }>;
  readonly exporters: { readonly awss3: { readonly marshaler: string; readonly s3uploader: Record<string, string> } };
  readonly service: {
    readonly pipelines: Record<
      string,
      { readonly receivers: string[]; readonly processors: string[]; readonly exporters: string[] }
    >;
  };
}
const collector: Collector = parse(textOf("collector.yaml"));

test("every pipeline of the collector is made of parts that are there, and all three signals have one", () => {
  const { pipelines } = collector.service;
  expect(Object.keys(pipelines).sort()).toEqual(["logs", "metrics", "traces"]);
  for (const [signal, { receivers, processors, exporters }] of Object.entries(pipelines)) {
    for (const name of receivers) expect(collector.receivers, signal).toHaveProperty([name]);
    for (const name of processors) expect(collector.processors, signal).toHaveProperty([name]);
    for (const name of exporters) expect(collector.exporters, signal).toHaveProperty([name]);
  }
  // What Strata reads, of what the exporter can write.
  expect(["otlp_json", "otlp_proto"]).toContain(collector.exporters.awss3.marshaler);
  expect(["gzip", "zstd", undefined]).toContain(collector.exporters.awss3.s3uploader["compression"]);
});

/** Attributes of log records and spans, not of events in spans, that held a marked text in the recording with every switch on. */
function attributesWithText(): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown, inEvent: boolean): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, inEvent);
    else if (typeof value === "object" && value !== null) {
      if ("key" in value && "value" in value && !inEvent && JSON.stringify(value.value).includes("SECRET"))
        found.add(String(value.key));
      for (const [name, each] of Object.entries(value)) visit(each, inEvent || name === "events");
    }
  };
  for (const file of ["logs.jsonl", "traces.jsonl"])
    for (const line of readFileSync(`${RECORDINGS}claude-code/content-switched-on/${file}`, "utf8").split("\n"))
      if (line !== "") visit(JSON.parse(line), false);
  return found;
}

test("the collector deletes every attribute that was recorded to hold text, but the parameters of tools, which hold the commit", () => {
  const deleted = new Set(
    (collector.processors["attributes/no_text"]?.actions ?? []).flatMap(({ key, action }) => (action === "delete" ? [key] : [])),
  );
  const text = attributesWithText();
  expect(text.size).toBeGreaterThan(6);
  expect([...text].filter((key) => !deleted.has(key))).toEqual(["tool_parameters"]);
  // And nothing that is read.
  const { keeps } = keptKeys();
  expect([...deleted].filter(keeps)).toEqual([]);
  for (const signal of ["logs", "traces"])
    expect(collector.service.pipelines[signal]?.processors).toContain("attributes/no_text");
});

const labelsOf = (attributes: string): string[] => attributes.split(",").map((pair) => pair.split("=")[0] ?? "");

test("the settings of Claude Code switch events on and text off, and name labels that are kept", () => {
  const { env }: { env: Record<string, string> } = JSON.parse(textOf("managed-settings.json"));
  expect(env).toMatchObject({ CLAUDE_CODE_ENABLE_TELEMETRY: "1", OTEL_LOGS_EXPORTER: "otlp", OTEL_METRICS_EXPORTER: "otlp" });
  expect(env["OTEL_METRICS_INCLUDE_SESSION_ID"]).not.toBe("false");
  expect(Object.entries(env).filter(([name, value]) => /^OTEL_LOG_[A-Z_]+$/.test(name) && value !== "0")).toEqual([]);
  expect(Number(env["OTEL_METRIC_EXPORT_INTERVAL"])).toBeGreaterThanOrEqual(1000);
  const { isLabel } = keptKeys();
  expect(labelsOf(env["OTEL_RESOURCE_ATTRIBUTES"] ?? "").filter((name) => !isLabel(name))).toEqual([]);
});

test("the environment of applications keeps text off in every instrumentation that sends it unasked, and names labels that are kept", () => {
  const env = Object.fromEntries(
    textOf("application.env")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
  expect(env).toMatchObject({
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "false",
    TRACELOOP_TRACE_CONTENT: "false",
    OPENINFERENCE_HIDE_INPUTS: "true",
    OPENINFERENCE_HIDE_OUTPUTS: "true",
  });
  const { isLabel } = keptKeys();
  expect(labelsOf(env["OTEL_RESOURCE_ATTRIBUTES"] ?? "").filter((name) => !isLabel(name))).toEqual([]);
});
