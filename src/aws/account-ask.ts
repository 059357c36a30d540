import type { Answer, Reason } from "../doctor/answer.ts";
import { messageOf } from "../errors.ts";
import { awsError, type FailureKind, failureOf } from "./failure.ts";

const REASONS: Readonly<Partial<Record<FailureKind, Reason>>> = {
  denied: "denied",
  missing: "absent",
  region: "region",
  credentials: "credentials",
  throttled: "throttled",
  network: "network",
};

/**
 * One question as an answer: never throws.
 * @param action the IAM action that it takes, for example `bedrock:GetModelInvocationLoggingConfiguration`
 * @param place what was asked about, for the message
 */
export async function ask<T>(action: string, place: string, call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    return unansweredBy(action, place, error);
  }
}

/** As `ask`; something that does not exist is null. */
export async function askOptional<T>(action: string, place: string, call: () => Promise<T>): Promise<Answer<T | null>> {
  const answer = await ask<T | null>(action, place, call);
  return !answer.ok && answer.reason === "absent" ? { ok: true, value: null } : answer;
}

function unansweredBy(action: string, place: string, error: unknown): Answer<never> {
  const { kind } = failureOf(error);
  const told = awsError("doctor", `${action} on ${place}`, place, error);
  const reason = REASONS[kind] ?? "failed";
  if (reason === "denied")
    return {
      ok: false,
      action,
      reason,
      message: `no permission for ${action} on ${place}`,
      hint: `Allow ${action} for the identity that runs doctor.`,
    };
  return { ok: false, action, reason, message: messageOf(told).replace(/^doctor: /, ""), hint: told.hint ?? "" };
}
