const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** 1 January 1980, midnight: the earliest time a ZIP file can hold (APPNOTE 4.4.6). */
const EPOCH = { time: 0, date: 0x0021 };

/**
 * The same archive with every entry's time set to the ZIP epoch, so that equal content gives equal bytes.
 * @throws RangeError when the bytes are no ZIP archive
 */
export function withFixedTimes(zip: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(zip);
  const view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new RangeError(`report: ${bytes.length} bytes without the end record of a ZIP archive`);
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(entry, true) !== ENTRY) throw new RangeError(`report: no ZIP entry at byte ${entry}`);
    const local = view.getUint32(entry + 42, true);
    for (const at of [entry + 12, local + 10]) {
      view.setUint16(at, EPOCH.time, true);
      view.setUint16(at + 2, EPOCH.date, true);
    }
    entry += 46 + view.getUint16(entry + 28, true) + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return bytes;
}
