import { parseDay } from "../time.ts";

/** Reads instants from bytes; days repeat from record to record, so the last one is kept. */
export class Timestamps {
  #dayDigits = -1;
  #dayMillis = 0;

  /** Milliseconds of `YYYY-MM-DDThh:mm:ssZ` or with `.mmm`, the forms that Bedrock has been seen to write; -1 for anything else. */
  read(bytes: Buffer, start: number, end: number): number {
    const fraction = end - start === 24;
    const shaped =
      (fraction || end - start === 20) &&
      bytes[start + 4] === 0x2d &&
      bytes[start + 7] === 0x2d &&
      bytes[start + 10] === 0x54 &&
      bytes[start + 13] === 0x3a &&
      bytes[start + 16] === 0x3a &&
      (!fraction || bytes[start + 19] === 0x2e) &&
      bytes[end - 1] === 0x5a;
    if (!shaped) return -1;
    const day = (number(bytes, start, 4) * 100 + number(bytes, start + 5, 2)) * 100 + number(bytes, start + 8, 2);
    const hour = number(bytes, start + 11, 2);
    const minute = number(bytes, start + 14, 2);
    const second = number(bytes, start + 17, 2);
    const millis = fraction ? number(bytes, start + 20, 3) : 0;
    // What is no number fails every comparison.
    if (!(day >= 1970_01_01 && hour <= 23 && minute <= 59 && second <= 59 && millis <= 999)) return -1;
    if (day !== this.#dayDigits) {
      const midnight = parseDay(bytes.toString("latin1", start, start + 10));
      if (midnight === undefined) return -1;
      this.#dayDigits = day;
      this.#dayMillis = midnight;
    }
    return this.#dayMillis + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
  }
}

function number(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index += 1) {
    const digit = (bytes[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
