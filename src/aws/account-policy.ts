import type { PolicyDocument } from "../doctor/account-view.ts";

/** Whether parsed JSON is a policy document. */
export const isPolicy = (value: unknown): value is PolicyDocument =>
  typeof value === "object" && value !== null && "Statement" in value && Array.isArray(value.Statement);
