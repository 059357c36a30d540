import { expect, test } from "vitest";
import { splitUserId } from "../../src/principal/user-id.ts";

test.each([
  ["d-9067example.0A1B2C3D-aaaa", "0a1b2c3d-aaaa", "d-9067example"],
  ["0A1B2C3D-aaaa", "0a1b2c3d-aaaa", null],
  ["d-9067example.", "d-9067example.", null],
  ["d-9067example", "d-9067example", null],
  ["of d-9067example.0A1B", "of d-9067example.0a1b", null],
  ["d-.0A1B", "d-.0a1b", null],
])("%s is the user %s of the store %s", (text, userId, store) => expect(splitUserId(text)).toEqual({ userId, store }));
