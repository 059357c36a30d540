import { gzipSync } from "node:zlib";

/** A repeatable source of chance (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

type Chance = (below: number) => number;

const SNIPPETS = [
  '"__proto__":{"x":1},',
  '"usage":{"input_tokens":-5},',
  '"inputTokenCount":"12",',
  '"inputTokenCount":1e3,',
  '"inputTokenCount":9007199254740993,',
  "\\u0000",
  "\\ud800",
  "\\x",
  "\u0000",
  "\t",
  "\r",
  "\n",
  "\ufeff",
  '"',
  "\\",
  "{",
  "[",
  "]}",
  "null",
  "[DONE]",
  ", ",
  " : ",
  "\u00e9",
  '"schemaType":null,',
  '"status":500,',
  '"newField":[1,{"a":"b"}],',
  `${"[".repeat(300)}${"]".repeat(300)}`,
] as const;

/** A line with one to three small damages somewhere. */
export function mutatedLine(line: Buffer, random: Chance): Buffer {
  let bytes = line;
  for (let times = 1 + random(3); times > 0; times -= 1) {
    const at = random(bytes.length + 1);
    const before = bytes.subarray(0, at);
    const after = bytes.subarray(at);
    const snippet = Buffer.from(SNIPPETS[random(SNIPPETS.length)] ?? "");
    const cut = random(Math.min(after.length + 1, 40));
    switch (random(6)) {
      case 0:
        bytes = Buffer.concat([before, after.subarray(1)]);
        break;
      case 1:
        bytes = Buffer.concat([before, Buffer.from([random(256)]), after.subarray(1)]);
        break;
      case 2:
        bytes = Buffer.concat([before, snippet, after]);
        break;
      case 3:
        bytes = Buffer.concat([before, after.subarray(cut)]);
        break;
      case 4:
        bytes = Buffer.concat([before, after.subarray(0, cut), after]);
        break;
      default: {
        // Behind a comma or brace, where a new field is likely to be read as one.
        const place = bytes.indexOf(random(2) === 0 ? "," : "{", at);
        const behind = place === -1 ? 1 : place + 1;
        bytes = Buffer.concat([bytes.subarray(0, behind), snippet, bytes.subarray(behind)]);
      }
    }
  }
  return bytes;
}

/** An object of lines, in one of the ways in which objects arrive, whole or damaged. */
export function mutatedObject(lines: readonly Buffer[], random: Chance): Buffer {
  const text = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  const half = Math.floor(text.length / 2);
  switch (random(12)) {
    case 0:
      return gzipSync(text).subarray(0, -1 - random(30));
    case 1:
      return Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))]);
    case 2: {
      const gzip = gzipSync(text);
      gzip[random(gzip.length)] = random(256);
      return gzip;
    }
    case 3:
      return Buffer.concat([gzipSync(text), Buffer.from([0, 0, random(256), random(256)])]);
    case 4:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]);
    case 5:
      return Buffer.from(text.toString("utf8").replaceAll("\n", "\r\n"));
    case 6:
      return text.subarray(0, -1);
    case 7:
      return Buffer.from(`[\n${lines.join(",\n")}\n]\n`);
    case 8:
      return Buffer.from(lines.join(""));
    case 9:
      return Buffer.from(text.toString("utf8"), "utf16le");
    case 10:
      return Buffer.from(`${lines.map(pretty).join("\n")}\n${text}`);
    default:
      return gzipSync(text);
  }
}

function pretty(line: Buffer): string {
  try {
    return JSON.stringify(JSON.parse(line.toString("utf8")), null, 2);
  } catch {
    return line.toString("utf8");
  }
}
