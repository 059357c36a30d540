/** Events of Claude Code as its own exporter sends them, for what the recordings do not hold. */
export interface ClientEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

const attribute = (key: string, value: string | number): object => ({
  key,
  value:
    typeof value === "string" ? { stringValue: value } : Number.isInteger(value) ? { intValue: value } : { doubleValue: value },
});

/** One OTLP/JSON document. */
export const eventsDocument = (events: readonly ClientEvent[], resource: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: {
          attributes: Object.entries({ "service.name": "claude-code", "service.version": "2.1.332", ...resource }).map(
            ([key, value]) => attribute(key, value),
          ),
        },
        scopeLogs: [
          {
            scope: { name: "com.anthropic.claude_code.events", version: "2.1.332" },
            logRecords: events.map(({ at, name, attributes }) => ({
              timeUnixNano: `${at}000000`,
              body: { stringValue: `claude_code.${name}` },
              attributes: [
                attribute("event.name", name),
                ...Object.entries(attributes).map(([key, value]) => attribute(key, value)),
              ],
            })),
          },
        ],
      },
    ],
  });
