import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemas } from "../../scripts/schemas.ts";

describe("schemas/", () => {
  it.each([...schemas()])("%s is what the code enforces; npm run schemas writes it", (name, content) => {
    const published: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "schemas", name), "utf8"));
    expect(published).toEqual(JSON.parse(JSON.stringify(content)));
  });
});
