import { z } from "zod";
import type { Answer } from "./answer.ts";
import type { Source } from "./source.ts";

/** One thing that can be asked. */
export interface Tool {
  readonly name: string;
  readonly about: string;
  readonly input: z.ZodRawShape;
  /** @throws StrataError for arguments that make no sense */
  readonly answer: (source: Source, args: unknown) => Promise<Omit<Answer, "data">>;
}

export const tool = <Shape extends z.ZodRawShape>(spec: {
  readonly name: string;
  readonly about: string;
  readonly input: Shape;
  readonly answer: (source: Source, args: z.output<z.ZodObject<Shape>>) => Promise<Omit<Answer, "data">>;
}): Tool => {
  const schema = z.strictObject(spec.input);
  return { ...spec, answer: async (source, args) => spec.answer(source, schema.parse(args)) };
};
