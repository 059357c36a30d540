import { foreignFormat } from "../../invocation/magic.ts";
import { textOf } from "../../invocation/utf16.ts";
import { PROGRAM } from "../../program.ts";

/** What an input is instead of a log, and what to do with it. */
export interface Look {
  readonly name: string;
  readonly hint: string;
}

interface Kind extends Look {
  /** Words that its beginning holds, all of them. */
  readonly words: readonly string[];
}

const TURN_ON = `Invocation logs come from Bedrock's model invocation logging: ${PROGRAM} doctor says whether it is on and where it writes.`;

/** By what is written in the first 64 KB; the first that fits. */
const KINDS: readonly Kind[] = [
  {
    words: ['"Records"', '"eventVersion"', '"eventSource"'],
    name: "CloudTrail",
    hint: `CloudTrail goes to --cloudtrail, beside the logs; it has no tokens of most calls. ${TURN_ON}`,
  },
  { words: ['"awsAccountId"', '"digestStartTime"'], name: "a CloudTrail digest", hint: TURN_ON },
  { words: ['"CloudTrailInsight"'], name: "CloudTrail Insights", hint: TURN_ON },
  { words: ['"configurationItems"'], name: "AWS Config", hint: TURN_ON },
  {
    words: ["line_item_"],
    name: "a CUR 2.0 bill",
    hint: `A bill goes to --cur, beside the logs: ${PROGRAM} analyze ./logs --cur ./cur.`,
  },
  {
    words: ["lineItem/"],
    name: "a legacy cost and usage report",
    hint: "Create a CUR 2.0 export in AWS Data Exports, and give it to --cur.",
  },
  {
    words: ["BilledCost", "ChargePeriodStart"],
    name: "a FOCUS bill",
    hint: "Give a CUR 2.0 export to --cur; FOCUS has no principals.",
  },
  { words: ['"resourceLogs"'], name: "OpenTelemetry logs", hint: TURN_ON },
  { words: ['"resourceMetrics"'], name: "OpenTelemetry metrics", hint: TURN_ON },
  { words: ['"resourceSpans"'], name: "OpenTelemetry traces", hint: TURN_ON },
  {
    words: ['"modelInput"', '"modelOutput"'],
    name: "the output of a batch inference job",
    hint: `The output of batch jobs goes to --batch, beside the logs. ${TURN_ON}`,
  },
  { words: ['"recordId"', '"modelInput"'], name: "the input of a batch inference job", hint: TURN_ON },
  { words: ['"sessionId"', '"parentUuid"'], name: "a transcript of Claude Code", hint: TURN_ON },
  { words: ['"sessionId"', '"type"', '"message"'], name: "a transcript of a conversation", hint: TURN_ON },
  { words: ['"role"', '"content"'], name: "a transcript of a conversation", hint: TURN_ON },
  {
    words: ['"CONTROL_MESSAGE"'],
    name: "a control message of CloudWatch Logs",
    hint: "Give the objects that the subscription writes after it.",
  },
  {
    words: ['"results"', '"field"'],
    name: "a Logs Insights result without the message",
    hint: "Query with: fields @timestamp, @message.",
  },
  { words: ["@timestamp"], name: "a Logs Insights result without the message", hint: "Query with: fields @timestamp, @message." },
  { words: ["version account-id interface-id"], name: "VPC flow logs", hint: TURN_ON },
  { words: ["REST.GET.OBJECT"], name: "S3 access logs", hint: TURN_ON },
  { words: ["START RequestId:"], name: "the log of a Lambda function", hint: TURN_ON },
  { words: ['"level"', '"message"'], name: "an application's log", hint: TURN_ON },
  { words: ['"level"', '"msg"'], name: "an application's log", hint: TURN_ON },
  { words: ["<html"], name: "a web page", hint: "Fetch the object itself, for example with aws s3 cp." },
  {
    words: ["<Error>", "<Code>"],
    name: "an error message of S3",
    hint: "Fetch the object again; the answer in the file says why it was refused.",
  },
];

const TIMED_LINE = /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
const UNPACK = `Unpack it, and give the folder with the files to ${PROGRAM} analyze.`;

/** Undefined when it looks like nothing in particular. @param head the first bytes, unpacked */
export function looksLike(key: string, head: Buffer): Look | undefined {
  const format = foreignFormat(head);
  if (format?.name === "Parquet")
    return {
      name: "Parquet, as bills are",
      hint: `A bill goes to --cur, beside the logs: ${PROGRAM} analyze ./logs --cur ./cur.`,
    };
  if (format?.damage === "other_compression") return { name: `${format.name}`, hint: UNPACK };
  if (format !== undefined) return { name: format.name, hint: TURN_ON };
  if (head.subarray(257, 262).toString("latin1") === "ustar") return { name: "a tar archive", hint: UNPACK };
  const text = textOf(head);
  const known = KINDS.find(({ words }) => words.every((word) => text.includes(word)));
  if (known !== undefined) return { name: known.name, hint: known.hint };
  if (text.trim() === "") return { name: "an empty file", hint: TURN_ON };
  if (TIMED_LINE.test(text) || /\.(?:log|txt)$/.test(key)) return { name: "an application's log", hint: TURN_ON };
  return undefined;
}
