import { InputError, messageOf } from "../errors.ts";
import { isLog } from "../invocation/object-key.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";

/** An object of this size is read as a whole: one request and no chunk of it waits for another. */
const SMALL = 8 * 1024 * 1024;
/** Small objects that are fetched while one is parsed: a first byte from S3 takes 10 to 20 ms, parsing it less than 1. */
const AHEAD = 8;

/** The whole of an object. */
export interface WholeObject {
  readonly bytes: Uint8Array;
  /** Nobody else uses the bytes. */
  readonly disposable?: boolean;
}

/** The bytes of an object: whole, or as they come. */
export type ObjectBytes = WholeObject | AsyncIterable<Uint8Array>;

/**
 * Opens a batch's log objects in order and fetches small ones ahead of time.
 * @throws InputError naming the object that cannot be read
 */
export class ReadAhead {
  readonly #source: ObjectStore;
  readonly #objects: readonly ObjectInfo[];
  readonly #coming = new Map<number, Promise<WholeObject>>();

  constructor(source: ObjectStore, objects: readonly ObjectInfo[]) {
    this.#source = source;
    this.#objects = objects;
  }

  async open(index: number): Promise<ObjectBytes> {
    for (let next = index; next < Math.min(index + AHEAD, this.#objects.length); next += 1) this.#fetch(next);
    const object = this.#objects[index];
    if (object === undefined) throw new RangeError(`curated: the batch has no object ${index}`);
    const whole = this.#coming.get(index);
    this.#coming.delete(index);
    if (whole !== undefined) return whole;
    const { body } = await this.#source.read(object.key, object.version);
    return named(body, object.key);
  }

  #fetch(index: number): void {
    const object = this.#objects[index];
    if (object === undefined || this.#coming.has(index)) return;
    if (object.size > SMALL || !isLog(object)) return;
    const whole = this.#whole(object);
    // Whoever opens the object gets the error; until then nobody has failed to handle it.
    whole.catch(() => undefined);
    this.#coming.set(index, whole);
  }

  async #whole(object: ObjectInfo): Promise<WholeObject> {
    if (object.version === undefined) {
      const found = await this.#source.readAll(object.key);
      if (found) return found;
    }
    const { body } = await this.#source.read(object.key, object.version);
    const parts: Uint8Array[] = [];
    for await (const part of named(body, object.key)) parts.push(part);
    return { bytes: Buffer.concat(parts), disposable: true };
  }
}

/** The source under its name, so that its errors say which object could not be read. */
async function* named(body: AsyncIterable<Uint8Array>, place: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new InputError(place, `invocation: ${place} could not be read: ${messageOf(cause)}`, {
      hint: "Check that the object exists and that it may be read, then run again.",
      cause,
    });
  }
}
